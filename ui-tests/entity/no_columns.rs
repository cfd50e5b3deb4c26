use lys::prelude::*;

#[entity]
pub struct Review;

fn main() {}
