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

const REVIEW_CREATED: Topic<Review> = Topic::new("REVIEW_CREATED");

/// Reviews, as they are written.
#[subscription(node = ReviewNode, access(Role), licensed = false)]
async fn review_created(ctx: &Context<'_>, review_created: Option<String>) -> Result<Events<Review>> {
    let events = ctx.events(REVIEW_CREATED.on(review_created.unwrap_or_default())).await?;
    Ok(events.filter(|key| !key.is_nil()))
}

#[lys::subscription(public(disconnected), name = "ticks", allow_override)]
async fn tick(ctx: &Context<'_>, r#type: i32) -> Result<Values<Option<String>>> {
    let ticks = ctx.values(Topic::<i32>::new("TICK").on("ticks")).await?;
    Ok(ticks.map(move |tick| (tick > r#type).then(|| tick.to_string())))
}

#[subscription]
async fn of_super_users(_: &Context<'_>) -> Result<Values<Vec<bool>>> {
    Err(Error::not_found())
}

#[creation(node = ReviewNode, access(Role))]
async fn create_review(ctx: &Context<'_>, body: String) -> Result<Saved<Review>> {
    let review = ctx.writer()?.create(Draft::new().with(Review::COLUMN.body, body)).await?;
    ctx.publish(REVIEW_CREATED.on("reviews"), review.id)?;
    Ok(Saved::new(review))
}

fn main() {}
