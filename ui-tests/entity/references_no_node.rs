use lys::prelude::*;

#[entity(tenant(client = client_id))]
pub struct Product {
    #[references("Client")]
    pub client_id: Uuid,
}

fn main() {}
