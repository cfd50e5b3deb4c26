use lys::prelude::*;

#[entity]
pub struct Product {
    pub name: String,
    pub details: Json,
    #[belongs_to(Category)]
    pub category_id: String,
    #[has_many(Review)]
    pub reviews: Many<Review>,
}

#[entity(parametric)]
pub struct Category;

#[entity]
pub struct Review {
    pub rating: i32,
    #[belongs_to(Product)]
    pub product_id: Uuid,
}

#[node(Category)]
pub struct CategoryNode;

#[node(Review)]
pub struct ReviewNode {
    pub rating: i32,
}

#[node(Product)]
#[lys::connection(sort(name, reviews(rating)))]
pub struct ProductNode {
    pub name: String,
    pub details: Json,
    pub category: CategoryNode,
    pub reviews: Vec<ReviewNode>,
}

fn main() {}
