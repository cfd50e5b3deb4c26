use lys::prelude::*;

#[entity(owner = author)]
pub struct Review {
    pub body: String,
}

fn main() {}
