//! The database of a project: a pool of readers and, on SQLite, one writer. Every statement of lys goes through here.

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    task::{self, Poll},
    time::Duration,
};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, QueryResult, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait, Value,
};

use crate::error::{Error, Result};

/// How to connect.
#[derive(Debug, Clone)]
pub struct DatabaseOptions {
    /// Most connections that read at the same time.
    pub readers: u32,
    /// How long a request waits for a free connection.
    pub acquire_timeout: Duration,
}

impl Default for DatabaseOptions {
    fn default() -> Self {
        Self { readers: 8, acquire_timeout: Duration::from_secs(15) }
    }
}

/// An open database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Database {
    pub(crate) readers: DatabaseConnection,
    pub(crate) writer: DatabaseConnection,
    log: Arc<OnceLock<StatementLog>>,
}

/// A transaction of one root mutation field. Dropped without [`commit`](Self::commit), it is rolled back.
pub struct Transaction {
    pub(crate) inner: DatabaseTransaction,
    log: Arc<OnceLock<StatementLog>>,
}

/// The texts of the statements that a database ran, for tests. Transaction control is not among them.
#[derive(Debug, Clone, Default)]
pub struct StatementLog(Arc<Mutex<Vec<String>>>);

impl StatementLog {
    /// The texts since the last call, oldest first.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn record(&self, sql: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(sql.to_owned());
    }
}

impl Database {
    /// Opens the database at `url`. `sqlite://path` creates the file and its directory.
    ///
    /// # Errors
    /// When the URL names a database that this build does not have, or it cannot be opened.
    pub async fn connect(url: &str, options: &DatabaseOptions) -> Result<Self> {
        match url.split_once(':') {
            #[cfg(feature = "sqlite")]
            Some(("sqlite", _)) => super::sqlite::connect(url, options).await,
            Some((scheme, _)) => {
                Err(Error::internal(format!("no driver for `{scheme}:` databases; this build has {DRIVERS}")))
            }
            None => Err(Error::internal(format!("the database URL has no scheme; this build has {DRIVERS}"))),
        }
    }

    pub(super) fn new(readers: DatabaseConnection, writer: DatabaseConnection) -> Self {
        Self { readers, writer, log: Arc::default() }
    }

    /// Which SQL it speaks.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    /// Starts to record statements, or gives the record that was started.
    #[must_use]
    pub fn statement_log(&self) -> StatementLog {
        self.log.get_or_init(StatementLog::default).clone()
    }

    /// Runs a query outside any transaction.
    ///
    /// # Errors
    /// The database's own.
    pub async fn read_all(&self, sql: String, values: Vec<Value>) -> Result<Vec<QueryResult>> {
        query(&self.readers, &self.log, sql, values).await
    }

    /// Begins a transaction. On SQLite it waits for the only writer, so that it never finds the database busy.
    ///
    /// # Errors
    /// The database's own.
    pub async fn begin(&self) -> Result<Transaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let inner = self.writer.begin_with_options(options).await?;
        Ok(Transaction { inner, log: Arc::clone(&self.log) })
    }

    /// The writing connection as plain SeaORM: past every scope, statement log and check.
    #[must_use]
    pub fn sea_orm(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Answers, or says why not: for `GET /health/ready`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.readers.ping().await?)
    }

    /// Finishes what is under way and closes all connections.
    ///
    /// # Errors
    /// The database's own.
    pub async fn close(&self) -> Result<()> {
        self.readers.close_by_ref().await?;
        Ok(self.writer.close_by_ref().await?)
    }
}

impl Transaction {
    /// Which SQL it speaks.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    /// Runs a query inside the transaction: it sees what the transaction wrote.
    ///
    /// # Errors
    /// The database's own.
    pub async fn read_all(&self, sql: String, values: Vec<Value>) -> Result<Vec<QueryResult>> {
        query(&self.inner, &self.log, sql, values).await
    }

    /// Runs a statement that changes rows; answers with their number.
    ///
    /// # Errors
    /// The database's own; `ALREADY_EXISTS` and `NOT_FOUND` for unique and foreign keys.
    pub async fn execute(&self, sql: String, values: Vec<Value>) -> Result<u64> {
        record(&self.log, &sql);
        let statement = Statement { sql, values: Some(sea_orm::Values(values)), db_backend: self.backend() };
        Ok(self.inner.execute_raw(statement).await?.rows_affected())
    }

    /// Makes its changes last.
    ///
    /// # Errors
    /// When the database refuses: nothing was written then.
    pub async fn commit(self) -> Result<()> {
        Ok(self.inner.commit().await?)
    }

    /// Undoes its changes.
    ///
    /// # Errors
    /// When the connection is lost: nothing was written then either.
    pub async fn rollback(self) -> Result<()> {
        Ok(self.inner.rollback().await?)
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").finish_non_exhaustive()
    }
}

#[cfg(feature = "sqlite")]
const DRIVERS: &str = "SQLite: write `sqlite://path/to/file`";
#[cfg(not(feature = "sqlite"))]
const DRIVERS: &str = "no database: turn on the feature `sqlite` of `lys-runtime`";

async fn query(
    connection: &impl ConnectionTrait,
    log: &OnceLock<StatementLog>,
    sql: String,
    values: Vec<Value>,
) -> Result<Vec<QueryResult>> {
    record(log, &sql);
    let db_backend = connection.get_database_backend();
    let statement = Statement { sql, values: Some(sea_orm::Values(values)), db_backend };
    Ok(Unhurried::new(connection.query_all_raw(statement)).await?)
}

/// Lets other tasks run before it looks again after each wake-up.
///
/// SQLite's driver has a thread for each connection and wakes the reader for every row. Whoever looks at once finds one row and sleeps
/// again; whoever lets the neighbours go first finds the whole page.
struct Unhurried<F> {
    inner: Pin<Box<F>>,
    /// Looked at before: what wakes it now is a row.
    woken: bool,
}

impl<F> Unhurried<F> {
    fn new(inner: F) -> Self {
        Self { inner: Box::pin(inner), woken: false }
    }
}

impl<F: Future> Future for Unhurried<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<F::Output> {
        if std::mem::take(&mut self.woken) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let polled = self.inner.as_mut().poll(context);
        self.woken = polled.is_pending();
        polled
    }
}

fn record(log: &OnceLock<StatementLog>, sql: &str) {
    tracing::trace!(target: "lys::sql", sql);
    if let Some(log) = log.get() {
        log.record(sql);
    }
}
