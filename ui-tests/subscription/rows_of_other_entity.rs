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

const PRODUCT_CHANGED: Topic<Product> = Topic::new("PRODUCT_CHANGED");

#[subscription(node = ReviewNode, access(Role))]
async fn review_created(ctx: &Context<'_>) -> Result<Events<Product>> {
    ctx.events(PRODUCT_CHANGED.on("products")).await
}

fn main() {}
