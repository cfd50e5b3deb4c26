use lys::prelude::*;

#[entity(parametric)]
pub struct Category;

#[entity]
pub struct Product {
    pub category_id: String,
    #[belongs_to(Category)]
    pub category: One<Category>,
}

fn main() {}
