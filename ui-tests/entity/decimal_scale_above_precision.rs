use lys::prelude::*;

#[entity]
pub struct Product {
    #[column(decimal(2, 10))]
    pub price: Decimal,
}

fn main() {}
