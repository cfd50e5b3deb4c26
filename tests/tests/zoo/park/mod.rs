//! The park: zones, keepers, animals and readings, and operations that show how GraphQL behaves.

mod computed;
mod operations;
mod search;

use lys::prelude::*;

pub use computed::rank_calls;
pub use operations::AnimalService;

use super::data;

pub fn app() -> App {
    lys::app!("park").fixture(data::zones()).fixture(data::keepers()).fixture(data::animals()).fixture(data::readings())
}

/// How an animal feels.
#[derive(Enum, Clone, Copy, Debug, PartialEq)]
pub enum Mood {
    Calm,
    Wild,
    HalfAsleep,
}

#[entity(parametric)]
pub struct Zone {
    #[has_many(Animal)]
    pub animals: Many<Animal>,
}

#[node(Zone)]
#[getter(name = "zone")]
#[connection(name = "all_zones")]
pub struct ZoneNode {
    pub animals: Vec<AnimalNode>,
}

#[entity]
pub struct Keeper {
    #[column(length = 20)]
    pub name: String,
    #[has_many(Animal)]
    pub animals: Many<Animal>,
}

#[node(Keeper)]
#[getter(name = "keeper")]
#[connection(name = "all_keepers", order_by(name))]
pub struct KeeperNode {
    pub name: String,
    pub animals: Vec<AnimalNode>,
}

#[entity]
pub struct Animal {
    #[column(length = 100)]
    pub name: String,
    pub nickname: Option<String>,
    pub tame: Option<bool>,
    pub legs: Option<i32>,
    pub weight: Option<f64>,
    #[column(decimal(8, 2))]
    pub price: Option<Decimal>,
    pub born: Option<NaiveDate>,
    pub fed_at: Option<DateTime<Utc>>,
    pub traits: Option<Json>,
    pub mood: Mood,
    pub old_mood: Option<Mood>,
    pub chip: i32,
    #[belongs_to(Keeper)]
    pub keeper_id: Option<Uuid>,
    #[belongs_to(Zone)]
    pub zone_id: String,
    #[belongs_to(Animal)]
    pub parent_id: Option<Uuid>,
    #[has_many(Animal, by = parent_id)]
    pub children: Many<Animal>,
    #[has_many(Reading)]
    pub readings: Many<Reading>,
}

/// An animal.
#[node(Animal)]
#[getter(name = "animal")]
#[connection(name = "all_animals", order_by(name, legs, weight, born, created_at))]
pub struct AnimalNode {
    pub name: String,
    pub nickname: Option<String>,
    pub tame: Option<bool>,
    pub legs: Option<i32>,
    pub weight: Option<f64>,
    pub price: Option<f64>,
    pub born: Option<NaiveDate>,
    pub fed_at: Option<DateTime<Utc>>,
    pub traits: Option<Json>,
    pub mood: Mood,
    pub old_mood: Option<Mood>,
    pub keeper: Option<KeeperNode>,
    pub zone: ZoneNode,
    pub parent: Option<AnimalNode>,
    pub children: Vec<AnimalNode>,
    pub readings: Vec<ReadingNode>,
}

#[entity]
pub struct Reading {
    pub batch: i32,
    pub label: String,
    pub level: Option<f64>,
    #[column(decimal(8, 2))]
    pub amount: Option<Decimal>,
    pub day: Option<NaiveDate>,
    pub taken_at: Option<DateTime<Utc>>,
    pub good: Option<bool>,
    pub count: Option<i32>,
    pub note: Option<String>,
    pub mood: Option<Mood>,
    #[belongs_to(Animal)]
    pub animal_id: Option<Uuid>,
}

#[node(Reading)]
#[getter(name = "reading")]
pub struct ReadingNode {
    pub batch: i32,
    pub label: String,
    pub level: Option<f64>,
    pub amount: Option<f64>,
    pub day: Option<NaiveDate>,
    pub taken_at: Option<DateTime<Utc>>,
    pub good: Option<bool>,
    pub count: Option<i32>,
    pub note: Option<String>,
    pub mood: Option<Mood>,
    pub animal: Option<AnimalNode>,
}

/// Readings, the last batch first.
#[connection(
    node = ReadingNode,
    order_by(batch, label, level, amount, day, taken_at, good, count, note, mood, created_at),
    aggregate(batch, label, level, amount, day, taken_at),
    group_by(good, mood, note, amount, animal_id)
)]
async fn all_readings(_ctx: &Context<'_>, good: Option<bool>) -> Result<Select<Reading>> {
    let readings = Reading::select().order_by(Reading::COLUMN.batch.desc()).order_by(Reading::COLUMN.note.asc());
    Ok(readings.filter_some(good, |good| Reading::COLUMN.good.eq(Some(good))))
}
