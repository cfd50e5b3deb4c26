use lys::prelude::*;

#[entity(tenant(client = client_id), tenant_none = "shared by all")]
pub struct Product {
    pub client_id: Uuid,
}

fn main() {}
