use lys::prelude::*;

#[entity]
pub struct Review {
    pub id: Uuid,
    pub body: String,
}

fn main() {}
