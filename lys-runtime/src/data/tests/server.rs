//! Connections to a server: they die, they are waited for, they are where the URL says. On SQLite there is nothing to try.

use std::{collections::HashSet, time::Duration};

use futures_util::future::join_all;
use sea_orm::ConnectionTrait;

use super::*;
use crate::{
    data::{DatabaseOptions, create_tables},
    error::code,
    testing::Place,
};

fn one_connection() -> DatabaseOptions {
    DatabaseOptions { connections: 1, acquire_timeout: Duration::from_secs(10), ..DatabaseOptions::default() }
}

fn entities() -> [crate::entity::EntityDef; 3] {
    [Item::definition(), Product::definition(), Category::definition()]
}

/// A database with tables and a handle to it with `options`; nothing on SQLite.
async fn server(options: DatabaseOptions) -> Option<(Place, Database)> {
    let place = Place::make(async |database| create_tables(database, &entities().each_ref()).await);
    let (place, database) = place.await.expect("makes tables");
    if database.dialect() == Dialect::Sqlite {
        return None;
    }
    let database = Database::connect(place.url(), &options).await.expect("connects");
    Some((place, database))
}

/// What the server calls the connection that queries go through.
async fn connection(database: &Database) -> String {
    let sql = match database.dialect() {
        Dialect::Postgres => "SELECT pg_backend_pid()::text",
        _ => "SELECT CAST(CONNECTION_ID() AS CHAR)",
    };
    let rows = database.read_all(sql.to_owned(), Vec::new()).await.expect("reads");
    rows.first().expect("a row").get(0).expect("text")
}

async fn kill(database: &Database, connection: &str) {
    let sql = match database.dialect() {
        Dialect::Postgres => format!("SELECT pg_terminate_backend({connection})"),
        _ => format!("KILL {connection}"),
    };
    database.sea_orm().execute_unprepared(&sql).await.expect("kills");
}

/// Takes as many seconds.
fn slow(dialect: Dialect, seconds: u32) -> String {
    match dialect {
        Dialect::Postgres => format!("SELECT pg_sleep({seconds})::text"),
        _ => format!("SELECT CAST(SLEEP({seconds}) AS CHAR)"),
    }
}

fn unavailable() -> (String, u16) {
    is(code::DATABASE_UNAVAILABLE, 503)
}

async fn categories(database: &Database) -> usize {
    Reader::new(database, None, &full()).list(Category::select()).await.expect("reads").len()
}

fn category(id: &str) -> Draft<Category> {
    Draft::new().with(Category::COLUMN.id, id)
}

/// Opening a connection costs far more than a query.
#[tokio::test]
async fn connections_are_used_again_however_many_there_are() {
    let options = DatabaseOptions { connections: 4, ..one_connection() };
    let Some((_place, database)) = server(options).await else { return };
    let mut seen = HashSet::new();
    for _ in 0..20 {
        seen.extend(join_all((0..8).map(|_| connection(&database))).await);
    }
    assert!(seen.len() <= 4, "{} connections were opened", seen.len());
}

#[tokio::test]
async fn a_query_on_a_dead_connection_runs_once_more() {
    let Some((_place, database)) = server(one_connection()).await else { return };
    let log = database.statement_log();
    let first = connection(&database).await;
    assert_eq!(connection(&database).await, first, "a connection is used again");
    kill(&database, &first).await;
    let _ = log.take();
    let second = connection(&database).await;
    assert_ne!(second, first);
    assert_eq!(log.take().len(), 1);

    // In the middle of a query.
    let (running, killing) = (database.clone(), database.clone());
    let started = std::time::Instant::now();
    let query = tokio::spawn(async move { running.read_all(slow(running.dialect(), 1), Vec::new()).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    kill(&killing, &second).await;
    let rows = query.await.expect("no panic").expect("it ran once more");
    assert_eq!(rows.len(), 1);
    assert!(started.elapsed() > Duration::from_millis(1200), "from its beginning");
}

#[tokio::test]
async fn a_transaction_begins_on_a_living_connection_and_dies_with_it() {
    let Some((_place, database)) = server(one_connection()).await else { return };
    let idle = connection(&database).await;
    kill(&database, &idle).await;
    write(&database, full(), async |w| w.create(category("ONE")).await).await.expect("on another connection");

    let current = connection(&database).await;
    let decision = full();
    let transaction = database.begin().await.expect("begins");
    let writer = Writer::new(&database, &transaction, &decision);
    writer.create(category("TWO")).await.expect("writes");
    kill(&database, &current).await;
    assert_eq!(refused(writer.create(category("THREE")).await), unavailable());
    assert!(transaction.commit().await.is_err());
    assert_eq!(categories(&database).await, 1, "neither before nor after the end of the connection");
}

#[tokio::test]
async fn statements_that_take_too_long_are_stopped() {
    let options = DatabaseOptions { statement_timeout: Duration::from_secs(1), ..one_connection() };
    let Some((_place, database)) = server(options).await else { return };
    let before = connection(&database).await;
    let endless = match database.dialect() {
        Dialect::Postgres => "SELECT pg_sleep(20)::text",
        _ => {
            "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900) \
             SELECT COUNT(*) FROM n AS a, n AS b, n AS c, n AS d"
        }
    };
    let started = std::time::Instant::now();
    assert_eq!(refused(database.read_all(endless.to_owned(), Vec::new()).await), is(code::STATEMENT_TIMEOUT, 503));
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    assert_eq!(connection(&database).await, before, "the connection has not suffered");
}

#[tokio::test]
async fn whoever_waits_too_long_for_a_connection_is_told() {
    let options = DatabaseOptions { acquire_timeout: Duration::from_millis(200), ..one_connection() };
    let Some((_place, database)) = server(options).await else { return };
    let transaction = database.begin().await.expect("begins");
    assert_eq!(refused(database.read_all("SELECT 1".to_owned(), Vec::new()).await), unavailable());
    transaction.rollback().await.expect("rolls back");
    assert_eq!(categories(&database).await, 0);
    database.close().await.expect("closes");
    assert!(database.read_all("SELECT 1".to_owned(), Vec::new()).await.is_err());
}

#[tokio::test]
async fn a_query_that_nobody_waits_for_leaves_no_trace_on_the_next() {
    let Some((_place, database)) = server(one_connection()).await else { return };
    let slow = slow(database.dialect(), 1);
    let gone = tokio::time::timeout(Duration::from_millis(100), database.read_all(slow, Vec::new())).await;
    assert!(gone.is_err());
    for _ in 0..3 {
        assert_eq!(categories(&database).await, 0);
    }
}

#[tokio::test]
async fn queries_go_to_the_replica_and_what_was_just_written_is_read_where_it_is() {
    let Some((replica, of_replica)) = server(one_connection()).await else { return };
    write(&of_replica, full(), async |w| w.create(category("OLD")).await).await.expect("writes");
    let options = DatabaseOptions { replica_url: Some(replica.url().to_owned()), ..one_connection() };
    let Some((_place, database)) = server(options).await else { return };
    for id in ["NEW", "NEWER"] {
        write(&database, full(), async |w| w.create(category(id)).await).await.expect("writes");
    }
    assert_eq!(categories(&database).await, 1);
    assert_eq!(categories(&database.primary()).await, 2);
    database.ping().await.expect("both answer");
}

#[tokio::test]
async fn many_processes_make_tables_at_once() {
    let (place, database) = Place::make(async |_| Ok(())).await.expect("an empty database");
    if database.dialect() == Dialect::Sqlite {
        return;
    }
    let starts = (0..6).map(|_| async {
        let database = Database::connect(place.url(), &one_connection()).await?;
        create_tables(&database, &entities().each_ref()).await
    });
    for start in futures_util::future::join_all(starts).await {
        start.expect("makes tables, or finds them");
    }
    write(&database, full(), async |w| w.create(category("ONE")).await).await.expect("writes");
}

#[tokio::test]
async fn a_mistyped_parameter_is_refused() {
    let Some((place, _database)) = server(one_connection()).await else { return };
    let url = place.url();
    let mistyped = format!("{url}{}sslmod=require", if url.contains('?') { '&' } else { '?' });
    let refused = Database::connect(&mistyped, &one_connection()).await.expect_err("refused");
    let told = std::error::Error::source(&refused).map(ToString::to_string).unwrap_or_default();
    assert!(told.contains("unknown parameter `sslmod`") && told.contains("`sslmode`"), "{told}");
    let nobody = "postgres://nobody@127.0.0.1:1/nothing";
    let options = DatabaseOptions { acquire_timeout: Duration::from_secs(2), ..one_connection() };
    assert_eq!(super::refused(Database::connect(nobody, &options).await), unavailable());
}

/// Each of two transactions waits for a row that the other has locked.
#[tokio::test]
async fn a_deadlock_is_told_to_one_of_two_and_the_other_goes_on() {
    let Some((_place, database)) = server(DatabaseOptions { connections: 3, ..one_connection() }).await else { return };
    for id in ["A", "B"] {
        write(&database, full(), async |w| w.create(category(id)).await).await.expect("writes");
    }
    let met = tokio::sync::Barrier::new(2);
    let change = async |first: &str, second: &str| {
        write(&database, full(), async |w| {
            w.update::<Category>(first.to_owned(), |row| row.enabled = false).await?;
            met.wait().await;
            w.update::<Category>(second.to_owned(), |row| row.enabled = false).await
        })
        .await
    };
    let (one, other) = tokio::join!(change("A", "B"), change("B", "A"));
    assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1, "{one:?} {other:?}");
    let refusal = if one.is_ok() { other } else { one };
    assert_eq!(refused(refusal), is(code::WRITE_CONFLICT, 409));
    let disabled = Category::select().filter(Category::COLUMN.enabled.eq(false));
    assert_eq!(Reader::new(&database, None, &full()).count(disabled).await.expect("reads"), 2);
}

#[tokio::test]
async fn the_url_says_whether_to_encrypt() {
    let Some((place, database)) = server(one_connection()).await else { return };
    if database.dialect() != Dialect::Postgres {
        // A freshly installed MariaDB has no certificate.
        return;
    }
    let answer = async |url: &str, sql: &str| {
        let database = Database::connect(url, &one_connection()).await?;
        let rows = database.read_all(sql.to_owned(), Vec::new()).await?;
        rows.first().expect("a row").get::<String>(0)
    };
    let encrypts = answer(place.url(), "SELECT current_setting('ssl')").await.expect("reads") == "on";
    let encrypted = "SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let with = |mode: &str| format!("{}&sslmode={mode}", place.url());
    assert_eq!(answer(&with("disable"), encrypted).await.expect("reads"), "false");
    let required = answer(&with("require"), encrypted).await;
    assert_eq!(required.ok().as_deref(), encrypts.then_some("true"));
    let verified = answer(&with("verify-full"), encrypted).await;
    assert_eq!(refused(verified), unavailable(), "nobody vouches for a server of tests");
}
