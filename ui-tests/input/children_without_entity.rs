use lys::prelude::*;

#[derive(Input)]
pub struct LineInput {
    pub pieces: i32,
}

#[derive(Input)]
pub struct OrderInput {
    #[input(children)]
    pub lines: Vec<LineInput>,
}

fn main() {}
