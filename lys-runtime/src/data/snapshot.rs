//! A snapshot: one connection in one read-only transaction, shared by all queries of a document.

use std::{fmt, sync::Arc};

use sea_orm::Value;
use tokio::sync::Mutex;

use super::Rows;
use crate::error::{Error, Result};

/// All queries through it see the rows of one moment: that of the first, which takes the connection. Dropped, it ends.
///
/// One query runs after the other, and one that fails ends it, on every database as on PostgreSQL. Whoever holds it must read through it alone: a request that waits for a second connection while
/// it holds one could wait for itself.
pub(super) struct Snapshot(Mutex<State>);

enum State {
    NotBegun,
    Held(Held),
    Ended,
}

/// The connection.
pub(super) enum Held {
    #[cfg(feature = "sqlite")]
    Sqlite(super::sqlite::readers::HeldReader),
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    Server(super::server::ServerTransaction),
}

impl Snapshot {
    /// A snapshot that no query has begun.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(State::NotBegun)))
    }

    /// Runs a query; the first one begins with `begin`.
    pub(super) async fn read(
        &self,
        sql: String,
        values: Vec<Value>,
        begin: impl AsyncFnOnce() -> Result<Held>,
    ) -> Result<Rows> {
        let mut state = self.0.lock().await;
        if let State::NotBegun = *state {
            *state = State::Held(begin().await?);
        }
        let rows = match &*state {
            #[cfg(feature = "sqlite")]
            State::Held(Held::Sqlite(reader)) => reader.read(sql, values).await,
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            State::Held(Held::Server(transaction)) => transaction.read(sql, values).await.map(Rows::from),
            State::NotBegun | State::Ended => Err(Error::internal("the snapshot of this document has ended")),
        };
        if rows.is_err() {
            state.end().await;
        }
        rows
    }

    /// Gives the connection back.
    pub(super) async fn end(&self) {
        self.0.lock().await.end().await;
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").finish_non_exhaustive()
    }
}

impl State {
    async fn end(&mut self) {
        match std::mem::replace(self, Self::Ended) {
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Self::Held(Held::Server(transaction)) => {
                if let Err(error) = transaction.rollback().await {
                    tracing::debug!(target: "lys::sql", ?error, "a snapshot ended with its connection");
                }
            }
            _ => {}
        }
    }
}
