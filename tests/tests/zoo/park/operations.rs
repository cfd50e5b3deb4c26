//! Operations of every output and failure.

use lys::prelude::*;
use serde_json::json;

use super::{Animal, AnimalNode, Keeper, KeeperNode, Mood, computed::FrameNode};

#[field(query, node = AnimalNode)]
async fn find_animal(ctx: &Context<'_>, name: String) -> Result<Option<Animal>> {
    let found = Animal::select().filter(Animal::COLUMN.name.eq(name));
    Ok(ctx.reader().list(found).await?.pop())
}

#[field(query, node = AnimalNode)]
async fn the_animal(ctx: &Context<'_>, name: String) -> Result<Animal> {
    find_animal(ctx, name).await?.ok_or_else(Error::not_found)
}

#[field(query)]
async fn shapes(_ctx: &Context<'_>) -> Result<Vec<FrameNode>> {
    Ok((1..4).map(frame).collect())
}

/// Null for nothing, a gap for even numbers.
#[field(query)]
async fn maybe_shapes(_ctx: &Context<'_>, up_to: Option<i32>) -> Result<Option<Vec<Option<FrameNode>>>> {
    Ok(up_to.map(|up_to| (1..=up_to).map(|n| (n % 2 == 1).then(|| frame(n))).collect()))
}

fn frame(width: i32) -> FrameNode {
    FrameNode { width, color: (width > 1).then(|| "red".to_owned()) }
}

#[field(query)]
async fn fail(_ctx: &Context<'_>) -> Result<String> {
    Err(Error::new("FAILED", 418))
}

#[field(query)]
async fn fail_softly(_ctx: &Context<'_>, word: Option<String>) -> Result<Option<String>> {
    match word {
        Some(word) => Ok(Some(word)),
        None => Err(Error::new("FAILED_SOFTLY", 418).with_extension("hint", "say a word")),
    }
}

#[field(query)]
async fn double(_ctx: &Context<'_>, number: i32) -> Result<i32> {
    number.checked_mul(2).ok_or_else(|| Error::new("TOO_LARGE", 400))
}

#[field(query)]
async fn mood_after(_ctx: &Context<'_>, mood: Mood) -> Result<Option<Mood>> {
    Ok(match mood {
        Mood::Calm => Some(Mood::HalfAsleep),
        Mood::Wild => Some(Mood::Calm),
        Mood::HalfAsleep => None,
    })
}

#[derive(Input)]
pub struct LeafInput {
    pub count: i32,
    pub tag: Option<String>,
}

#[derive(Input)]
pub struct TreeInput {
    pub name: String,
    pub mood: Option<Mood>,
    pub moods: Option<Vec<Mood>>,
    pub size: Option<f64>,
    pub leaf: Option<LeafInput>,
    pub leaves: Option<Vec<LeafInput>>,
    pub grid: Option<Vec<Vec<Option<i32>>>>,
}

fn leaf(leaf: &LeafInput) -> Json {
    json!({ "count": leaf.count, "tag": leaf.tag })
}

fn mood(mood: Mood) -> &'static str {
    lys::output::EnumValue::name(&mood)
}

/// What has arrived.
#[field(query)]
async fn tree(_ctx: &Context<'_>, inputs: TreeInput) -> Result<Json> {
    Ok(json!({
        "name": inputs.name,
        "mood": inputs.mood.map(mood),
        "moods": inputs.moods.map(|moods| moods.into_iter().map(mood).collect::<Vec<_>>()),
        "size": inputs.size,
        "leaf": inputs.leaf.as_ref().map(leaf),
        "leaves": inputs.leaves.map(|leaves| leaves.iter().map(leaf).collect::<Vec<_>>()),
        "grid": inputs.grid,
    }))
}

/// What has arrived.
#[field(query)]
#[allow(clippy::too_many_arguments, reason = "one of each")]
async fn scalars(
    _ctx: &Context<'_>,
    int: Option<i32>,
    float: Option<f64>,
    text: Option<String>,
    flag: Option<bool>,
    id: Option<GlobalId>,
    list: Option<Vec<i32>>,
    texts: Option<Vec<Option<String>>>,
    any: Option<Json>,
) -> Result<Json> {
    let id = id.map(|id| id.key);
    Ok(
        json!({ "int": int, "float": float, "text": text, "flag": flag, "id": id, "list": list, "texts": texts, "any": any }),
    )
}

#[derive(Input)]
#[input(entity = Keeper)]
pub struct KeeperInput {
    #[input(length(min = 1))]
    pub name: String,
}

#[creation(node = KeeperNode)]
async fn create_keeper(_ctx: &Context<'_>, inputs: KeeperInput) -> Result<Draft<Keeper>> {
    inputs.into_draft()
}

async fn rename(ctx: &Context<'_>, from: String, to: String) -> Result<Keeper> {
    let writer = ctx.writer()?;
    let found = ctx.reader().list(Keeper::select().filter(Keeper::COLUMN.name.eq(from))).await?.pop();
    let keeper = found.ok_or_else(Error::not_found)?;
    writer.update(keeper.id, |keeper: &mut Keeper| keeper.name = to).await
}

#[field(mutation, node = KeeperNode, access(Role))]
async fn rename_keeper(ctx: &Context<'_>, from: String, to: String) -> Result<Keeper> {
    rename(ctx, from, to).await
}

/// Fails after it has written.
#[field(mutation)]
async fn rename_and_fail(ctx: &Context<'_>, from: String, to: String) -> Result<Option<String>> {
    rename(ctx, from, to).await?;
    Err(Error::new("SECOND_THOUGHTS", 409))
}

/// The same, and null is not allowed.
#[field(mutation)]
async fn rename_and_fail_hard(ctx: &Context<'_>, from: String, to: String) -> Result<String> {
    rename_and_fail(ctx, from, to).await.map(Option::unwrap_or_default)
}

/// Fails before it writes.
#[field(mutation)]
async fn refuse(_ctx: &Context<'_>) -> Result<Option<String>> {
    Err(Error::new("REFUSED", 403))
}

/// Names as a mutation sees them.
#[field(mutation)]
async fn keeper_names(ctx: &Context<'_>) -> Result<Vec<String>> {
    let keepers = ctx.reader().list(Keeper::select().order_by(Keeper::COLUMN.created_at.asc())).await?;
    Ok(keepers.into_iter().map(|keeper| keeper.name).collect())
}

/// What later apps may change.
#[service(Animal)]
pub trait AnimalService {
    fn ticket(&self, legs: i32) -> i32 {
        legs + 1
    }
}

/// What a ticket costs, by whatever service the project has.
#[field(query)]
async fn ticket_price(ctx: &Context<'_>, legs: i32) -> Result<i32> {
    Ok(ctx.service::<dyn AnimalService>()?.ticket(legs))
}

/// A later app overrides this.
#[field(query)]
async fn motto(_ctx: &Context<'_>) -> Result<String> {
    Ok("Look, do not feed".to_owned())
}

/// A later app opens this.
#[field(query)]
async fn opening_hours(_ctx: &Context<'_>) -> Result<String> {
    Ok("9 to 5".to_owned())
}

/// A later app disables this.
#[field(query)]
async fn old_news(_ctx: &Context<'_>) -> Result<Option<String>> {
    Ok(Some("None".to_owned()))
}
