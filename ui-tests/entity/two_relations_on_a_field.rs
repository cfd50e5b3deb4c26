use lys::prelude::*;

#[entity]
pub struct Person {
    pub name: String,
    #[has_many(Pass)]
    #[has_one(Pass)]
    pub pass: Many<Pass>,
}

#[entity]
pub struct Pass {
    #[belongs_to(Person)]
    pub person_id: Uuid,
}

fn main() {}
