use lys::prelude::*;

#[entity(parametric)]
pub struct Category;

#[entity]
pub struct Product {
    #[belongs_to(Category)]
    pub kind: String,
}

fn main() {}
