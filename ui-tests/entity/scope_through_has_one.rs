use lys::prelude::*;

#[entity(owner = person.pass.holder_id)]
pub struct Room {
    #[belongs_to(Person)]
    pub person_id: Uuid,
}

#[entity]
pub struct Person {
    #[has_one(Pass)]
    pub pass: One<Pass>,
}

#[entity(owner = holder_id)]
pub struct Pass {
    pub holder_id: Uuid,
    #[column(unique)]
    #[belongs_to(Person)]
    pub person_id: Uuid,
}

fn main() {}
