use lys::prelude::*;

#[entity(owner = reviews.author_id)]
pub struct Product {
    pub name: String,
    #[has_many(Review)]
    pub reviews: Many<Review>,
}

#[entity(owner = author_id)]
pub struct Review {
    pub author_id: Uuid,
    #[belongs_to(Product)]
    pub product_id: Uuid,
}

fn main() {}
