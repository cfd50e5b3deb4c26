use lys::prelude::*;

#[entity(parametric)]
pub struct Category;

#[entity]
pub struct Product {
    #[belongs_to(Category, access = check)]
    pub category_id: String,
}

fn main() {}
