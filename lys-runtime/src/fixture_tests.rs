use rust_decimal::Decimal;
use uuid::Uuid;

use super::*;
use crate::data::{
    Reader,
    test_entities::{Category, Label, Product, TestDatabase},
};

const ID: Uuid = Uuid::from_u128(7);

fn category(id: &str, description: &str) -> Draft<Category> {
    Draft::new().with(Category::COLUMN.id, id).with(Category::COLUMN.description, Some(description.to_owned()))
}

fn product(name: &str) -> Draft<Product> {
    Draft::new()
        .with(Product::COLUMN.id, ID)
        .with(Product::COLUMN.name, name)
        .with(Product::COLUMN.price, Decimal::ONE)
        .with(Product::COLUMN.category_id, "BOOKS")
        .with(Product::COLUMN.client_id, ID)
}

fn categories() -> Fixture {
    Fixture::parametric::<Category>("categories", || vec![category("BOOKS", "Books"), category("TOYS", "Toys")])
}

fn products() -> Fixture {
    Fixture::business::<Product>("products", &[Environment::Dev, Environment::Prod], || vec![product("first")])
}

fn counts(created: usize, updated: usize, unchanged: usize) -> Counts {
    Counts { created, updated, unchanged }
}

async fn loaded(test: &TestDatabase, fixtures: &[Fixture], environment: Environment) -> Vec<Option<Counts>> {
    let report = load_fixtures(&test.database, fixtures, environment).await.expect("loads");
    report.fixtures.into_iter().map(|(_, counts)| counts).collect()
}

async fn rows<E: Entity>(test: &TestDatabase) -> Vec<E> {
    let decision = Decision::system("tests");
    Reader::new(&test.database, None, &decision).list(E::select()).await.expect("reads")
}

#[tokio::test]
async fn loading_twice_changes_nothing() {
    let test = TestDatabase::open().await;
    let fixtures = [categories(), products()];
    assert_eq!(loaded(&test, &fixtures, Environment::Dev).await, [Some(counts(2, 0, 0)), Some(counts(1, 0, 0))]);
    let before = (rows::<Category>(&test).await, rows::<Product>(&test).await);
    assert_eq!(loaded(&test, &fixtures, Environment::Dev).await, [Some(counts(0, 0, 2)), Some(counts(0, 0, 1))]);
    assert_eq!((rows::<Category>(&test).await, rows::<Product>(&test).await), before);
}

#[tokio::test]
async fn reference_data_follows_its_fixture_and_is_never_deleted() {
    let test = TestDatabase::open().await;
    loaded(&test, &[categories()], Environment::Prod).await;
    let changed = Fixture::parametric::<Category>("categories", || vec![category("BOOKS", "Printed books")]);
    assert_eq!(loaded(&test, &[changed], Environment::Prod).await, [Some(counts(0, 1, 0))]);
    let rows: Vec<Category> = rows(&test).await;
    let descriptions: Vec<_> = rows.iter().map(|row| row.description.as_deref()).collect();
    assert_eq!(descriptions, [Some("Printed books"), Some("Toys")]);
    assert!(rows.iter().all(|row| row.enabled));
}

#[tokio::test]
async fn sample_rows_that_exist_are_left_alone() {
    let test = TestDatabase::open().await;
    loaded(&test, &[categories(), products()], Environment::Dev).await;
    let renamed = Fixture::business::<Product>("products", &[Environment::Dev], || vec![product("second")]);
    assert_eq!(loaded(&test, &[renamed], Environment::Dev).await, [Some(counts(0, 0, 1))]);
    assert_eq!(rows::<Product>(&test).await[0].name, "first");
}

#[tokio::test]
async fn sample_rows_stay_out_of_production() {
    let test = TestDatabase::open().await;
    for environment in [Environment::Demo, Environment::Preprod, Environment::Prod] {
        assert_eq!(loaded(&test, &[products()], environment).await, [None], "{environment}");
    }
}

#[tokio::test]
async fn a_fixture_that_fails_leaves_no_row_and_is_named() {
    let test = TestDatabase::open().await;
    let broken = Fixture::parametric::<Category>("broken", || vec![category("BOOKS", "Books"), Draft::new()]);
    let missing_key = Fixture::business::<Product>("no category", &[Environment::Dev], || vec![product("first")]);
    for fixture in [broken, missing_key] {
        let line = fixture.source().line;
        let error =
            load_fixtures(&test.database, std::slice::from_ref(&fixture), Environment::Dev).await.expect_err("refused");
        let cause = std::error::Error::source(&error).expect("a cause").to_string();
        assert!(cause.contains(fixture.name()) && cause.contains(&format!("fixture_tests.rs:{line}")), "{cause}");
    }
    assert_eq!(rows::<Category>(&test).await, []);
}

#[tokio::test]
async fn a_row_that_somebody_has_deleted_stays_deleted() {
    let test = TestDatabase::open().await;
    let fixture = Fixture::parametric::<Label>("labels", || {
        vec![Draft::new().with(Label::COLUMN.id, ID).with(Label::COLUMN.client_id, ID).with(Label::COLUMN.word, "one")]
    });
    loaded(&test, std::slice::from_ref(&fixture), Environment::Dev).await;
    let decision = Decision::system("tests");
    let transaction = test.database.begin().await.expect("begins");
    Writer::new(&test.database, &transaction, &decision).delete::<Label>(ID).await.expect("deletes");
    transaction.commit().await.expect("commits");
    assert_eq!(loaded(&test, &[fixture], Environment::Dev).await, [Some(counts(0, 0, 1))]);
    assert!(rows::<Label>(&test).await.is_empty());
}
