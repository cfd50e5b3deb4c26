use lys::prelude::*;

#[entity(parametric)]
pub struct Category;

#[entity]
pub struct Product {
    #[belongs_to(Category, by = category_id)]
    pub category_id: String,
}

fn main() {}
