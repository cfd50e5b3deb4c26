use lys::prelude::*;

#[entity(table = "")]
pub struct Review {
    pub body: String,
}

fn main() {}
