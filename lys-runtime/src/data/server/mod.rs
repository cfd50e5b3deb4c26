//! Databases behind a server: PostgreSQL, MySQL and MariaDB.

#[cfg(feature = "postgres")]
pub(super) mod cells;
mod connection;
#[cfg(feature = "mysql")]
mod mysql;
mod pool;
#[cfg(feature = "postgres")]
mod postgres;
mod session;
mod transaction;

use std::sync::Arc;

use sea_orm::{DatabaseConnection, DbBackend, QueryResult, Value};

pub(super) use self::{connection::is_lost, transaction::ServerTransaction};
use self::{pool::Pool, session::Session};
use super::{DatabaseOptions, dialect::Dialect};
use crate::error::{Error, Result};

/// The primary of a database and, where there is one, a replica that reads go to.
#[derive(Debug)]
pub(super) struct Server {
    primary: Arc<Pool>,
    replica: Option<Arc<Pool>>,
    sea_orm: DatabaseConnection,
    dialect: Dialect,
}

impl Server {
    /// Connects to PostgreSQL.
    #[cfg(feature = "postgres")]
    pub(super) async fn postgres(url: &str, options: &DatabaseOptions) -> Result<Self> {
        let session = |url: &str| postgres::Session::new(url, options).map(Session::Postgres);
        let replica = options.replica_url.as_deref().map(session).transpose()?;
        Self::open(session(url)?, replica, options).await
    }

    /// Connects to MySQL or MariaDB.
    #[cfg(feature = "mysql")]
    pub(super) async fn mysql(url: &str, options: &DatabaseOptions) -> Result<Self> {
        let session = |url: &str| mysql::Session::new(url, options).map(Session::MySql);
        let replica = options.replica_url.as_deref().map(session).transpose()?;
        Self::open(session(url)?, replica, options).await
    }

    async fn open(session: Session, replica: Option<Session>, options: &DatabaseOptions) -> Result<Self> {
        let sea_orm = session.sea_orm(options.connections);
        let primary = Pool::open(session, options).await?;
        let dialect = dialect(&primary, &sea_orm).await?;
        let replica = match replica {
            Some(session) => Some(Pool::open(session, options).await?),
            None => None,
        };
        Ok(Self { primary, replica, sea_orm, dialect })
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(super) fn sea_orm(&self) -> &DatabaseConnection {
        &self.sea_orm
    }

    /// Runs a query; on the replica, unless the reader has to see what was just written.
    pub(super) async fn read(&self, sql: String, values: Vec<Value>, primary: bool) -> Result<Vec<QueryResult>> {
        self.pool(primary).read(sql, values).await
    }

    /// Begins a read-only transaction whose queries all see the rows of one moment; where [`read`](Self::read) reads.
    pub(super) async fn hold(&self, primary: bool) -> Result<ServerTransaction> {
        self.pool(primary).begin(self.dialect.snapshot()).await.map(ServerTransaction::new)
    }

    fn pool(&self, primary: bool) -> &Arc<Pool> {
        self.replica.as_ref().filter(|_| !primary).unwrap_or(&self.primary)
    }

    pub(super) async fn begin(&self) -> Result<ServerTransaction> {
        self.primary.begin(self.dialect.begin()).await.map(ServerTransaction::new)
    }

    /// Begins a transaction that no other of this kind overlaps, in any process.
    pub(super) async fn begin_alone(&self) -> Result<ServerTransaction> {
        let mut lease = self.primary.begin(self.dialect.begin()).await?;
        lease.take_time();
        for sql in self.dialect.alone() {
            lease.run(sql).await?;
        }
        Ok(ServerTransaction::new(lease))
    }

    pub(super) async fn ping(&self) -> Result<()> {
        for pool in self.pools() {
            pool.read("SELECT 1".to_owned(), Vec::new()).await?;
        }
        Ok(())
    }

    pub(super) async fn close(&self) -> Result<()> {
        for pool in self.pools() {
            pool.close().await?;
        }
        Ok(self.sea_orm.close_by_ref().await?)
    }

    fn pools(&self) -> impl Iterator<Item = &Arc<Pool>> {
        std::iter::once(&self.primary).chain(&self.replica)
    }
}

/// Which SQL the server speaks, if it is new enough.
async fn dialect(pool: &Arc<Pool>, sea_orm: &DatabaseConnection) -> Result<Dialect> {
    let postgres = sea_orm.get_database_backend() == DbBackend::Postgres;
    let sql = if postgres { "SELECT current_setting('server_version')" } else { "SELECT VERSION()" };
    let rows = pool.read(sql.to_owned(), Vec::new()).await?;
    let row = rows.first().ok_or_else(|| Error::internal("the server has no version"))?;
    let version: String = row.try_get_by_index(0)?;
    let (dialect, name, least) = match (postgres, version.contains("MariaDB")) {
        (true, _) => (Dialect::Postgres, "PostgreSQL", [13, 0, 0]),
        (false, true) => (Dialect::MariaDb, "MariaDB", [10, 6, 0]),
        // The first with a collation that compares bytes, trailing spaces included.
        (false, false) => (Dialect::MySql, "MySQL", [8, 0, 17]),
    };
    if number(&version) < least {
        let least = least.map(|part| part.to_string()).join(".");
        return Err(Error::internal(format!("{name} {version} is too old; lys needs {least} or later")));
    }
    Ok(dialect)
}

/// The first three numbers. MariaDB may say `5.5.5-` first, for the sake of old replicas.
fn number(version: &str) -> [u32; 3] {
    let version = version.strip_prefix("5.5.5-").unwrap_or(version);
    let mut parts = version.split(|letter: char| !letter.is_ascii_digit()).map(|part| part.parse().unwrap_or(0));
    std::array::from_fn(|_| parts.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_servers_write_them() {
        assert_eq!(number("15.20 (Debian 15.20-0+deb12u1)"), [15, 20, 0]);
        assert_eq!(number("17beta1"), [17, 0, 0]);
        assert_eq!(number("10.11.19-MariaDB-0+deb12u1"), [10, 11, 19]);
        assert_eq!(number("5.5.5-10.6.12-MariaDB"), [10, 6, 12]);
        assert_eq!(number("8.0.36"), [8, 0, 36]);
    }
}
