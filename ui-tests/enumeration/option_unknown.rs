use lys::prelude::*;

#[derive(Enum, Clone)]
#[lys(nmae = "OrderStatus")]
pub enum Status {
    Open,
}

fn main() {}
