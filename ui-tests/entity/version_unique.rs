use lys::prelude::*;

#[entity]
pub struct Review {
    #[version]
    #[column(unique)]
    pub version: i32,
}

fn main() {}
