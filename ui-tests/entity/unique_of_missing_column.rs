use lys::prelude::*;

#[entity(unique(name, number), index(nmae))]
pub struct Person {
    pub name: String,
}

fn main() {}
