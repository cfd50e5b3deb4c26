use lys::prelude::*;

#[entity(tenant(client = organisation_id))]
pub struct Product {
    pub name: String,
}

fn main() {}
