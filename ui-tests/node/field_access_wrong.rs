use lys::prelude::*;

#[entity]
pub struct Product {
    pub name: String,
    pub price: i32,
    pub cost: i32,
    pub stock: i32,
    pub margin: i32,
}

#[node(Product)]
pub struct ProductNode {
    #[field]
    pub name: String,
    #[field(access())]
    pub price: i32,
    #[field(access(Role, Connected))]
    pub cost: i32,
    #[field(public)]
    pub stock: i32,
    #[field(access(Role))]
    #[field(access(InternalService))]
    pub margin: i32,
}

#[node]
pub struct TotalNode {
    #[field(access(Role))]
    pub count: i32,
}

fn main() {}
