//! Reviews: part of their product.

use lys::prelude::*;

use crate::product::Product;

/// What somebody thinks of a product.
#[entity(table = "review")]
pub struct Review {
    #[belongs_to(Product, on_delete = cascade)]
    pub product_id: Uuid,
    pub rating: i32,
    pub body: String,
}

/// What somebody thinks of a product.
#[node(Review)]
pub struct ReviewNode {
    /// 1 to 5 stars.
    pub rating: i32,
    pub body: String,
}
