use lys::prelude::*;

#[entity]
pub struct Review {
    #[version(start = 1)]
    pub version: i32,
}

fn main() {}
