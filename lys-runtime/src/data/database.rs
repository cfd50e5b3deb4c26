//! The database of a project: a pool of readers and, on SQLite, one writer. Every statement of lys goes through here.

use std::{
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait, Value,
};
use tokio::sync::Semaphore;

use super::{
    Rows,
    snapshot::{Held, Snapshot},
    trace::{Trace, Watch},
};
use crate::error::{Error, Result};

/// How to connect.
#[derive(Debug, Clone)]
pub struct DatabaseOptions {
    /// Most connections that read at the same time.
    pub readers: u32,
    /// How long a request waits for a free connection.
    pub acquire_timeout: Duration,
    /// How long a statement may take.
    pub statement_timeout: Duration,
}

impl Default for DatabaseOptions {
    fn default() -> Self {
        Self { readers: 8, acquire_timeout: Duration::from_secs(15), statement_timeout: Duration::from_secs(30) }
    }
}

/// An open database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Database {
    readers: ReadPool,
    pub(crate) writer: DatabaseConnection,
    log: Arc<OnceLock<StatementLog>>,
    /// Of the request that this handle works for, if its plan is shown.
    trace: Option<Arc<Trace>>,
    /// Of the document that this handle works for, if its queries share one.
    snapshot: Option<Arc<Snapshot>>,
    /// How many statements of the document that this handle works for may run at the same time.
    lanes: Option<Arc<Semaphore>>,
}

/// Connections that read outside transactions.
#[derive(Debug, Clone)]
pub(super) enum ReadPool {
    /// SQLite's own threads.
    #[cfg(feature = "sqlite")]
    Sqlite(Arc<super::sqlite::readers::Readers>),
}

/// A transaction of one root mutation field. Dropped without [`commit`](Self::commit), it is rolled back.
pub struct Transaction {
    pub(crate) inner: DatabaseTransaction,
    log: Arc<OnceLock<StatementLog>>,
    trace: Option<Arc<Trace>>,
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

    pub(super) fn new(readers: ReadPool, writer: DatabaseConnection) -> Self {
        Self { readers, writer, log: Arc::default(), trace: None, snapshot: None, lanes: None }
    }

    /// A handle whose statements are added to `trace`.
    pub(crate) fn traced(&self, trace: Arc<Trace>) -> Self {
        Self { trace: Some(trace), ..self.clone() }
    }

    /// A handle whose queries all see the rows of one moment. They share one connection until [`end`](Self::end), and run one
    /// after the other.
    pub(crate) fn at_one_moment(&self) -> Self {
        Self { snapshot: Some(Snapshot::new()), lanes: None, ..self.clone() }
    }

    /// A handle whose queries take at most `lanes` connections at the same time. None is held while another is waited for.
    pub(crate) fn in_lanes(&self, lanes: usize) -> Self {
        Self { lanes: Some(Arc::new(Semaphore::new(lanes))), ..self.clone() }
    }

    /// Whether it pays to ask for several things at the same time.
    pub(crate) fn is_parallel(&self) -> bool {
        self.lanes.is_some()
    }

    /// Gives the connection of a handle [`at_one_moment`](Self::at_one_moment) back; does nothing on others.
    pub(crate) async fn end(&self) {
        if let Some(snapshot) = &self.snapshot {
            snapshot.end().await;
        }
    }

    /// What its statements are added to.
    pub(crate) fn trace(&self) -> Option<&Arc<Trace>> {
        self.trace.as_ref()
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
    pub async fn read_all(&self, sql: String, values: Vec<Value>) -> Result<Rows> {
        record(&self.log, &sql);
        let watch = Watch::begin(self.trace.as_ref(), &sql);
        let _lane = match &self.lanes {
            Some(lanes) => Some(lanes.acquire().await.map_err(Error::internal)?),
            None => None,
        };
        let rows = match &self.snapshot {
            Some(snapshot) => snapshot.read(sql, values, async || self.hold().await).await,
            None => self.read(sql, values).await,
        };
        Watch::end(watch, rows.as_ref().ok().map(|rows| rows.len() as u64));
        rows
    }

    async fn read(&self, sql: String, values: Vec<Value>) -> Result<Rows> {
        match &self.readers {
            #[cfg(feature = "sqlite")]
            ReadPool::Sqlite(readers) => readers.read(sql, values).await,
        }
    }

    /// A connection in a read-only transaction.
    async fn hold(&self) -> Result<Held> {
        match &self.readers {
            #[cfg(feature = "sqlite")]
            ReadPool::Sqlite(readers) => Ok(Held::Sqlite(readers.hold().await?)),
        }
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
        Ok(Transaction { inner, log: Arc::clone(&self.log), trace: self.trace.clone() })
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
        match &self.readers {
            #[cfg(feature = "sqlite")]
            ReadPool::Sqlite(readers) => readers.read("SELECT 1".to_owned(), Vec::new()).await.map(drop),
        }
    }

    /// Finishes what is under way and closes all connections.
    ///
    /// # Errors
    /// The database's own.
    pub async fn close(&self) -> Result<()> {
        match &self.readers {
            #[cfg(feature = "sqlite")]
            ReadPool::Sqlite(readers) => readers.close().await?,
        }
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
    pub async fn read_all(&self, sql: String, values: Vec<Value>) -> Result<Rows> {
        record(&self.log, &sql);
        let watch = Watch::begin(self.trace.as_ref(), &sql);
        let statement = Statement { sql, values: Some(sea_orm::Values(values)), db_backend: self.backend() };
        let rows = self.inner.query_all_raw(statement).await;
        Watch::end(watch, rows.as_ref().ok().map(|rows| rows.len() as u64));
        Ok(rows?.into())
    }

    /// Runs a statement that changes rows; answers with their number.
    ///
    /// # Errors
    /// The database's own; `ALREADY_EXISTS` and `NOT_FOUND` for unique and foreign keys.
    pub async fn execute(&self, sql: String, values: Vec<Value>) -> Result<u64> {
        record(&self.log, &sql);
        let watch = Watch::begin(self.trace.as_ref(), &sql);
        let statement = Statement { sql, values: Some(sea_orm::Values(values)), db_backend: self.backend() };
        let done = self.inner.execute_raw(statement).await;
        Watch::end(watch, done.as_ref().ok().map(sea_orm::ExecResult::rows_affected));
        Ok(done?.rows_affected())
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

fn record(log: &OnceLock<StatementLog>, sql: &str) {
    tracing::trace!(target: "lys::sql", sql);
    if let Some(log) = log.get() {
        log.record(sql);
    }
}
