use lys::prelude::*;

#[entity]
pub struct Review {
    #[version]
    pub version: i32,
    #[version]
    pub revision: i32,
}

fn main() {}
