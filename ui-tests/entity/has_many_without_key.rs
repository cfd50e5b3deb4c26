use lys::prelude::*;

#[entity]
pub struct Product {
    pub name: String,
    #[has_many(Review)]
    pub reviews: Many<Review>,
}

#[entity]
pub struct Review {
    pub body: String,
}

fn main() {}
