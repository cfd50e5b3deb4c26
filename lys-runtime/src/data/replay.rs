//! Answers of earlier queries, given again without a database: what is left is lys's own work.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use hashbrown::HashMap;

use super::{Database, Rows};
use crate::error::Result;

/// The rows that each statement text was answered with.
#[derive(Default)]
pub(super) struct Replay(Mutex<HashMap<String, Rows>>);

impl Database {
    /// The same database, which asks each query outside transactions once and answers later ones of the same text, whatever their
    /// values, with the same rows. For measures of what lys does itself. Only SQLite's rows can be given again.
    #[must_use]
    pub fn replaying(&self) -> Self {
        let mut database = self.clone();
        database.replay = Some(Arc::default());
        database
    }
}

impl Replay {
    /// The rows of an earlier query with this text, or those that the database answers with.
    pub(super) async fn read(&self, sql: String, ask: impl AsyncFnOnce(String) -> Result<Rows>) -> Result<Rows> {
        if let Some(rows) = self.recall(&sql) {
            return Ok(rows);
        }
        let rows = ask(sql.clone()).await?;
        if let Some(copy) = rows.copied() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(sql, copy);
        }
        Ok(rows)
    }

    fn recall(&self, sql: &str) -> Option<Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(sql)?.copied()
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").finish_non_exhaustive()
    }
}
