use lys::prelude::*;

#[entity]
pub struct Person {
    pub name: String,
    #[has_one(Pass)]
    #[column(unique)]
    pub pass: One<Pass>,
}

#[entity]
pub struct Pass {
    #[belongs_to(Person)]
    #[column(unique)]
    pub person_id: Uuid,
}

fn main() {}
