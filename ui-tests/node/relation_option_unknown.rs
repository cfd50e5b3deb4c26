use lys::prelude::*;

#[entity]
pub struct Product {
    pub name: String,
    #[has_many(Review)]
    pub reviews: Many<Review>,
}

#[entity]
pub struct Review {
    #[belongs_to(Product)]
    pub product_id: Uuid,
    pub rating: i32,
}

#[node(Review)]
pub struct ReviewNode {
    pub rating: i32,
}


#[node(Product)]
pub struct ProductNode {
    #[relation(orderby(rating))]
    pub reviews: Connection<ReviewNode>,
}

fn main() {}
