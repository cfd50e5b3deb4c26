//! How to connect to a database.

use std::{fmt, str::FromStr, time::Duration};

/// How to connect.
#[derive(Debug, Clone)]
pub struct DatabaseOptions {
    /// Most connections at the same time: to a server, and as many again to its replica; on SQLite, those that read.
    pub connections: u32,
    /// How long a request waits for a free connection.
    pub acquire_timeout: Duration,
    /// How long a statement may take; zero is for ever.
    pub statement_timeout: Duration,
    /// Where queries outside mutations go instead of the primary. It may lag behind. SQLite has none.
    pub replica_url: Option<String>,
    /// When a commit of SQLite is durable.
    pub synchronous: Synchronous,
}

/// When SQLite answers that a commit is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Synchronous {
    /// When it is on the disk: it survives a loss of power.
    #[default]
    Full,
    /// When the operating system has it. A loss of power may undo the last commits; the file stays whole.
    Normal,
}

impl Default for DatabaseOptions {
    fn default() -> Self {
        Self {
            connections: 8,
            acquire_timeout: Duration::from_secs(15),
            statement_timeout: Duration::from_secs(30),
            replica_url: None,
            synchronous: Synchronous::Full,
        }
    }
}

impl FromStr for Synchronous {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "full" => Ok(Self::Full),
            "normal" => Ok(Self::Normal),
            _ => Err(format!("`{text}` is neither `full` nor `normal`")),
        }
    }
}

impl fmt::Display for Synchronous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "full",
            Self::Normal => "normal",
        })
    }
}
