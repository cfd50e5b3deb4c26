//! One connection to a server, whichever driver it has.

use sea_orm::{QueryResult, Value};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

/// A connection.
pub(super) enum Connection {
    #[cfg(feature = "postgres")]
    Postgres(Box<sqlx::PgConnection>),
    #[cfg(feature = "mysql")]
    MySql(Box<sqlx::MySqlConnection>),
}

/// Runs the same code on the driver's own connection.
macro_rules! on_driver {
    ($connection:expr, $driver:ident => $work:expr) => {
        match $connection {
            #[cfg(feature = "postgres")]
            Connection::Postgres($driver) => $work,
            #[cfg(feature = "mysql")]
            Connection::MySql($driver) => $work,
        }
    };
}

impl Connection {
    /// The rows of a prepared statement.
    pub(super) async fn read(&mut self, sql: String, values: Vec<Value>) -> sqlx::Result<Vec<QueryResult>> {
        let values = SqlxValues(sea_orm::Values(values));
        on_driver!(self, driver => {
            let rows = sqlx::query_with(AssertSqlSafe(sql), values).fetch_all(&mut **driver).await?;
            Ok(rows.into_iter().map(Into::into).collect())
        })
    }

    /// How many rows a prepared statement changed.
    pub(super) async fn execute(&mut self, sql: String, values: Vec<Value>) -> sqlx::Result<u64> {
        let values = SqlxValues(sea_orm::Values(values));
        on_driver!(self, driver => {
            let done = sqlx::query_with(AssertSqlSafe(sql), values).execute(&mut **driver).await?;
            Ok(done.rows_affected())
        })
    }

    /// Runs a text without values, unprepared.
    pub(super) async fn run(&mut self, sql: &str) -> sqlx::Result<()> {
        on_driver!(self, driver => driver.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.map(drop))
    }

    /// Whether the server answers.
    pub(super) async fn ping(&mut self) -> sqlx::Result<()> {
        on_driver!(self, driver => driver.ping().await)
    }

    /// Says good-bye to the server.
    pub(super) async fn close(self) -> sqlx::Result<()> {
        on_driver!(self, driver => driver.close().await)
    }
}

/// Whether `error` means that the connection is gone: the statement ran to no end that anybody knows of.
pub(in crate::data) fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => server_left(error.as_ref()),
        _ => false,
    }
}

/// The server ended the session, or refuses one because it is starting or stopping.
fn server_left(error: &dyn sqlx::error::DatabaseError) -> bool {
    #[cfg(feature = "postgres")]
    if let Some(error) = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
        return error.code().starts_with("08") || error.code().starts_with("57P");
    }
    #[cfg(feature = "mysql")]
    if let Some(error) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        // Server shutdown; connection killed (MariaDB); session killed; idle for too long (MySQL).
        return matches!(error.number(), 1053 | 1927 | 3169 | 4031);
    }
    let _ = error;
    false
}
