#[derive(lys::Input)]
pub struct CreateProductInput {
    #[input(skip)]
    pub name: String,
}

fn main() {}
