#[derive(lys::Input)]
pub struct CreateProductInput {
    #[input(length(min = 10, max = 1))]
    pub name: String,
}

fn main() {}
