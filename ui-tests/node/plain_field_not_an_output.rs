use lys::prelude::*;

pub struct Money;

#[node]
pub struct TotalNode {
    pub total: Money,
}

fn main() {}
