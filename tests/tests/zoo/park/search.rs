//! Lists that callers filter and sort.

use lys::prelude::*;

use super::{Animal, AnimalNode, Reading, ReadingNode};

/// Animals by everything that they show.
#[connection(
    node = AnimalNode,
    order_by(name, legs, weight, born, created_at),
    filter(
        id,
        name,
        nickname,
        tame,
        legs,
        weight,
        price,
        born,
        fed_at,
        mood,
        old_mood,
        zone_id,
        keeper(id, name, animals(name, legs)),
        zone(enabled, description, animals(tame)),
        parent(name, mood, parent(nickname)),
        children(name, old_mood, zone(id)),
        readings(batch, label, level, amount, day, taken_at, good, count, note, mood, created_at),
    ),
    sort(
        name,
        legs,
        price,
        born,
        keeper(name, animals),
        zone(enabled, animals),
        parent(nickname, mood, zone(description)),
        children,
        readings
    )
)]
async fn search_animals(_ctx: &Context<'_>, named: Option<String>) -> Result<Select<Animal>> {
    Ok(Animal::select().filter_some(named, |name| Animal::COLUMN.name.eq(name)))
}

/// Readings by what their animals are; another filter of the same rows.
#[connection(
    node = ReadingNode,
    order_by(batch, label, level, amount, day, taken_at, good, count, note, mood, created_at),
    filter(label, level, amount, note, good, count, taken_at, animal(name, children(name), readings(label))),
    sort(
        batch,
        level,
        amount,
        day,
        taken_at,
        good,
        count,
        note,
        mood,
        animal(name, tame, price, fed_at, keeper(name, animals), parent(nickname, weight), children, readings)
    ),
    aggregate(batch, label, level, amount, day, taken_at),
    group_by(good, mood, note, amount, animal_id)
)]
async fn search_readings(_ctx: &Context<'_>) -> Result<Select<Reading>> {
    Ok(Reading::select())
}
