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
    pub person_id: Uuid,
}

fn main() {}
