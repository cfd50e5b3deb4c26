use lys::prelude::*;

#[entity]
pub struct Review {
    #[version]
    pub version: String,
}

fn main() {}
