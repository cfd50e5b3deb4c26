use lys::prelude::*;

#[entity]
pub struct Post {
    pub title: String,
    #[many_to_many(Tag)]
    pub tags: Many<Tag>,
}

#[entity(parametric)]
pub struct Tag;

fn main() {}
