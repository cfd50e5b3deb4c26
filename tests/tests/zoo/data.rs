//! The rows of the park.

use lys::prelude::*;
use serde_json::Value;

use super::park::{Animal, Keeper, Mood, Reading, Zone};

/// Rows that graphql-js sees too.
fn fixed(table: &str) -> Vec<Value> {
    let mut data: Value = serde_json::from_str(include_str!("data.json")).unwrap();
    serde_json::from_value(data[table].take()).unwrap()
}

pub fn keeper_id(n: u128) -> Uuid {
    Uuid::from_u128(0x4ee9 << 64 | n)
}

pub fn animal_id(n: u128) -> Uuid {
    Uuid::from_u128(0xa41 << 64 | n)
}

fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600 + seconds, 0).unwrap()
}

fn number(value: &Value) -> Option<u128> {
    value.as_u64().map(u128::from)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn mood(value: &Value) -> Option<Mood> {
    Some(match value.as_str()? {
        "CALM" => Mood::Calm,
        "WILD" => Mood::Wild,
        _ => Mood::HalfAsleep,
    })
}

pub fn zones() -> Fixture {
    Fixture::parametric::<Zone>("zones", || {
        let row = |row: &Value| {
            Draft::new()
                .with(Zone::COLUMN.id, text(&row["id"]).unwrap())
                .with(Zone::COLUMN.enabled, row["enabled"] == true)
                .with(Zone::COLUMN.description, text(&row["description"]))
                .with(Zone::COLUMN.created_at, time(0))
        };
        fixed("zones").iter().map(row).collect()
    })
}

pub fn keepers() -> Fixture {
    Fixture::business::<Keeper>("keepers", &[Environment::Dev], || {
        let row = |row: &Value| {
            let n = number(&row["n"]).unwrap();
            Draft::new()
                .with(Keeper::COLUMN.id, keeper_id(n))
                .with(Keeper::COLUMN.name, text(&row["name"]).unwrap())
                .with(Keeper::COLUMN.created_at, time(row["n"].as_i64().unwrap()))
        };
        fixed("keepers").iter().map(row).collect()
    })
}

pub fn animals() -> Fixture {
    Fixture::business::<Animal>("animals", &[Environment::Dev], || fixed("animals").iter().map(animal).collect())
}

fn animal(row: &Value) -> Draft<Animal> {
    let n = number(&row["n"]).unwrap();
    let fed_at = row["fedAt"].as_str().map(|at| at.parse::<DateTime<Utc>>().unwrap());
    let json = Some(row["traits"].clone()).filter(|traits| !traits.is_null());
    Draft::new()
        .with(Animal::COLUMN.id, animal_id(n))
        .with(Animal::COLUMN.name, text(&row["name"]).unwrap())
        .with(Animal::COLUMN.nickname, text(&row["nickname"]))
        .with(Animal::COLUMN.tame, row["tame"].as_bool())
        .with(Animal::COLUMN.legs, row["legs"].as_i64().map(|legs| i32::try_from(legs).unwrap()))
        .with(Animal::COLUMN.weight, row["weight"].as_f64())
        .with(Animal::COLUMN.price, row["price"].as_f64().map(|price| price.to_string().parse::<Decimal>().unwrap()))
        .with(Animal::COLUMN.born, row["born"].as_str().map(|day| day.parse::<NaiveDate>().unwrap()))
        .with(Animal::COLUMN.fed_at, fed_at)
        .with(Animal::COLUMN.traits, json)
        .with(Animal::COLUMN.mood, mood(&row["mood"]).unwrap())
        .with(Animal::COLUMN.old_mood, mood(&row["oldMood"]))
        .with(Animal::COLUMN.chip, i32::try_from(n).unwrap() * 11)
        .with(Animal::COLUMN.keeper_id, number(&row["keeper"]).map(keeper_id))
        .with(Animal::COLUMN.zone_id, text(&row["zone"]).unwrap())
        .with(Animal::COLUMN.parent_id, number(&row["parent"]).map(animal_id))
        .with(Animal::COLUMN.created_at, time(row["n"].as_i64().unwrap()))
}

/// Sixty rows with many equal values and NULLs, for paging.
pub fn readings() -> Fixture {
    Fixture::business::<Reading>("readings", &[Environment::Dev], || (0..60).map(reading).collect())
}

fn reading(n: i32) -> Draft<Reading> {
    // Scattered, so that no order is the order of insertion.
    let scattered = n * 37 % 60;
    let some = |every: i32| (scattered % every != 0).then_some(scattered % every);
    let moods = [Mood::Calm, Mood::Wild, Mood::HalfAsleep];
    Draft::new()
        .with(
            Reading::COLUMN.id,
            Uuid::from_u128(u128::try_from(scattered).unwrap() << 100 | u128::try_from(n).unwrap()),
        )
        .with(Reading::COLUMN.batch, scattered / 7)
        .with(Reading::COLUMN.label, ["a", "B", "b", "ä", "", "a\"\\"][usize::try_from(scattered % 6).unwrap()])
        .with(Reading::COLUMN.level, some(5).map(|level| f64::from(level) / 3.0))
        .with(Reading::COLUMN.amount, some(4).map(|amount| Decimal::new(i64::from(amount) * 1005, 2)))
        .with(Reading::COLUMN.day, some(6).map(|day| NaiveDate::from_ymd_opt(2026, 1, 1 + day.unsigned_abs()).unwrap()))
        .with(Reading::COLUMN.taken_at, some(9).map(|at| time(0) + micros(at)))
        .with(Reading::COLUMN.good, some(3).map(|good| good == 1))
        .with(Reading::COLUMN.count, some(8).map(|count| count - 4))
        .with(Reading::COLUMN.note, some(7).map(|note| format!("n{note}")))
        .with(Reading::COLUMN.mood, some(4).map(|mood| moods[usize::try_from(mood - 1).unwrap()]))
        .with(Reading::COLUMN.animal_id, some(8).filter(|n| *n < 7).map(|n| animal_id(u128::try_from(n).unwrap())))
        .with(Reading::COLUMN.created_at, time(i64::from(scattered / 4)))
}

/// Whole seconds, milliseconds and microseconds, so that stored texts differ in length.
fn micros(n: i32) -> lys::chrono::TimeDelta {
    lys::chrono::TimeDelta::microseconds(
        [0, 1_000_000, 1_500_000, 1_500_001, 2_000_000, 100, 7, 3_000_000, 5][usize::try_from(n).unwrap()],
    )
}
