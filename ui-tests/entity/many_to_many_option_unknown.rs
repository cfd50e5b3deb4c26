use lys::prelude::*;

#[entity]
pub struct Post {
    pub title: String,
    #[many_to_many(Tag, trough = PostTag)]
    pub tags: Many<Tag>,
}

#[entity(parametric)]
pub struct Tag;

#[entity(unique(post_id, tag_id))]
pub struct PostTag {
    #[belongs_to(Post)]
    pub post_id: Uuid,
    #[belongs_to(Tag)]
    pub tag_id: String,
}

fn main() {}
