use lys::prelude::*;

#[entity(tabel = "review")]
pub struct Review {
    pub body: String,
}

fn main() {}
