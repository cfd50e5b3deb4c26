//! Snapshots: one moment for several queries, one connection as long as they last.

use std::time::Duration;

use super::*;
use crate::{data::DatabaseOptions, error::code};

/// Runs until it is stopped.
const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n";
const COUNT: &str = "SELECT COUNT(*) FROM thing";

/// A database with an empty table of things.
async fn database(options: DatabaseOptions) -> (tempfile::TempDir, Database) {
    let directory = tempfile::tempdir().expect("a directory");
    let url = format!("sqlite://{}", directory.path().join("snapshots.db").display());
    let database = Database::connect(&url, &options).await.expect("opens");
    run(&database, "CREATE TABLE thing (id INTEGER PRIMARY KEY)").await;
    (directory, database)
}

async fn run(database: &Database, sql: &str) {
    let transaction = database.begin().await.expect("begins");
    transaction.execute(sql.to_owned(), Vec::new()).await.expect("executes");
    transaction.commit().await.expect("commits");
}

async fn add(database: &Database) {
    run(database, "INSERT INTO thing DEFAULT VALUES").await;
}

async fn read(database: &Database, sql: &str) -> Result<i64> {
    let rows = database.read_all(sql.to_owned(), Vec::new()).await?;
    rows.first().expect("a row").get(0)
}

fn one_reader() -> DatabaseOptions {
    DatabaseOptions { connections: 1, acquire_timeout: Duration::from_millis(500), ..DatabaseOptions::default() }
}

#[tokio::test]
async fn a_snapshot_is_of_its_first_query() {
    let (_directory, database) = database(DatabaseOptions::default()).await;
    add(&database).await;
    let snapshot = database.at_one_moment();
    add(&database).await;
    assert_eq!(read(&snapshot, COUNT).await.expect("reads"), 2, "it begins with its first query");
    add(&database).await;
    assert_eq!(read(&snapshot, COUNT).await.expect("reads"), 2);
    assert_eq!(read(&database, COUNT).await.expect("reads"), 3);
    snapshot.end().await;
    assert!(read(&snapshot, COUNT).await.expect_err("it has ended").is_internal());
    assert_eq!(read(&database.at_one_moment(), COUNT).await.expect("reads"), 3);
}

#[tokio::test]
async fn a_snapshot_holds_one_connection_until_it_ends() {
    let (_directory, database) = database(one_reader()).await;
    let idle = database.at_one_moment();
    assert_eq!(read(&database, COUNT).await.expect("nothing is held before the first query"), 0);
    assert_eq!(read(&idle, COUNT).await.expect("reads"), 0);
    assert!(read(&database, COUNT).await.is_err(), "the only reader is held");
    idle.end().await;
    assert_eq!(read(&database, COUNT).await.expect("the reader is free"), 0);

    let dropped = database.at_one_moment();
    assert_eq!(read(&dropped, COUNT).await.expect("reads"), 0);
    drop(dropped);
    let free = async { while read(&database, COUNT).await.is_err() {} };
    tokio::time::timeout(Duration::from_secs(10), free).await.expect("the reader is free");
}

#[tokio::test]
async fn a_statement_that_fails_ends_its_snapshot() {
    let options = DatabaseOptions { statement_timeout: Duration::from_millis(50), ..one_reader() };
    let (_directory, database) = database(options).await;
    for faulty in [ENDLESS, "SELECT nothing FROM nowhere", "DELETE FROM thing RETURNING 1"] {
        let snapshot = database.at_one_moment();
        assert_eq!(read(&snapshot, COUNT).await.expect("reads"), 0);
        let error = read(&snapshot, faulty).await.expect_err("too long, or faulty, or a write");
        assert_eq!(error.code() == code::STATEMENT_TIMEOUT, faulty == ENDLESS, "{error:?}");
        assert!(read(&snapshot, COUNT).await.is_err(), "{faulty}");
        let free = async { while read(&database, COUNT).await.is_err() {} };
        tokio::time::timeout(Duration::from_secs(10), free).await.expect("the reader is free");
    }
}

#[tokio::test]
async fn a_query_of_a_snapshot_that_nobody_waits_for_is_stopped() {
    let (_directory, database) = database(one_reader()).await;
    let snapshot = database.at_one_moment();
    assert_eq!(read(&snapshot, COUNT).await.expect("reads"), 0);
    let nobody_waits = tokio::time::timeout(Duration::from_millis(10), read(&snapshot, ENDLESS)).await;
    assert!(nobody_waits.is_err());
    assert_eq!(read(&snapshot, COUNT).await.expect("it goes on"), 0);
}

#[tokio::test]
async fn lanes_bound_the_connections_of_a_request() {
    let options = DatabaseOptions { connections: 4, statement_timeout: Duration::from_secs(4), ..one_reader() };
    let (_directory, database) = database(options).await;
    let request = database.in_lanes(2);
    let endless = || {
        let request = request.clone();
        tokio::spawn(async move { read(&request, ENDLESS).await })
    };
    let tasks = [endless(), endless(), endless(), endless()];
    tokio::time::sleep(Duration::from_millis(100)).await;
    let others = futures_util::future::join(read(&database, COUNT), read(&database, COUNT)).await;
    assert!(matches!(others, (Ok(0), Ok(0))), "two of four readers are left to others: {others:?}");
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
}
