//! Answers of earlier queries, given again without a database: what is left is lys's own work.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use hashbrown::HashMap;

use super::Rows;

/// The rows that each statement text was answered with.
#[derive(Default)]
pub(super) struct Replay(Mutex<HashMap<String, Rows>>);

impl Replay {
    /// The rows of an earlier query with this text.
    pub(super) fn recall(&self, sql: &str) -> Option<Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(sql)?.copied()
    }

    /// Remembers the rows of a query, if they can be copied.
    pub(super) fn remember(&self, sql: String, rows: &Rows) {
        if let Some(copy) = rows.copied() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(sql, copy);
        }
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").finish_non_exhaustive()
    }
}
