//! The database of the server: `SQLite` or `PostgreSQL`, as the URL says.

use std::{env, time::Duration};

use sea_orm::{
    ConnectOptions, Database as SeaOrm, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
    sqlx::{
        postgres::PgConnectOptions,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};

/// Connections that read at the same time.
const CONNECTIONS: u32 = 8;

/// The pools of the server.
#[derive(Clone)]
pub(crate) struct Database {
    /// Where queries run.
    pub(crate) readers: DatabaseConnection,
    writer: DatabaseConnection,
}

impl Database {
    /// Opens an existing database.
    pub(crate) async fn open(url: &str) -> Result<Self, DbErr> {
        let readers = connect(url, CONNECTIONS).await?;
        // SQLite has one writer at a time: waiting in the pool is fair and cheap, waiting in SQLite is neither.
        let writer = if url.starts_with("sqlite:") { connect(url, 1).await? } else { readers.clone() };
        Ok(Self { readers, writer })
    }

    /// Begins a transaction that writes.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.writer.begin_with_options(options).await
    }
}

/// A pool that never pings; its `SQLite` connections are tuned like those of the lys catalog.
async fn connect(url: &str, connections: u32) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).test_before_acquire(false);
    options.sqlx_logging(false).map_sqlx_sqlite_opts(tuned).map_sqlx_postgres_opts(limited);
    let mut connection = SeaOrm::connect(options).await?;
    if env::var_os(super::PRINT_STATEMENTS).is_some() {
        connection.set_metric_callback(|info| eprintln!("{} {}", super::STATEMENT, info.statement.sql));
    }
    Ok(connection)
}

/// Statements end in time.
fn limited(postgres: PgConnectOptions) -> PgConnectOptions {
    postgres.options([("statement_timeout", "30s")])
}

/// The settings that a server for many readers wants.
fn tuned(sqlite: SqliteConnectOptions) -> SqliteConnectOptions {
    sqlite
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("mmap_size", "268435456")
        .pragma("cache_size", "-16384")
        .row_buffer_size(2048)
}
