use lys::prelude::*;

#[entity(parametric)]
pub struct Category;

#[entity]
pub struct Product {
    #[belongs_to(Category, access = deny)]
    pub category_id: String,
}

fn main() {}
