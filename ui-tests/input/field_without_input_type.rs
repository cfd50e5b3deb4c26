pub struct Money;

#[derive(lys::Input)]
pub struct CreateProductInput {
    pub price: Money,
}

fn main() {}
