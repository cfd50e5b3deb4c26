use lys::prelude::*;

#[node]
pub struct TotalNode;

fn main() {}
