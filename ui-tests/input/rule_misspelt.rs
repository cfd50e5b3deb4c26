#[derive(lys::Input)]
pub struct CreateProductInput {
    #[input(lenght(max = 255))]
    pub name: String,
}

fn main() {}
