use lys::prelude::*;

#[entity]
pub struct Product {
    pub name: String,
    #[has_many(Review, by = item_id)]
    pub reviews: Many<Review>,
}

#[entity]
pub struct Review {
    #[belongs_to(Product)]
    pub product_id: Uuid,
}

fn main() {}
