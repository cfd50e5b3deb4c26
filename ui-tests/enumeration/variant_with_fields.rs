use lys::prelude::*;

#[derive(Enum, Clone, Debug, PartialEq)]
pub enum Status {
    Open,
    Paid(u32),
}

fn main() {}
