use lys::prelude::*;

#[entity]
pub struct Review(pub String);

fn main() {}
