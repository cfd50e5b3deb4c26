//! Sessions with MySQL and MariaDB.

use std::{str::FromStr, time::Duration};

use sea_orm::DatabaseConnection;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Executor as _, MySqlConnection,
    mysql::{MySqlConnectOptions, MySqlPoolOptions},
};

use super::session::{check_parameters, unreadable};
use crate::{data::DatabaseOptions, error::Result};

/// Prepared statements kept per connection.
const STATEMENTS: usize = 512;

const PARAMETERS: &[&str] = &[
    "ssl-mode",
    "sslmode",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "sslca",
    "sslcert",
    "sslkey",
    "socket",
    "statement-cache-capacity",
];

/// Opens sessions in UTC that see what others commit, refuse what does not fit, and end statements in time. Ours write in transactions
/// only, which say so.
#[derive(Debug, Clone)]
pub(super) struct Session {
    connect: MySqlConnectOptions,
    begin: String,
}

impl Session {
    pub(super) fn new(url: &str, options: &DatabaseOptions) -> Result<Self> {
        check_parameters(url, PARAMETERS)?;
        let mut connect = MySqlConnectOptions::from_str(url).map_err(|error| unreadable(&error))?;
        if !url.contains("statement-cache-capacity=") {
            connect = connect.statement_cache_capacity(STATEMENTS);
        }
        Ok(Self { connect: connect.disable_statement_logging(), begin: begin(options.statement_timeout) })
    }

    pub(super) async fn connect(&self) -> sqlx::Result<MySqlConnection> {
        let mut connection = self.connect.connect().await?;
        connection.execute(sqlx::raw_sql(AssertSqlSafe(self.begin.clone()))).await?;
        connection.execute(sqlx::raw_sql("SET SESSION TRANSACTION READ ONLY")).await?;
        Ok(connection)
    }

    pub(super) fn sea_orm(&self, connections: u32) -> DatabaseConnection {
        let begin = self.begin.clone();
        let pool = MySqlPoolOptions::new().max_connections(connections).after_connect(move |connection, _| {
            let begin = begin.clone();
            Box::pin(async move { connection.execute(sqlx::raw_sql(AssertSqlSafe(begin))).await.map(drop) })
        });
        pool.connect_lazy_with(self.connect.clone()).into()
    }
}

/// What is agreed on at the start: as PostgreSQL has it by itself. The comments are read by one of the two servers only: MySQL can
/// end queries alone and counts in milliseconds, MariaDB ends any statement and counts in seconds.
fn begin(statement_timeout: Duration) -> String {
    format!(
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; \
         SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,PIPES_AS_CONCAT') \
         /*!80000 , max_execution_time = {milliseconds} */ /*M!100600 , max_statement_time = {seconds} */",
        milliseconds = statement_timeout.as_millis(),
        seconds = statement_timeout.as_secs_f64(),
    )
}
