use lys::prelude::*;

#[entity]
pub struct Post {
    pub title: String,
    #[many_to_many(Tag, through = PostTag)]
    pub tags: Many<Tag>,
}

#[entity(parametric)]
pub struct Tag;

#[entity]
pub struct PostTag {
    #[belongs_to(Post)]
    pub post_id: Uuid,
}

fn main() {}
