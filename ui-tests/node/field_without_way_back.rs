use lys::prelude::*;

#[node]
pub struct LineNode {
    pub street_2: String,
}

fn main() {}
