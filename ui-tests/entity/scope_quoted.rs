use lys::prelude::*;

#[entity(scope = "shared")]
pub struct Paper {
    pub title: String,
}

fn main() {}
