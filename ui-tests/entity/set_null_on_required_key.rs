use lys::prelude::*;

#[entity(parametric)]
pub struct Category;

#[entity]
pub struct Product {
    #[belongs_to(Category, on_delete = set_null)]
    pub category_id: String,
}

fn main() {}
