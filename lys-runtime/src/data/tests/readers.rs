//! SQLite alone: its reader threads (statements that take too long, that nobody waits for, many at once) and its durability.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::*;
use crate::{
    data::{DatabaseOptions, Synchronous},
    error::code,
};

/// Runs until it is stopped.
const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n";

async fn database(options: DatabaseOptions) -> (tempfile::TempDir, Database) {
    let directory = tempfile::tempdir().expect("a directory");
    let url = format!("sqlite://{}", directory.path().join("readers.db").display());
    (directory, Database::connect(&url, &options).await.expect("opens"))
}

fn one_reader() -> DatabaseOptions {
    DatabaseOptions { connections: 1, ..DatabaseOptions::default() }
}

async fn read(database: &Database, sql: &str) -> Result<i64> {
    let rows = database.read_all(sql.to_owned(), Vec::new()).await?;
    rows.first().expect("a row").get(0)
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_stopped() {
    let options = DatabaseOptions { statement_timeout: Duration::from_millis(50), ..one_reader() };
    let (_directory, database) = database(options).await;
    let error = read(&database, ENDLESS).await.expect_err("stopped");
    assert_eq!(error.code(), code::STATEMENT_TIMEOUT);
    assert_eq!(read(&database, "SELECT 7").await.expect("the reader goes on"), 7);
}

#[tokio::test]
async fn a_statement_that_nobody_waits_for_is_stopped() {
    let (_directory, database) = database(one_reader()).await;
    let endless = tokio::time::timeout(Duration::from_millis(50), read(&database, ENDLESS));
    assert!(endless.await.is_err(), "it does not end by itself");
    assert_eq!(read(&database, "SELECT 7").await.expect("the reader is free"), 7);
}

#[tokio::test]
async fn a_request_waits_for_a_reader_only_so_long() {
    // Opening takes from the same time.
    let options = DatabaseOptions { acquire_timeout: Duration::from_millis(500), ..one_reader() };
    let (_directory, database) = database(options).await;
    let busy = tokio::spawn({
        let database = database.clone();
        async move { read(&database, ENDLESS).await }
    });
    while read(&database, "SELECT 7").await.is_ok() {}
    busy.abort();
    assert!(busy.await.expect_err("aborted").is_cancelled());
    let free = async { while read(&database, "SELECT 7").await.is_err() {} };
    tokio::time::timeout(Duration::from_secs(10), free).await.expect("the reader is free again");
}

#[tokio::test]
async fn many_share_few_readers() {
    let (_directory, database) = database(DatabaseOptions { connections: 3, ..DatabaseOptions::default() }).await;
    let reads = (0..200).map(|number| {
        let database = database.clone();
        tokio::spawn(async move { (number, read(&database, &format!("SELECT {number}")).await) })
    });
    for task in reads.collect::<Vec<_>>() {
        let (number, answer) = task.await.expect("no panic");
        assert_eq!(answer.expect("reads"), number);
    }
}

#[tokio::test]
async fn a_faulty_statement_harms_nobody_else() {
    let (_directory, database) = database(one_reader()).await;
    for faulty in ["SELECT nothing FROM nowhere", "SELECT ?1, ?2"] {
        let error = database.read_all(faulty.to_owned(), vec![1.into(), 2.into(), 3.into()]).await.expect_err("faulty");
        assert!(error.is_internal(), "{faulty}");
        assert_eq!(read(&database, "SELECT 7").await.expect("reads"), 7);
    }
}

#[tokio::test]
async fn a_closed_database_says_so() {
    let (directory, database) = database(one_reader()).await;
    database.close().await.expect("closes");
    let error = read(&database, "SELECT 7").await.expect_err("closed");
    assert!(error.is_internal());
    let left = std::fs::read_dir(directory.path()).expect("a directory").count();
    assert_eq!(left, 1, "the last connection folds the log into the file");
}

#[tokio::test]
async fn a_commit_is_on_the_disk_unless_the_author_wants_it_otherwise() {
    for (synchronous, stored) in [(Synchronous::Full, 2), (Synchronous::Normal, 1)] {
        let (_directory, database) = database(DatabaseOptions { synchronous, ..DatabaseOptions::default() }).await;
        let pragma = Statement::from_string(DbBackend::Sqlite, "PRAGMA synchronous");
        let row = database.sea_orm().query_one_raw(pragma).await.expect("reads").expect("a row");
        assert_eq!(row.try_get_by_index::<i32>(0).expect("an integer"), stored);
    }
    let replica = DatabaseOptions { replica_url: Some("sqlite://other".to_owned()), ..DatabaseOptions::default() };
    let refused = Database::connect("sqlite://somewhere/else.db", &replica).await.expect_err("there is none");
    assert!(std::error::Error::source(&refused).is_some_and(|cause| cause.to_string().contains("no replica")));
}
