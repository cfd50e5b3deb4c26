//! Consistency: whether all that a query reads is of one moment.

use std::{fmt, str::FromStr};

use serde::Serialize;

/// What a query may see of what others write meanwhile.
///
/// A page and its `totalCount` are of one moment either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Consistency {
    /// Each statement sees the newest committed rows. Levels beside each other may be read at the same time.
    #[default]
    Statement,
    /// All statements of a document see the same rows: they share one connection and one read-only transaction.
    Snapshot,
}

impl Consistency {
    /// Its name in settings and macros.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::Snapshot => "snapshot",
        }
    }
}

impl fmt::Display for Consistency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Consistency {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Statement, Self::Snapshot]
            .into_iter()
            .find(|consistency| consistency.name().eq_ignore_ascii_case(text))
            .ok_or_else(|| format!("`{text}` is no consistency; write statement or snapshot"))
    }
}
