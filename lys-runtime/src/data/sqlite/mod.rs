//! SQLite, tuned: write-ahead log, durable commits, one writer, many readers.

use std::{path::Path, str::FromStr, sync::Arc, time::Duration};

use sea_orm::{ConnectOptions, DatabaseConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

mod bind;
pub(crate) mod packed;
pub(crate) mod readers;

use self::readers::Readers;
use super::database::{Database, DatabaseOptions, ReadPool};
use crate::error::{Error, Result};

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const IDLE_BEFORE_PING: Duration = Duration::from_secs(30);
const MMAP_BYTES: &str = "268435456";
/// Negative: kibibytes.
const CACHE_SIZE: &str = "-16384";
/// Rows that the worker thread of the writer may be ahead.
const ROW_BUFFER: usize = 2048;
/// Prepared statements kept per connection.
const STATEMENTS: usize = 512;

pub(super) async fn connect(url: &str, options: &DatabaseOptions) -> Result<Database> {
    let parsed = SqliteConnectOptions::from_str(url).map_err(Error::internal)?;
    let file = parsed.get_filename().to_owned();
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(Error::internal(
            "an SQLite database in memory has one connection; give it a file: `sqlite://path`",
        ));
    }
    create_directory(&file).await?;
    // The writer comes first: it creates the file and switches it to write-ahead logging.
    let writer = open_writer(url, options).await?;
    let readers = Readers::open(&file, options).await?;
    Ok(Database::new(ReadPool::Sqlite(Arc::new(readers)), writer))
}

async fn create_directory(file: &Path) -> Result<()> {
    match file.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => {
            tokio::fs::create_dir_all(directory).await.map_err(Error::internal)
        }
        _ => Ok(()),
    }
}

async fn open_writer(url: &str, options: &DatabaseOptions) -> Result<DatabaseConnection> {
    let mut connect = ConnectOptions::new(url);
    connect
        .max_connections(1)
        .min_connections(1)
        .acquire_timeout(options.acquire_timeout)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .test_before_acquire_if_idle_for(IDLE_BEFORE_PING)
        .map_sqlx_sqlite_opts(tune);
    Ok(sea_orm::Database::connect(connect).await?)
}

fn tune(sqlite: SqliteConnectOptions) -> SqliteConnectOptions {
    sqlite
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .row_buffer_size(ROW_BUFFER)
        .statement_cache_capacity(STATEMENTS)
        .pragma("mmap_size", MMAP_BYTES)
        .pragma("cache_size", CACHE_SIZE)
}
