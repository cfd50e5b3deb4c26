use lys::prelude::*;

#[node]
pub struct TotalNode {
    #[relation(order_by(count))]
    pub count: i32,
}

fn main() {}
