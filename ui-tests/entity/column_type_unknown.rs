use lys::prelude::*;

#[entity]
pub struct Product {
    pub price: f32,
}

fn main() {}
