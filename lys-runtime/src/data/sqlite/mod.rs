//! SQLite, tuned: write-ahead log, durable commits, one writer, many readers.

use std::{path::Path, str::FromStr, time::Duration};

use sea_orm::{
    ConnectOptions, DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

mod bind;
pub(crate) mod packed;
pub(crate) mod readers;

use self::readers::Readers;
use super::options::{DatabaseOptions, Synchronous};
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

/// A file: threads that read it, and the connection that writes it.
#[derive(Debug)]
pub(super) struct Sqlite {
    pub(super) readers: Readers,
    pub(super) writer: DatabaseConnection,
}

impl Sqlite {
    pub(super) async fn open(url: &str, options: &DatabaseOptions) -> Result<Self> {
        let parsed = SqliteConnectOptions::from_str(url).map_err(Error::internal)?;
        let file = parsed.get_filename().to_owned();
        if url.contains(":memory:") || url.contains("mode=memory") {
            return Err(Error::internal(
                "an SQLite database in memory has one connection; give it a file: `sqlite://path`",
            ));
        }
        if options.replica_url.is_some() {
            return Err(Error::internal("SQLite has no replica; take `database.replica_url` out"));
        }
        create_directory(&file).await?;
        // The writer comes first: it creates the file and switches it to write-ahead logging.
        let writer = open_writer(url, options).await?;
        let readers = Readers::open(&file, options).await?;
        Ok(Self { readers, writer })
    }

    pub(super) async fn begin(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.writer.begin_with_options(options).await?)
    }

    pub(super) async fn close(&self) -> Result<()> {
        self.readers.close().await?;
        Ok(self.writer.close_by_ref().await?)
    }
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
    let synchronous = match options.synchronous {
        Synchronous::Full => SqliteSynchronous::Full,
        Synchronous::Normal => SqliteSynchronous::Normal,
    };
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
        .map_sqlx_sqlite_opts(move |sqlite| tune(sqlite, synchronous));
    Ok(sea_orm::Database::connect(connect).await?)
}

fn tune(sqlite: SqliteConnectOptions, synchronous: SqliteSynchronous) -> SqliteConnectOptions {
    sqlite
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .row_buffer_size(ROW_BUFFER)
        .statement_cache_capacity(STATEMENTS)
        .pragma("mmap_size", MMAP_BYTES)
        .pragma("cache_size", CACHE_SIZE)
}
