#[derive(lys::Input)]
pub struct CreateProductInput {
    #[input(range)]
    pub price: f64,
}

fn main() {}
