use lys::prelude::*;

#[entity]
pub struct Product {
    pub name: String,
    pub client_id: Uuid,
}

fn main() {}
