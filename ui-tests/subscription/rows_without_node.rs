use lys::prelude::*;

#[entity]
pub struct Review {
    pub body: String,
}

#[entity]
pub struct Product {
    pub name: String,
}

#[node(Review)]
pub struct ReviewNode {
    pub body: String,
}

#[subscription(access(Role))]
async fn review_created(ctx: &Context<'_>) -> Result<Events<Review>> {
    ctx.events(Topic::<Review>::new("REVIEW_CREATED").on("reviews")).await
}

fn main() {}
