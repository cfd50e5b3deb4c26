//! Snapshots: one moment for several queries, one connection as long as they last.

use std::time::Duration;

use super::*;
use crate::{
    data::{DatabaseOptions, Dialect, create_tables},
    error::code,
    testing::Place,
};

const COUNT: &str = "SELECT COUNT(*) FROM category";

/// A database with a table of categories, and a handle to it with `options`.
async fn database(options: DatabaseOptions) -> (Place, Database) {
    let category = Category::definition();
    let place = Place::make(async |database| create_tables(database, &[&category]).await);
    let (place, _) = place.await.expect("makes tables");
    let database = Database::connect(place.url(), &options).await.expect("connects");
    (place, database)
}

fn connections(connections: u32) -> DatabaseOptions {
    DatabaseOptions {
        connections,
        acquire_timeout: Duration::from_millis(500),
        // MySQL goes on with what nobody waits for.
        statement_timeout: Duration::from_secs(3),
        ..DatabaseOptions::default()
    }
}

async fn add(database: &Database, id: &str) {
    let category = Draft::<Category>::new().with(Category::COLUMN.id, id);
    write(database, full(), async |writer| writer.create(category).await).await.expect("writes");
}

async fn read(database: &Database, sql: &str) -> Result<i64> {
    let rows = database.read_all(sql.to_owned(), Vec::new()).await?;
    rows.first().expect("a row").get(0)
}

/// Runs for a minute, or until it is stopped.
fn slow(database: &Database) -> &'static str {
    match database.dialect() {
        Dialect::Sqlite => {
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n LIMIT 1000000000"
        }
        Dialect::Postgres => "SELECT COUNT(*) FROM pg_sleep(60)",
        _ => "SELECT SLEEP(60)",
    }
}

/// Waits until a connection is free.
async fn is_free(database: &Database) {
    let free = async { while read(database, COUNT).await.is_err() {} };
    tokio::time::timeout(Duration::from_secs(20), free).await.expect("the connection is free");
}

#[tokio::test]
async fn a_snapshot_is_of_its_first_query() {
    let (_place, database) = database(connections(2)).await;
    add(&database, "A").await;
    let snapshot = database.at_one_moment();
    add(&database, "B").await;
    assert_eq!(read(&snapshot, COUNT).await.expect("reads"), 2, "it begins with its first query");
    add(&database, "C").await;
    assert_eq!(read(&snapshot, COUNT).await.expect("reads"), 2);
    assert_eq!(read(&database, COUNT).await.expect("reads"), 3);
    snapshot.end().await;
    assert!(read(&snapshot, COUNT).await.expect_err("it has ended").is_internal());
    assert_eq!(read(&database.at_one_moment(), COUNT).await.expect("reads"), 3);
}

#[tokio::test]
async fn a_snapshot_holds_one_connection_until_it_ends() {
    let (_place, database) = database(connections(1)).await;
    let snapshot = database.at_one_moment();
    assert_eq!(read(&database, COUNT).await.expect("nothing is held before the first query"), 0);
    assert_eq!(read(&snapshot, COUNT).await.expect("reads"), 0);
    assert!(read(&database, COUNT).await.is_err(), "the only connection is held");
    snapshot.end().await;
    assert_eq!(read(&database, COUNT).await.expect("the connection is free"), 0);

    let dropped = database.at_one_moment();
    assert_eq!(read(&dropped, COUNT).await.expect("reads"), 0);
    drop(dropped);
    is_free(&database).await;
}

#[tokio::test]
async fn a_statement_that_fails_ends_its_snapshot() {
    let options = DatabaseOptions { statement_timeout: Duration::from_millis(300), ..connections(1) };
    let (_place, database) = database(options).await;
    for faulty in [slow(&database), "SELECT nothing FROM nowhere", "DELETE FROM category"] {
        let snapshot = database.at_one_moment();
        assert_eq!(read(&snapshot, COUNT).await.expect("reads"), 0);
        let failed = snapshot.read_all(faulty.to_owned(), Vec::new()).await;
        let error = failed.map(|rows| rows.len()).expect_err("too slow, faulty, or a write");
        assert_eq!(error.code() == code::STATEMENT_TIMEOUT, faulty == slow(&database), "{faulty}: {error:?}");
        assert!(read(&snapshot, COUNT).await.is_err(), "{faulty}");
        is_free(&database).await;
    }
}

#[tokio::test]
async fn a_snapshot_that_nobody_waits_for_ends() {
    let (_place, database) = database(connections(1)).await;
    let snapshot = database.at_one_moment();
    assert_eq!(read(&snapshot, COUNT).await.expect("reads"), 0);
    assert!(tokio::time::timeout(Duration::from_millis(50), read(&snapshot, slow(&database))).await.is_err());
    drop(snapshot);
    is_free(&database).await;
}

#[tokio::test]
async fn lanes_bound_the_connections_of_a_request() {
    let (_place, database) = database(connections(4)).await;
    let request = database.in_lanes(2);
    let tasks = [(); 4].map(|()| {
        let request = request.clone();
        tokio::spawn(async move { read(&request, slow(&request)).await })
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let others = futures_util::future::join(read(&database, COUNT), read(&database, COUNT)).await;
    assert!(matches!(others, (Ok(0), Ok(0))), "two of four connections are left to others: {others:?}");
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
}
