use lys::prelude::*;

#[entity(owner = author().id, tenant(client = 1))]
pub struct Paper {
    pub title: String,
}

fn main() {}
