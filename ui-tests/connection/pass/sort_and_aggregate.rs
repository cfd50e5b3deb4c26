use lys::prelude::*;

#[entity]
pub struct Product {
    pub name: String,
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
#[lys::connection(sort(id, name, category(id, enabled, description), reviews), aggregate(name, created_at), group_by(name, category_id))]
pub struct ProductNode {
    pub name: String,
    pub category: CategoryNode,
    pub reviews: Vec<ReviewNode>,
}

fn main() {}
