//! A transaction: all of it is written, or nothing.

use std::{
    fmt,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

#[cfg(feature = "sqlite")]
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement};
use sea_orm::{DbBackend, Value};

use super::{Dialect, Rows, database::Watched, trace::Watch, writer::Kept};
use crate::error::{Error, Result};

/// A transaction of one root mutation field. Dropped without [`commit`](Self::commit), it is rolled back.
///
/// A statement that fails dooms it, on every database as on PostgreSQL: it can only be rolled back then. What may fail is a
/// [`part`](Self::part).
pub struct Transaction {
    inner: Inner,
    dialect: Dialect,
    watched: Watched,
    doomed: AtomicBool,
    /// How many parts are at work, each inside the one before.
    depth: AtomicU32,
    /// Where writes are not answered with rows.
    kept: Mutex<Kept>,
}

pub(super) enum Inner {
    #[cfg(feature = "sqlite")]
    Sqlite(DatabaseTransaction),
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    Server(super::server::ServerTransaction),
}

impl Transaction {
    pub(super) fn new(inner: Inner, dialect: Dialect, watched: Watched) -> Self {
        Self {
            inner,
            dialect,
            watched,
            doomed: AtomicBool::new(false),
            depth: AtomicU32::new(0),
            kept: Mutex::default(),
        }
    }

    /// Which SQL it speaks.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Which SQL it speaks, in SeaORM's words.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.dialect.backend()
    }

    /// Runs a query inside the transaction: it sees what the transaction wrote.
    ///
    /// # Errors
    /// The database's own.
    pub async fn read_all(&self, sql: String, values: Vec<Value>) -> Result<Rows> {
        self.check()?;
        let watch = self.watched.begin(&sql);
        let result = match &self.inner {
            #[cfg(feature = "sqlite")]
            Inner::Sqlite(inner) => {
                inner.query_all_raw(statement(sql, values)).await.map(Rows::from).map_err(Error::from)
            }
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Inner::Server(inner) => inner.read(sql, values).await.map(Rows::from),
        };
        Watch::end(watch, result.as_ref().ok().map(|rows| rows.len() as u64));
        self.doom(result)
    }

    /// Runs a statement that changes rows; answers with their number.
    ///
    /// # Errors
    /// The database's own; `ALREADY_EXISTS` and `NOT_FOUND` for unique and foreign keys.
    pub async fn execute(&self, sql: String, values: Vec<Value>) -> Result<u64> {
        // It may change rows that were noted.
        drop(self.take_kept());
        self.check()?;
        let watch = self.watched.begin(&sql);
        let result = match &self.inner {
            #[cfg(feature = "sqlite")]
            Inner::Sqlite(inner) => {
                let done = inner.execute_raw(statement(sql, values)).await;
                done.map(|done| done.rows_affected()).map_err(Error::from)
            }
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Inner::Server(inner) => inner.execute(sql, values).await,
        };
        Watch::end(watch, result.as_ref().ok().copied());
        self.doom(result)
    }

    /// Runs `work` as a part that may fail by itself: then its changes are undone, and the transaction goes on as if it had not been.
    /// While it runs, nothing else may use the transaction.
    ///
    /// # Errors
    /// Those of `work`, and the database's own.
    pub async fn part<T>(&self, work: impl AsyncFnOnce() -> Result<T>) -> Result<T> {
        self.check()?;
        let depth = self.depth.fetch_add(1, Ordering::Relaxed);
        let result = self.savepoint(depth, work).await;
        self.depth.store(depth, Ordering::Relaxed);
        result
    }

    async fn savepoint<T>(&self, depth: u32, work: impl AsyncFnOnce() -> Result<T>) -> Result<T> {
        self.control(&format!("SAVEPOINT lys_{depth}")).await?;
        let result = work().await;
        let failed = result.is_err() || self.check().is_err();
        if failed {
            // What is noted of rows may be what is undone now.
            drop(self.take_kept());
            self.control(&format!("ROLLBACK TO SAVEPOINT lys_{depth}")).await?;
            self.doomed.store(false, Ordering::Relaxed);
        }
        self.control(&format!("RELEASE SAVEPOINT lys_{depth}")).await?;
        match result {
            Ok(_) if failed => Err(Error::internal("a statement has failed: nothing of this part can be written")),
            result => result,
        }
    }

    /// Runs transaction control. If it fails, nobody knows what the transaction holds.
    async fn control(&self, sql: &str) -> Result<()> {
        let result = match &self.inner {
            #[cfg(feature = "sqlite")]
            Inner::Sqlite(inner) => inner.execute_unprepared(sql).await.map(drop).map_err(Error::from),
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Inner::Server(inner) => inner.run(sql).await,
        };
        self.doom(result)
    }

    /// Makes its changes last.
    ///
    /// # Errors
    /// When the database refuses: nothing was written then. When the connection is lost in the very moment, nobody knows.
    pub async fn commit(self) -> Result<()> {
        if let Err(error) = self.check() {
            self.rollback().await?;
            return Err(error);
        }
        match self.inner {
            #[cfg(feature = "sqlite")]
            Inner::Sqlite(inner) => Ok(inner.commit().await?),
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Inner::Server(inner) => inner.commit().await,
        }
    }

    /// Undoes its changes.
    ///
    /// # Errors
    /// When the connection is lost: nothing was written then either.
    pub async fn rollback(self) -> Result<()> {
        match self.inner {
            #[cfg(feature = "sqlite")]
            Inner::Sqlite(inner) => Ok(inner.rollback().await?),
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Inner::Server(inner) => inner.rollback().await,
        }
    }

    /// A write has stopped half-way: what it wrote may not stay, whatever its caller makes of the error.
    pub(super) fn give_up(&self) {
        self.doomed.store(true, Ordering::Relaxed);
    }

    /// Runs a query after a statement has failed, to say why. Only SQLite, which says little by itself, still answers then.
    pub(super) async fn ask_after_failure(&self, sql: String, values: Vec<Value>) -> Result<Rows> {
        let watch = self.watched.begin(&sql);
        let result: Result<Rows> = match &self.inner {
            #[cfg(feature = "sqlite")]
            Inner::Sqlite(inner) => {
                inner.query_all_raw(statement(sql, values)).await.map(Rows::from).map_err(Error::from)
            }
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Inner::Server(_) => {
                drop(values);
                Err(Error::internal("a server does not answer in a transaction that has failed"))
            }
        };
        Watch::end(watch, result.as_ref().ok().map(|rows| rows.len() as u64));
        result
    }

    /// Notes rows that nobody else changes until the end.
    pub(super) fn keep(&self, rows: impl Iterator<Item = ((&'static str, String), Vec<Value>)>) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).extend(rows);
    }

    /// The rows that were noted; none is any more.
    pub(super) fn take_kept(&self) -> Kept {
        std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn check(&self) -> Result<()> {
        if self.doomed.load(Ordering::Relaxed) {
            return Err(Error::internal("a statement of this transaction has failed: nothing of it can be written"));
        }
        Ok(())
    }

    fn doom<T>(&self, result: Result<T>) -> Result<T> {
        if result.is_err() {
            self.give_up();
        }
        result
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").finish_non_exhaustive()
    }
}

#[cfg(feature = "sqlite")]
fn statement(sql: String, values: Vec<Value>) -> Statement {
    Statement { sql, values: Some(sea_orm::Values(values)), db_backend: DbBackend::Sqlite }
}
