use lys::prelude::*;

#[entity(tenant_none = "")]
pub struct Product {
    pub client_id: Uuid,
}

fn main() {}
