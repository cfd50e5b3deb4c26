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
    #[relation(order_by(rating, created_at))]
    pub reviews: Connection<ReviewNode>,
}

#[node(Product, name = "PlainNode")]
pub struct Plain {
    /// With an attribute of others beside it.
    #[cfg(all())]
    #[relation(order_by())]
    pub reviews: Connection<ReviewNode>,
}

#[node(Product, name = "UsualNode")]
pub struct Usual {
    pub reviews: lys::node::Connection<ReviewNode>,
}

fn main() {}
