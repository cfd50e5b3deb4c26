//! Reading and writing on a real SQLite file.

use std::borrow::Borrow;

use rust_decimal::Decimal;
use sea_orm::{IntoActiveModel, Value, entity::prelude::Uuid};

use super::{
    Condition, Database, DatabaseOptions, Draft, Reader, Writer,
    test_entities::{Category, Item, Product, TestDatabase, decide},
};
use crate::{
    access::{Claims, Decision},
    entity::Entity,
    error::{Error, Result},
    operation::{Audience, PublicType},
};

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

fn is(code: &str, status: u16) -> (String, u16) {
    (code.to_owned(), status)
}

#[tokio::test]
async fn values_come_back_as_they_went_in() {
    let (test, a, _) = seeded().await;
    assert_eq!(a.price, Decimal::new(1999, 2));
    assert_eq!(a.owner_id, Some(ME));
    assert_eq!(a.updated_at, None);
    assert_eq!(a.created_at.timestamp_subsec_nanos() % 1000, 0);
    let again: Product = Reader::new(&test.database, None, &full()).get(a.id).await.expect("reads");
    assert_eq!(again, a);

    let stored = "SELECT typeof(id), length(id), typeof(price), created_at FROM product WHERE name = 'of A'";
    let rows = test.database.read_all(stored.to_owned(), Vec::new()).await.expect("reads");
    let cells: (String, i64, String, String) = (
        rows[0].try_get_by_index(0).expect("text"),
        rows[0].try_get_by_index(1).expect("int"),
        rows[0].try_get_by_index(2).expect("text"),
        rows[0].try_get_by_index(3).expect("text"),
    );
    assert_eq!((cells.0.as_str(), cells.1, cells.2.as_str()), ("blob", 16, "real"));
    assert_eq!(cells.3.len(), "2026-03-31T10:15:30.123456+00:00".len(), "{}", cells.3);
}

#[tokio::test]
async fn decimals_are_exact_at_their_scale() {
    let (test, a, _) = seeded().await;
    for text in ["0.01", "0.1", "-0.29", "1.10", "123456789.99", "999999999999.99", "100"] {
        let price: Decimal = text.parse().expect("a decimal");
        let row = write(&test.database, full(), async |w| w.update::<Product>(a.id, |row| row.price = price).await);
        assert_eq!(row.await.expect("writes").price, price);
        let (decision, select) = (full(), Product::select().filter(Product::COLUMN.price.eq(price)));
        let found = Reader::new(&test.database, None, &decision).list(select).await;
        assert_eq!(found.expect("reads").len(), 1, "{text}");
    }
    for text in ["0.001", "1000000000000"] {
        let price: Decimal = text.parse().expect("a decimal");
        let row = write(&test.database, full(), async |w| w.update::<Product>(a.id, |row| row.price = price).await);
        assert_eq!(refused(row.await), is("INVALID_INPUT", 400), "{text}");
    }
}

#[tokio::test]
async fn every_mistake_in_a_draft_is_listed_and_nothing_is_echoed() {
    let (test, ..) = seeded().await;
    let draft =
        Draft::new().with(Product::COLUMN.name, "a name that is far too long").with(Product::COLUMN.client_id, A);
    let error = write(&test.database, full(), async |w| w.create(draft).await).await.expect_err("refused");
    let fields = error.extensions()["fields"].to_string();
    for expected in [r#"["name"]"#, r#"["price"]"#, r#"["categoryId"]"#] {
        assert!(fields.contains(expected), "{fields}");
    }
    assert!(!fields.contains("far too long"), "{fields}");
}

#[tokio::test]
async fn reference_data_needs_its_id() {
    let (test, ..) = seeded().await;
    let created = write(&test.database, full(), async |w| w.create(Draft::<Category>::new()).await);
    assert_eq!(refused(created.await), is("INVALID_INPUT", 400));
}

#[tokio::test]
async fn reads_stay_inside_the_scope() {
    let (test, a, b) = seeded().await;
    for decision in [of_a(), own()] {
        let reader = Reader::new(&test.database, None, &decision);
        assert_eq!(reader.list(Product::select()).await.expect("reads"), [a.clone()]);
        assert_eq!(reader.count(Product::select()).await.expect("reads"), 1);
        assert!(!reader.exists(Product::select().filter(Product::COLUMN.id.eq(b.id))).await.expect("reads"));
        assert_eq!(reader.find::<Product>(b.id).await.expect("reads"), None);
        assert_eq!(refused(reader.get::<Product>(b.id).await), is("NOT_FOUND", 404));
        assert_eq!(refused(reader.get::<Product>(Uuid::nil()).await), is("NOT_FOUND", 404));
        assert_eq!(reader.get_multiple::<Product>(&[b.id, a.id]).await.expect("reads"), [a.clone()]);
        assert_eq!(reader.list(Category::select()).await.expect("reads"), []);
        assert_eq!(reader.unscoped("a test").count(Product::select()).await.expect("reads"), 2);
    }
}

#[tokio::test]
async fn a_condition_cannot_widen_the_scope() {
    let (test, a, b) = seeded().await;
    let decision = of_a();
    let reader = Reader::new(&test.database, None, &decision);
    let all = || Condition::raw("1 = 1 OR 1 = 1", Vec::new());
    let select = Product::select().filter(Product::COLUMN.id.eq(b.id).or(all())).filter(all());
    assert_eq!(reader.list(select).await.expect("reads"), [a]);
    let escape = Product::select().filter(Condition::raw("1 = 1) OR (1 = 1", Vec::new()));
    assert_eq!(reader.list(escape).await.expect("reads"), []);
}

#[tokio::test]
async fn many_keys_are_one_query_in_their_order() {
    let (test, a, b) = seeded().await;
    let decision = full();
    let reader = Reader::new(&test.database, None, &decision);
    let log = test.database.statement_log();
    assert_eq!(
        reader.get_multiple::<Product>(&[b.id, Uuid::nil(), a.id, b.id]).await.expect("reads"),
        [b.clone(), a, b]
    );
    assert_eq!(reader.get_multiple::<Product>(&[]).await.expect("reads"), []);
    assert_eq!(log.take().len(), 1);
}

#[tokio::test]
async fn creations_stay_inside_the_scope() {
    let (test, ..) = seeded().await;
    let created = write(&test.database, of_a(), async |w| w.create(product("new", A)).await).await;
    assert_eq!(created.expect("creates").client_id, A);
    let foreign = write(&test.database, of_a(), async |w| w.create(product("foreign", B)).await).await;
    assert_eq!(refused(foreign), is("PERMISSION_DENIED", 403));
    let unowned = write(&test.database, own(), async |w| w.create(product("unowned", A)).await).await;
    assert_eq!(refused(unowned), is("PERMISSION_DENIED", 403));
    let category = Draft::<Category>::new().with(Category::COLUMN.id, "TOYS");
    let unscoped = write(&test.database, of_a(), async |w| w.create(category).await).await;
    assert_eq!(refused(unscoped), is("PERMISSION_DENIED", 403));
    assert_eq!(read_all(&test.database).await.len(), 3);
}

#[tokio::test]
async fn foreign_rows_cannot_be_changed_or_deleted() {
    let (test, a, b) = seeded().await;
    let before = read_all(&test.database).await;
    for decision in [of_a(), own()] {
        for key in [b.id, Uuid::nil()] {
            let rename = async |w: &Writer<'_>| w.update::<Product>(key, |row| row.name = "taken".to_owned()).await;
            assert_eq!(refused(write(&test.database, &decision, rename).await), is("NOT_FOUND", 404));
            let delete = write(&test.database, &decision, async |w| w.delete::<Product>(key).await).await;
            assert_eq!(refused(delete), is("NOT_FOUND", 404));
        }
        // A draft of a row that was read past the scope.
        let draft = Draft::of(b.clone()).with(Product::COLUMN.name, "taken").with(Product::COLUMN.client_id, A);
        assert!(write(&test.database, &decision, async |w| w.save(draft).await).await.is_err());
        let untouched = write(&test.database, &decision, async |w| w.save(Draft::of(b.clone())).await).await;
        assert_eq!(refused(untouched), is("NOT_FOUND", 404));
    }
    assert_eq!(read_all(&test.database).await, before);
    write(&test.database, of_a(), async |w| w.delete::<Product>(a.id).await).await.expect("deletes its own");
}

#[tokio::test]
async fn nobody_moves_a_row_to_another_tenant() {
    let (test, a, _) = seeded().await;
    let before = read_all(&test.database).await;
    for decision in [of_a(), own()] {
        let moved =
            write(&test.database, &decision, async |w| w.update::<Product>(a.id, |row| row.client_id = B).await);
        assert_eq!(refused(moved.await), is("PERMISSION_DENIED", 403));
    }
    let given = write(&test.database, own(), async |w| w.update::<Product>(a.id, |row| row.owner_id = None).await);
    assert_eq!(refused(given.await), is("PERMISSION_DENIED", 403));
    assert_eq!(read_all(&test.database).await, before);
}

#[tokio::test]
async fn referenced_rows_must_be_inside_the_scope() {
    let (test, a, b) = seeded().await;
    let added = write(&test.database, of_a(), async |w| w.create(item(&a, A)).await).await.expect("creates");
    let foreign = write(&test.database, of_a(), async |w| w.create(item(&b, A)).await).await;
    assert_eq!(refused(foreign), is("NOT_FOUND", 404));
    let moved = write(&test.database, of_a(), async |w| w.update::<Item>(added.id, |row| row.product_id = b.id).await);
    assert_eq!(refused(moved.await), is("NOT_FOUND", 404));
    let public = Audience { public: Some(PublicType::NoLimitation), ..Audience::default() };
    let public = decide(crate::access::Actor::Anonymous, &public);
    let guessed = write(&test.database, &public, async |w| w.create(item(&a, A)).await).await;
    assert_eq!(refused(guessed), is("NOT_FOUND", 404));
}

#[tokio::test]
async fn missing_referenced_rows_are_not_found() {
    let (test, a, _) = seeded().await;
    for decision in [full(), of_a()] {
        let rename = async |w: &Writer<'_>| w.update::<Product>(a.id, |row| row.category_id = "NONE".to_owned()).await;
        assert_eq!(refused(write(&test.database, &decision, rename).await), is("NOT_FOUND", 404));
        let draft = product("new", A).with(Product::COLUMN.category_id, "NONE");
        let created = write(&test.database, &decision, async |w| w.create(draft).await).await;
        assert_eq!(refused(created), is("NOT_FOUND", 404));
    }
}

#[tokio::test]
async fn referenced_rows_cannot_be_deleted() {
    let (test, ..) = seeded().await;
    let deleted = write(&test.database, full(), async |w| w.delete::<Category>("BOOKS".to_owned()).await).await;
    assert_eq!(refused(deleted), is("STILL_REFERENCED", 409));
}

#[tokio::test]
async fn unique_values_are_taken_once() {
    let (test, ..) = seeded().await;
    let created = write(&test.database, full(), async |w| w.create(product("of A", B)).await).await;
    assert_eq!(refused(created), is("ALREADY_EXISTS", 409));
}

#[tokio::test]
async fn only_changed_columns_are_written() {
    let (test, a, _) = seeded().await;
    let log = test.database.statement_log();
    let row =
        write(&test.database, of_a(), async |w| w.update::<Product>(a.id, |row| row.name = "renamed".to_owned()).await);
    assert!(row.await.expect("writes").updated_at.is_some());
    let statements = log.take();
    assert_eq!(statements.len(), 2, "{statements:?}");
    assert!(statements[1].starts_with(r#"UPDATE "product" SET "name" = ?, "updated_at" = ? WHERE "id" = ? AND "#));

    let reader = full();
    let before: Product = Reader::new(&test.database, None, &reader).get(a.id).await.expect("reads");
    let _ = log.take();
    let same =
        write(&test.database, full(), async |w| w.update::<Product>(a.id, |row| row.name = "renamed".to_owned()).await);
    assert_eq!(same.await.expect("writes nothing"), before);
    assert_eq!(log.take().len(), 1);
}

#[tokio::test]
async fn a_rolled_back_or_dropped_transaction_leaves_no_trace() {
    let (test, a, _) = seeded().await;
    let before = read_all(&test.database).await;
    let failed: Result<()> = write(&test.database, full(), async |w| {
        w.create(product("new", A)).await?;
        w.delete::<Product>(a.id).await?;
        assert_eq!(w.count(Product::select()).await?, 2, "a transaction sees its own writes");
        Err(Error::permission_denied())
    })
    .await;
    assert!(failed.is_err());
    assert_eq!(read_all(&test.database).await, before);

    let transaction = test.database.begin().await.expect("begins");
    let decision = full();
    Writer::new(&test.database, &transaction, &decision).delete::<Product>(a.id).await.expect("deletes");
    drop(transaction);
    assert_eq!(read_all(&test.database).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_at_the_same_time_lose_nothing_and_are_never_busy() {
    let (test, a, _) = seeded().await;
    let counter = write(&test.database, full(), async |w| w.create(item(&a, A)).await).await.expect("creates");
    let tasks = (0..64).map(|_| {
        let (database, key) = (test.database.clone(), counter.id);
        tokio::spawn(async move {
            let decision = of_a();
            let transaction = database.begin().await?;
            Writer::new(&database, &transaction, &decision).update::<Item>(key, |row| row.count += 1).await?;
            transaction.commit().await
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("no panic").expect("writes");
    }
    let decision = full();
    let row: Item = Reader::new(&test.database, None, &decision).get(counter.id).await.expect("reads");
    assert_eq!(row.count, 64);
}

#[tokio::test]
async fn readers_cannot_write() {
    let (test, ..) = seeded().await;
    let error = test.database.read_all("DELETE FROM product".to_owned(), Vec::new()).await.expect_err("refused");
    assert!(error.is_internal());
}

#[tokio::test]
async fn rows_are_seaorm_models_too() {
    let (test, a, _) = seeded().await;
    use sea_orm::EntityTrait;
    let found = <Product as Entity>::SeaOrm::find_by_id(a.id).one(&test.database.readers).await.expect("reads");
    assert_eq!(found, Some(a.clone()));
    let _ = a.into_active_model();
}

#[tokio::test]
async fn other_databases_are_refused_by_name() {
    for url in ["postgres://user:hunter2@host/db", "nonsense", "sqlite::memory:"] {
        let error = Database::connect(url, &DatabaseOptions::default()).await.expect_err("refused");
        let text = std::error::Error::source(&error).expect("a cause").to_string();
        assert!(text.contains("sqlite://"), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[tokio::test]
async fn contains_ci_takes_text_literally_and_folds_all_cases() {
    let (test, ..) = seeded().await;
    let names = ["100% wool", "100_wool", r"back\slash", "ÉTÉ à Paris", "[a-z]*?", "straße", "O'Brien"];
    write(&test.database, full(), async |w| {
        for name in names {
            w.create(product(name, A)).await?;
        }
        Ok(())
    })
    .await
    .expect("writes");
    let decision = full();
    let reader = Reader::new(&test.database, None, &decision);
    let cases: [(&str, &[&str]); 12] = [
        ("%", &["100% wool"]),
        ("_", &["100_wool"]),
        ("\\", &[r"back\slash"]),
        ("WOOL", &["100% wool", "100_wool"]),
        ("été", &["ÉTÉ à Paris"]),
        ("À PARIS", &["ÉTÉ à Paris"]),
        ("[A-Z]*?", &["[a-z]*?"]),
        ("ß", &["straße"]),
        ("o'b", &["O'Brien"]),
        ("é*", &[]),
        ("'; DROP TABLE product; --", &[]),
        ("", &["100% wool", "100_wool", "O'Brien", "[a-z]*?", r"back\slash", "of A", "of B", "straße", "ÉTÉ à Paris"]),
    ];
    for (text, expected) in cases {
        let select =
            Product::select().filter(Product::COLUMN.name.contains_ci(text)).order_by(Product::COLUMN.name.asc());
        let found: Vec<String> = reader.list(select).await.expect("reads").into_iter().map(|row| row.name).collect();
        assert_eq!(found, expected, "{text}");
    }
    let long = "é".repeat(60_000);
    assert_eq!(reader.count(Product::select().filter(Product::COLUMN.name.contains_ci(long))).await.expect("reads"), 0);
}

#[tokio::test]
async fn lists_of_every_kind_match() {
    let (test, a, b) = seeded().await;
    let decision = full();
    let reader = Reader::new(&test.database, None, &decision);
    let columns = Product::COLUMN;
    let conditions = [
        columns.id.is_in([a.id]),
        columns.name.is_in(["of A", "'x'"]),
        columns.price.is_in([a.price]).and(columns.id.ne(b.id)),
        columns.created_at.is_in([a.created_at]),
        columns.owner_id.is_in([Some(ME), None]),
        columns.owner_id.eq(Some(ME)),
        columns.owner_id.ne(None::<Uuid>),
        columns.owner_id.is_null().not(),
        columns.created_at.eq(a.created_at),
        Condition::raw("name = ? AND '?' <> ?", vec!["of A".into(), Value::from("y")]),
    ];
    for (index, condition) in conditions.into_iter().enumerate() {
        assert_eq!(
            reader.list(Product::select().filter(condition)).await.expect("reads"),
            [a.clone()],
            "condition {index}"
        );
    }
    let none = Product::select().filter(columns.id.is_in(Vec::<Uuid>::new()));
    assert_eq!(reader.list(none).await.expect("reads"), []);
    let unowned = Product::select().filter(columns.owner_id.eq(None::<Uuid>));
    assert_eq!(reader.list(unowned).await.expect("reads"), [b]);
}
