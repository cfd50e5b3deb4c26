//! News of clients, told as they are written.

use std::time::Duration;

use lys::prelude::*;

pub fn app() -> App {
    App::new("news", module_path!())
}

/// News of a client.
#[entity(table = "news", tenant(client = client_id))]
pub struct News {
    pub title: String,
    #[references("ClientNode")]
    pub client_id: Uuid,
    #[has_many(Remark)]
    pub remarks: Many<Remark>,
}

/// A remark on news.
#[entity(table = "remark", tenant(client = client_id))]
pub struct Remark {
    pub body: String,
    #[references("ClientNode")]
    pub client_id: Uuid,
    #[belongs_to(News, on_delete = cascade)]
    pub news_id: Uuid,
}

/// News of a client.
#[node(News)]
#[connection(name = "all_news", access(Role, OrganizationRole), licensed = false)]
#[deletion(access(Role), licensed = false)]
pub struct NewsNode {
    pub title: String,
    pub client_id: GlobalId,
    pub remarks: Vec<RemarkNode>,
}

/// A remark on news.
#[node(Remark)]
pub struct RemarkNode {
    pub body: String,
}

/// News were written: on one channel for all clients, so that only their scope parts them.
const NEWS_CREATED: Topic<News> = Topic::new("NEWS_CREATED");
/// How many news were written, on a channel for each client.
const COUNTED: Topic<i32> = Topic::new("COUNTED");

/// Writes news with a remark.
#[creation(node = NewsNode, access(Role, OrganizationRole), licensed = false)]
async fn create_news(ctx: &Context<'_>, title: String, client_id: GlobalId) -> Result<Saved<News>> {
    let client = client_id.key_of("ClientNode")?.parse::<Uuid>().map_err(|_| Error::not_found())?;
    let writer = ctx.writer()?;
    let draft = Draft::new().with(News::COLUMN.title, title.clone()).with(News::COLUMN.client_id, client);
    let news = writer.create::<News>(draft).await?;
    let remark = Draft::new().with(Remark::COLUMN.body, format!("on {title}")).with(Remark::COLUMN.client_id, client);
    writer.create::<Remark>(remark.with(Remark::COLUMN.news_id, news.id)).await?;
    ctx.publish(NEWS_CREATED.on("news"), news.id)?;
    if title == "withdrawn" {
        return Err(Error::new("WITHDRAWN", 409));
    }
    Ok(Saved::new(news))
}

/// News, as they are written.
#[subscription(node = NewsNode, access(Role, OrganizationRole), licensed = false)]
async fn news_created(ctx: &Context<'_>) -> Result<Events<News>> {
    ctx.events(NEWS_CREATED.on("news")).await
}

/// Numbers of news of a client.
#[subscription(access(Role), licensed = false)]
async fn news_counted(ctx: &Context<'_>, client_id: GlobalId, at_least: Option<i32>) -> Result<Values<i32>> {
    let numbers = ctx.values(COUNTED.on(format!("client:{}", client_id.key_of("ClientNode")?))).await?;
    Ok(numbers.filter(move |number| *number >= at_least.unwrap_or(0)))
}

/// Tells a number to who listens.
#[field(mutation, access(Role), licensed = false)]
async fn count_news(ctx: &Context<'_>, client_id: GlobalId, number: i32) -> Result<bool> {
    ctx.publish(COUNTED.on(format!("client:{}", client_id.key_of("ClientNode")?)), number)?;
    Ok(true)
}

/// Numbers from 1 on.
#[subscription(public)]
async fn numbers(_ctx: &Context<'_>, count: i32, pause: Option<i32>) -> Result<Values<Option<i32>>> {
    let pause = Duration::from_millis(u64::try_from(pause.unwrap_or(0)).unwrap_or(0));
    Ok(Values::new(futures_util::stream::unfold(1, move |number| async move {
        if number > count {
            return None;
        }
        tokio::time::sleep(pause).await;
        Some((Ok((number != 2).then_some(number)), number + 1))
    })))
}

/// Tells one number, then fails.
#[subscription(public)]
async fn breaking(_ctx: &Context<'_>) -> Result<Values<i32>> {
    Ok(Values::new(futures_util::stream::iter([Ok(1), Err(Error::new("BROKEN", 409)), Ok(3)])))
}

/// Is never told.
#[subscription(public)]
async fn refused(_ctx: &Context<'_>) -> Result<Values<i32>> {
    Err(Error::new("NO_NEWS", 409))
}

/// Nothing is ever told, and the floats among it have no form in JSON.
#[subscription(public)]
async fn quiet(_ctx: &Context<'_>) -> Result<Values<f64>> {
    Ok(Values::new(futures_util::stream::pending()))
}

/// For super users.
#[subscription]
async fn secrets(_ctx: &Context<'_>) -> Result<Values<f64>> {
    Ok(Values::new(futures_util::stream::iter([Ok(f64::NAN), Ok(0.5)])))
}

/// Is there, and does not answer.
#[subscription(public, enabled = false)]
async fn retired(_ctx: &Context<'_>) -> Result<Values<i32>> {
    Ok(Values::new(futures_util::stream::pending()))
}

/// Panics.
#[subscription(public)]
async fn panicking(_ctx: &Context<'_>) -> Result<Values<i32>> {
    panic!("as asked")
}
