//! `catalog bench-data`: fills the database deterministically, with plain SeaORM.

use lys::{
    Command, CommandCall,
    chrono::{DateTime, TimeDelta},
    clap::{Arg, value_parser},
    indicatif::ProgressBar,
    prelude::*,
    sea_orm::{ActiveValue::Set, EntityTrait, TransactionTrait},
};

use crate::{
    demo::{ACME, GLOBEX},
    product::product_entity,
    review::review_entity,
};

/// Rows of one INSERT.
const BATCH: u32 = 1_000;

/// The command.
#[must_use]
pub fn command() -> Command {
    let count = |name: &'static str, default: &'static str, help: &'static str| {
        Arg::new(name).long(name).help(help).default_value(default).value_parser(value_parser!(u32))
    };
    Command::new("bench-data", "Fill the database with products and reviews of two clients, always the same")
        .arg(count("products", "100000", "How many products"))
        .arg(count("reviews", "500000", "How many reviews, spread over the products"))
        .run(fill)
}

async fn fill(call: CommandCall) -> Result<()> {
    let (products, reviews) = (call.get::<u32>("products")?, call.get::<u32>("reviews")?);
    let bar = ProgressBar::new(u64::from(products) + u64::from(reviews));
    let transaction = call.database().sea_orm().begin().await?;
    for start in (0..products).step_by(BATCH as usize) {
        let rows = (start..products.min(start + BATCH)).map(product);
        product_entity::Entity::insert_many(rows).exec_without_returning(&transaction).await?;
        bar.inc(u64::from(BATCH.min(products - start)));
    }
    for start in (0..reviews).step_by(BATCH as usize) {
        let rows = (start..reviews.min(start + BATCH)).map(|number| review(number, products));
        review_entity::Entity::insert_many(rows).exec_without_returning(&transaction).await?;
        bar.inc(u64::from(BATCH.min(reviews - start)));
    }
    transaction.commit().await?;
    bar.finish();
    println!("{products} products and {reviews} reviews");
    Ok(())
}

fn product(number: u32) -> product_entity::ActiveModel {
    let category = ["ELECTRONICS", "BOOKS", "HOME"][number as usize % 3];
    product_entity::ActiveModel {
        id: Set(id(1, number)),
        name: Set(format!("Product {number}")),
        price: Set(Decimal::new(i64::from(scatter(number) % 100_000) + 1, 2)),
        category_id: Set(category.to_owned()),
        client_id: Set(if scatter(number).is_multiple_of(2) { ACME } else { GLOBEX }),
        created_at: Set(time(number)),
        updated_at: Set(None),
    }
}

fn review(number: u32, products: u32) -> review_entity::ActiveModel {
    let rating = i32::try_from(scatter(number) % 5).unwrap_or_default() + 1;
    review_entity::ActiveModel {
        id: Set(id(2, number)),
        product_id: Set(id(1, number % products.max(1))),
        rating: Set(rating),
        body: Set(format!("Review {number}: {}", ["good", "fair", "excellent"][number as usize % 3])),
        created_at: Set(time(number)),
        updated_at: Set(None),
    }
}

/// A UUID that says which table and row it belongs to; its leading bits are scattered as a random one's would be.
fn id(table: u128, number: u32) -> Uuid {
    Uuid::from_u128(u128::from(scatter(number)) << 96 | 0x4000_8000_0000_0000_0000 | table << 32 | u128::from(number))
}

/// A second for each row, and microseconds that are not round.
fn time(number: u32) -> DateTime<Utc> {
    let start = DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default();
    start + TimeDelta::seconds(i64::from(number)) + TimeDelta::microseconds(i64::from(number % 999_983))
}

/// Knuth's multiplicative hash.
fn scatter(number: u32) -> u32 {
    number.wrapping_mul(2_654_435_761).rotate_left(13)
}
