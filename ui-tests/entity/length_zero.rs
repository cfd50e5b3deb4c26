use lys::prelude::*;

#[entity]
pub struct Review {
    #[column(length = 0)]
    pub body: String,
}

fn main() {}
