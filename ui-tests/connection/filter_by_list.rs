use lys::prelude::*;

#[entity]
pub struct Product {
    pub name: String,
    pub tags: Vec<String>,
    #[belongs_to(Category)]
    pub category_id: String,
    #[has_many(Review)]
    pub reviews: Many<Review>,
}

#[entity(parametric)]
pub struct Category;

#[entity]
pub struct Review {
    pub body: String,
    pub score: i64,
    #[belongs_to(Product)]
    pub product_id: Uuid,
}

#[node(Category)]
pub struct CategoryNode;

#[node(Review)]
pub struct ReviewNode {
    pub body: String,
}

#[node(Product)]
#[lys::connection(filter(tags))]
pub struct ProductNode {
    pub name: String,
    pub tags: Vec<String>,
    pub category: CategoryNode,
    pub reviews: Vec<ReviewNode>,
}

fn main() {}
