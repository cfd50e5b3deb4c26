use lys::prelude::*;

#[entity]
pub struct Product {
    pub name: String,
    #[column(decimal(10, 2))]
    pub price: Decimal,
}

#[node(Product, allow_overide)]
pub struct ProductNode;

fn main() {}
