use lys::prelude::*;

#[entity]
pub struct Review<T> {
    pub body: T,
}

fn main() {}
