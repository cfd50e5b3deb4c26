use lys::prelude::*;

#[entity]
pub struct Product {
    pub name: String,
}

#[entity(tenant(client = product.name))]
pub struct Review {
    #[belongs_to(Product)]
    pub product_id: Uuid,
}

fn main() {}
