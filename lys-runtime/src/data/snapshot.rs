//! A snapshot: one connection in one read-only transaction, shared by all queries of a document.

use std::sync::Arc;

use sea_orm::Value;
use tokio::sync::Mutex;

use super::Rows;
use crate::error::{Error, Result};

/// All queries through it see the rows of one moment: that of the first, which takes the connection. Dropped, it ends.
///
/// One query runs after the other. Whoever holds it must read through it alone: a request that waits for a second connection while
/// it holds one could wait for itself.
#[derive(Debug)]
pub(super) struct Snapshot(Mutex<State>);

#[derive(Debug)]
enum State {
    NotBegun,
    Held(Held),
    Ended,
}

/// The connection.
#[derive(Debug)]
pub(super) enum Held {
    #[cfg(feature = "sqlite")]
    Sqlite(super::sqlite::readers::HeldReader),
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
        match &*state {
            #[cfg(feature = "sqlite")]
            State::Held(Held::Sqlite(reader)) => reader.read(sql, values).await,
            State::NotBegun | State::Ended => Err(Error::internal("the snapshot of this document has ended")),
        }
    }

    /// Gives the connection back.
    pub(super) async fn end(&self) {
        *self.0.lock().await = State::Ended;
    }
}
