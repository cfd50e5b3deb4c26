use lys::prelude::*;

pub struct Boss;

#[entity]
pub struct Product {
    pub name: String,
    pub price: i32,
    pub cost: i32,
}

#[node(Product)]
pub struct ProductNode {
    #[field(access(Owner))]
    pub name: String,
    #[field(access(OrganizationRole))]
    pub price: i32,
    #[field(access(Boss))]
    pub cost: i32,
}

fn main() {}
