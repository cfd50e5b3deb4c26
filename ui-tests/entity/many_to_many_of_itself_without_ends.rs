use lys::prelude::*;

#[entity]
pub struct Person {
    pub name: String,
    #[many_to_many(Person, through = Friendship, by = from_id)]
    pub friends: Many<Person>,
}

#[entity(unique(from_id, to_id))]
pub struct Friendship {
    #[belongs_to(Person)]
    pub from_id: Uuid,
    #[belongs_to(Person)]
    pub to_id: Uuid,
}

fn main() {}
