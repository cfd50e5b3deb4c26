use lys::prelude::*;

#[entity]
pub struct Product {
    #[belongs_to]
    pub category_id: String,
}

fn main() {}
