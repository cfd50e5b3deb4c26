//! How a session with a server begins: where it is, and what is agreed on before the first statement.

use sea_orm::DatabaseConnection;

use super::connection::Connection;
use crate::error::{Error, Result};

/// What opens connections.
#[derive(Debug, Clone)]
pub(super) enum Session {
    #[cfg(feature = "postgres")]
    Postgres(super::postgres::Session),
    #[cfg(feature = "mysql")]
    MySql(super::mysql::Session),
}

impl Session {
    /// A new connection, ready for statements.
    pub(super) async fn connect(&self) -> sqlx::Result<Connection> {
        Ok(match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => Connection::Postgres(Box::new(session.connect().await?)),
            #[cfg(feature = "mysql")]
            Self::MySql(session) => Connection::MySql(Box::new(session.connect().await?)),
        })
    }

    /// The same server as plain SeaORM. It connects when it is first used.
    pub(super) fn sea_orm(&self, connections: u32) -> DatabaseConnection {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.sea_orm(connections),
            #[cfg(feature = "mysql")]
            Self::MySql(session) => session.sea_orm(connections),
        }
    }
}

/// Refuses parameters that the driver does not know: it would ignore them, and a mistyped `sslmode` is no small thing.
pub(super) fn check_parameters(url: &str, known: &[&str]) -> Result<()> {
    let Some((_, query)) = url.split_once('?') else { return Ok(()) };
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let name = parameter.split_once('=').map_or(parameter, |(name, _)| name);
        // PostgreSQL's `options[name]=value` sets one of the server's own.
        let is_known = known.contains(&name.split('[').next().unwrap_or(name));
        if !is_known {
            let known = known.join("`, `");
            return Err(Error::internal(format!(
                "the database URL has an unknown parameter `{name}`; known are `{known}`"
            )));
        }
    }
    Ok(())
}

/// The URL is not shown: it may hold a password.
pub(super) fn unreadable(error: &sqlx::Error) -> Error {
    Error::internal(format!("the database URL cannot be read: {error}"))
}
