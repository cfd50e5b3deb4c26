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

#[subscription(node = ReviewNode, access(Role))]
async fn review_created(ctx: &Context<'_>) -> Result<Values<i32>> {
    ctx.values(Topic::<i32>::new("COUNTED").on("reviews")).await
}

fn main() {}
