use lys::prelude::*;

#[entity(parametric)]
pub struct Category;

#[entity]
pub struct Product {
    pub category: String,
    #[belongs_to(Category)]
    pub category_id: String,
}

fn main() {}
