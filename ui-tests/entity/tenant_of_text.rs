use lys::prelude::*;

#[entity(tenant(client = client_id))]
pub struct Product {
    pub client_id: String,
}

fn main() {}
