//! Sessions with PostgreSQL.

use std::{str::FromStr, time::Duration};

use sea_orm::DatabaseConnection;
use sqlx::{
    ConnectOptions as _, Executor as _, PgConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::session::{check_parameters, unreadable};
use crate::{data::DatabaseOptions, error::Result};

/// Prepared statements kept per connection.
const STATEMENTS: usize = 512;

const PARAMETERS: &[&str] = &[
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
    "statement-cache-capacity",
];

/// A statement whose client has gone, because its request was given up, ends within half a second. PostgreSQL knows this since 14.
const LOOK_AFTER_CLIENTS: &str =
    "SELECT set_config(name, '500', false) FROM pg_settings WHERE name = 'client_connection_check_interval'";

/// Opens sessions in UTC that end statements in time. Ours write in transactions only, which say so.
#[derive(Debug, Clone)]
pub(super) struct Session(PgConnectOptions);

impl Session {
    pub(super) fn new(url: &str, options: &DatabaseOptions) -> Result<Self> {
        check_parameters(url, PARAMETERS)?;
        let mut connect = PgConnectOptions::from_str(url).map_err(|error| unreadable(&error))?;
        if !url.contains("statement-cache-capacity=") {
            connect = connect.statement_cache_capacity(STATEMENTS);
        }
        if connect.get_application_name().is_none() {
            connect = connect.application_name("lys");
        }
        if !options.statement_timeout.is_zero() {
            connect = connect.options([("statement_timeout", milliseconds(options.statement_timeout))]);
        }
        Ok(Self(connect.disable_statement_logging()))
    }

    pub(super) async fn connect(&self) -> sqlx::Result<PgConnection> {
        let mut connection = self.0.clone().options([("default_transaction_read_only", "on")]).connect().await?;
        // A server that cannot look after its clients runs a statement to its end or its timeout, that is all.
        let _ = connection.execute(sqlx::raw_sql(LOOK_AFTER_CLIENTS)).await;
        Ok(connection)
    }

    pub(super) fn sea_orm(&self, connections: u32) -> DatabaseConnection {
        PgPoolOptions::new().max_connections(connections).connect_lazy_with(self.0.clone()).into()
    }
}

fn milliseconds(duration: Duration) -> String {
    duration.as_millis().max(1).to_string()
}
