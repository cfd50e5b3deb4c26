use lys::prelude::*;

#[entity]
pub struct Person {
    pub name: String,
    #[has_one(Pass)]
    pub pass: One<Pass>,
}

#[entity]
pub struct Pass {
    #[belongs_to(Person)]
    #[column(unique)]
    pub person_id: Uuid,
}

#[node(Person)]
pub struct PersonNode {
    pub pass: PassNode,
}

#[node(Pass)]
pub struct PassNode;

fn main() {}
