use lys::prelude::*;

#[derive(Enum, Clone)]
pub struct Status;

fn main() {}
