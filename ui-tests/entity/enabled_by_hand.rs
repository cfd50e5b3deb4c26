use lys::prelude::*;

#[entity(parametric)]
pub struct Category {
    pub enabled: bool,
}

fn main() {}
