//! Reading and writing on a real database.

mod bulk;
mod connection;
mod nested;
mod readers;
mod reading;
mod search;
mod server;
mod snapshots;
mod soft_delete;
mod upsert;
mod values;
mod version;
mod writing;

use std::borrow::Borrow;

use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    Database, Dialect, Draft, Reader, Writer,
    test_entities::{Category, Item, Label, Product, Sticker, TestDatabase, decide},
};
use crate::{
    access::{Claims, Decision},
    entity::Entity,
    error::Result,
    operation::Audience,
};

crate::test_on_servers!();

const A: Uuid = Uuid::from_u128(0xA);
const B: Uuid = Uuid::from_u128(0xB);
const ME: Uuid = Uuid::from_u128(1);

fn full() -> Decision {
    Decision::system("tests")
}

/// Rows of client A.
fn of_a() -> Decision {
    decide(Claims::user(ME).organization("client", A, ["change"]), &Audience::default())
}

/// Own rows.
fn own() -> Decision {
    decide(Claims::user(ME).grant_own("change"), &Audience::default())
}

fn product(name: &str, client: Uuid) -> Draft<Product> {
    let columns = Product::COLUMN;
    Draft::new()
        .with(columns.name, name)
        .with(columns.price, Decimal::new(1999, 2))
        .with(columns.category_id, "BOOKS")
        .with(columns.client_id, client)
}

fn item(product: &Product, client: Uuid) -> Draft<Item> {
    Draft::new()
        .with(Item::COLUMN.product_id, product.id)
        .with(Item::COLUMN.client_id, client)
        .with(Item::COLUMN.count, 0)
}

fn label(word: &str, client: Uuid) -> Draft<Label> {
    Draft::new().with(Label::COLUMN.word, word).with(Label::COLUMN.client_id, client)
}

/// Runs `work` in a transaction of its own: committed if it succeeds.
async fn write<T>(
    database: &Database,
    decision: impl Borrow<Decision>,
    work: impl AsyncFnOnce(&Writer<'_>) -> Result<T>,
) -> Result<T> {
    let transaction = database.begin().await?;
    let answer = work(&Writer::new(database, &transaction, decision.borrow())).await;
    match answer {
        Ok(answer) => transaction.commit().await.map(|()| answer),
        Err(error) => {
            transaction.rollback().await?;
            Err(error)
        }
    }
}

/// SQL with names in double quotes.
fn generic(statements: Vec<String>) -> Vec<String> {
    statements.into_iter().map(|sql| sql.replace('`', "\"")).collect()
}

async fn read_all(database: &Database) -> Vec<Product> {
    Reader::new(database, None, &full()).list(Product::select()).await.expect("reads")
}

/// Two products, of A and of B, and the category of both.
async fn seeded() -> (TestDatabase, Product, Product) {
    let test = TestDatabase::open().await;
    let rows = write(&test.database, full(), async |writer| {
        writer.create(Draft::<Category>::new().with(Category::COLUMN.id, "BOOKS")).await?;
        let a = writer.create(product("of A", A).with(Product::COLUMN.owner_id, ME)).await?;
        Ok((a, writer.create(product("of B", B)).await?))
    });
    let (a, b) = rows.await.expect("seeds");
    (test, a, b)
}

#[track_caller]
fn refused<T: std::fmt::Debug>(answer: Result<T>) -> (String, u16) {
    let error = answer.expect_err("refused");
    (error.code().to_owned(), error.status())
}

/// The fields that are at fault, each with the rule that it breaks.
fn blamed<T>(answer: &Result<T>) -> Vec<(&str, &str)> {
    let fields = answer.as_ref().err().and_then(|error| error.extensions().get("fields")?.as_array());
    let fields = fields.into_iter().flatten();
    fields.filter_map(|field| Some((field["path"][0].as_str()?, field["rule"].as_str()?))).collect()
}

fn is(code: &str, status: u16) -> (String, u16) {
    (code.to_owned(), status)
}
