use lys::prelude::*;

#[entity]
pub struct Review {
    #[column(uniqe)]
    pub body: String,
}

fn main() {}
