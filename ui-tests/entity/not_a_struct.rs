use lys::prelude::*;

#[entity]
pub enum Review {
    Good,
    Bad,
}

fn main() {}
