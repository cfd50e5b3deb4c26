use lys::prelude::*;

#[entity]
pub struct Product {
    pub name: String,
    #[column(decimal(10, 2))]
    pub price: Decimal,
}

#[node(Product)]
pub struct ProductFace {
    pub name: String,
}

fn main() {}
