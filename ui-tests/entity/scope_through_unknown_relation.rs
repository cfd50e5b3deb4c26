use lys::prelude::*;

#[entity(tenant(client = client_id))]
pub struct Product {
    pub client_id: Uuid,
}

#[entity(tenant(client = article.client_id))]
pub struct Review {
    #[belongs_to(Product)]
    pub product_id: Uuid,
}

fn main() {}
