use lys::prelude::*;

#[entity(parametric)]
pub struct Category;

#[entity]
pub struct Product {
    #[belongs_to(Category)]
    pub category_id: String,
}

#[node(Product)]
pub struct ProductNode {
    pub category: Connection<CategoryNode>,
}

#[node(Category)]
pub struct CategoryNode;

fn main() {}
