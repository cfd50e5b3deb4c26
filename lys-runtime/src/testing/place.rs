//! Where a test's database is: a file, or a database of its own on a server.

use std::time::Duration;

use tempfile::TempDir;

use super::server::TestServer;
use crate::{
    data::{Database, DatabaseOptions},
    error::{Error, Result},
};

/// Which database tests run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TestDatabase {
    /// A file for each test.
    Sqlite,
    /// A schema for each test in the PostgreSQL database at `LYS_TEST_POSTGRES_URL`.
    Postgres,
    /// A database for each test on the MySQL or MariaDB server at `LYS_TEST_MYSQL_URL`.
    MySql,
}

impl TestDatabase {
    /// What the variable `LYS_TEST_DATABASE` says: `sqlite`, `postgres` or `mysql`; without it SQLite.
    ///
    /// # Panics
    /// When it says something else.
    #[must_use]
    pub fn current() -> Self {
        match std::env::var("LYS_TEST_DATABASE").as_deref() {
            Err(_) | Ok("sqlite") => Self::Sqlite,
            Ok("postgres") => Self::Postgres,
            Ok("mysql") => Self::MySql,
            Ok(other) => panic!("LYS_TEST_DATABASE is `{other}`; it can be `sqlite`, `postgres` or `mysql`"),
        }
    }

    /// The value of `LYS_TEST_DATABASE` that asks for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::MySql => "mysql",
        }
    }

    /// The variable with the URL of its server.
    #[must_use]
    pub fn variable(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("LYS_TEST_POSTGRES_URL"),
            Self::MySql => Some("LYS_TEST_MYSQL_URL"),
        }
    }
}

/// Where a test's database is. It goes when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    url: String,
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    File(TempDir),
    Server(&'static TestServer, String),
}

impl Place {
    /// A new database, prepared by `prepare`.
    pub(crate) async fn make(prepare: impl AsyncFnOnce(&Database) -> Result<()>) -> Result<(Self, Database)> {
        let place = match TestDatabase::current() {
            TestDatabase::Sqlite => {
                let directory = tempfile::tempdir().map_err(Error::internal)?;
                let url = format!("sqlite://{}", directory.path().join("test.db").display());
                Self { url, kept: Kept::File(directory) }
            }
            kind => {
                let server = TestServer::of(kind);
                let name = server.create().await?;
                Self { url: server.url(&name), kept: Kept::Server(server, name) }
            }
        };
        let statement_timeout = Duration::from_mins(2);
        let options = DatabaseOptions { connections: 2, statement_timeout, ..DatabaseOptions::default() };
        let database = Database::connect(&place.url, &options).await?;
        prepare(&database).await?;
        Ok((place, database))
    }

    /// The URL of the database.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        match &self.kept {
            Kept::File(directory) => tracing::debug!(path = %directory.path().display(), "a test's file goes"),
            Kept::Server(server, name) => server.drop_database(name),
        }
    }
}
