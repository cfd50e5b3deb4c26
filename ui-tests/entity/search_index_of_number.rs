use lys::prelude::*;

#[entity]
pub struct Product {
    #[column(search_index)]
    pub stock: i32,
}

fn main() {}
