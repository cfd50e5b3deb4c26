use lys::prelude::*;

pub struct Product;

#[node(Product)]
pub struct ProductNode;

fn main() {}
