//! The database of a project. Every statement of lys goes through here.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use sea_orm::{DatabaseConnection, DbBackend, Value};
use tokio::sync::Semaphore;

use super::{
    DatabaseOptions, Dialect, Rows, Transaction,
    snapshot::{Held, Snapshot},
    trace::{Trace, Watch},
    transaction,
};
use crate::error::{Error, Result};

/// An open database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Database {
    driver: Driver,
    /// Queries see what was just written, so they stay off the replica.
    #[cfg_attr(not(any(feature = "postgres", feature = "mysql")), allow(dead_code, reason = "SQLite has no replica"))]
    primary: bool,
    watched: Watched,
    /// Of the document that this handle works for, if its queries share one.
    snapshot: Option<Arc<Snapshot>>,
    /// How many queries of the document that this handle works for may run at the same time.
    lanes: Option<Arc<Semaphore>>,
    #[cfg(feature = "testing")]
    pub(super) replay: Option<Arc<super::replay::Replay>>,
}

#[derive(Debug, Clone)]
enum Driver {
    #[cfg(feature = "sqlite")]
    Sqlite(Arc<super::sqlite::Sqlite>),
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    Server(Arc<super::server::Server>),
}

/// The texts of the statements that a database ran, for tests. Transaction control is not among them.
#[derive(Debug, Clone, Default)]
pub struct StatementLog(Arc<Mutex<Vec<String>>>);

impl StatementLog {
    /// The texts since the last call, oldest first.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Who is told of statements.
#[derive(Debug, Clone, Default)]
pub(super) struct Watched {
    log: Arc<OnceLock<StatementLog>>,
    /// Of the request that this handle works for, if its plan is shown.
    trace: Option<Arc<Trace>>,
}

impl Watched {
    /// Tells of a statement that begins.
    pub(super) fn begin(&self, sql: &str) -> Option<Watch> {
        tracing::trace!(target: "lys::sql", sql);
        if let Some(log) = self.log.get() {
            log.0.lock().unwrap_or_else(PoisonError::into_inner).push(sql.to_owned());
        }
        Watch::begin(self.trace.as_ref(), sql)
    }
}

impl Database {
    /// Opens the database at `url`: `sqlite://path`, which creates the file and its directory, `postgres://…` or `mysql://…`.
    ///
    /// # Errors
    /// When the URL names a database that this build does not have, or it cannot be opened.
    pub async fn connect(url: &str, options: &DatabaseOptions) -> Result<Self> {
        let Some((scheme, _)) = url.split_once(':') else {
            return Err(Error::internal(format!("the database URL has no scheme; this build has {}", drivers())));
        };
        let driver = match scheme {
            #[cfg(feature = "sqlite")]
            "sqlite" => Driver::Sqlite(Arc::new(super::sqlite::Sqlite::open(url, options).await?)),
            #[cfg(feature = "postgres")]
            "postgres" | "postgresql" => Driver::Server(Arc::new(super::server::Server::postgres(url, options).await?)),
            #[cfg(feature = "mysql")]
            "mysql" | "mariadb" => Driver::Server(Arc::new(super::server::Server::mysql(url, options).await?)),
            _ => return Err(Error::internal(no_driver(scheme))),
        };
        Ok(Self {
            driver,
            primary: false,
            watched: Watched::default(),
            snapshot: None,
            lanes: None,
            #[cfg(feature = "testing")]
            replay: None,
        })
    }

    /// A handle whose statements are added to `trace`.
    pub(crate) fn traced(&self, trace: Arc<Trace>) -> Self {
        let mut traced = self.clone();
        traced.watched.trace = Some(trace);
        traced
    }

    /// A handle whose queries all see the rows of one moment. They share one connection until [`end`](Self::end), and run one
    /// after the other.
    pub(crate) fn at_one_moment(&self) -> Self {
        Self { snapshot: Some(Snapshot::new()), lanes: None, ..self.clone() }
    }

    /// A handle whose queries take at most `lanes` connections at the same time. None is held while another is waited for.
    pub(crate) fn in_lanes(&self, lanes: usize) -> Self {
        Self { lanes: Some(Arc::new(Semaphore::new(lanes))), ..self.clone() }
    }

    /// Whether it pays to ask for several things at the same time.
    pub(crate) fn is_parallel(&self) -> bool {
        self.lanes.is_some()
    }

    /// Gives the connection of a handle [`at_one_moment`](Self::at_one_moment) back; does nothing on others.
    pub(crate) async fn end(&self) {
        if let Some(snapshot) = &self.snapshot {
            snapshot.end().await;
        }
    }

    /// What its statements are added to.
    pub(crate) fn trace(&self) -> Option<&Arc<Trace>> {
        self.watched.trace.as_ref()
    }

    /// Which SQL it speaks.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match &self.driver {
            #[cfg(feature = "sqlite")]
            Driver::Sqlite(_) => Dialect::Sqlite,
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Driver::Server(server) => server.dialect(),
        }
    }

    /// Which SQL it speaks, in SeaORM's words.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.dialect().backend()
    }

    /// The same database, read where it is written: a replica may not know yet what a mutation has just committed.
    #[must_use]
    pub fn primary(&self) -> Self {
        Self { primary: true, ..self.clone() }
    }

    /// Starts to record statements, or gives the record that was started.
    #[must_use]
    pub fn statement_log(&self) -> StatementLog {
        self.watched.log.get_or_init(StatementLog::default).clone()
    }

    /// Runs a query outside any transaction. It may run twice, when the first connection turns out to be dead.
    ///
    /// # Errors
    /// The database's own.
    pub async fn read_all(&self, sql: String, values: Vec<Value>) -> Result<Rows> {
        let watch = self.watched.begin(&sql);
        let _lane = match &self.lanes {
            Some(lanes) => Some(lanes.acquire().await.map_err(Error::internal)?),
            None => None,
        };
        let rows = self.query(sql, values).await;
        Watch::end(watch, rows.as_ref().ok().map(|rows| rows.len() as u64));
        rows
    }

    async fn query(&self, sql: String, values: Vec<Value>) -> Result<Rows> {
        #[cfg(feature = "testing")]
        if let Some(replay) = &self.replay {
            return replay.read(sql, async |sql| self.ask(sql, values).await).await;
        }
        self.ask(sql, values).await
    }

    async fn ask(&self, sql: String, values: Vec<Value>) -> Result<Rows> {
        if let Some(snapshot) = &self.snapshot {
            return snapshot.read(sql, values, async || self.hold().await).await;
        }
        match &self.driver {
            #[cfg(feature = "sqlite")]
            Driver::Sqlite(sqlite) => sqlite.readers.read(sql, values).await,
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Driver::Server(server) => server.read(sql, values, self.primary).await.map(Rows::from),
        }
    }

    /// A connection in a read-only transaction.
    async fn hold(&self) -> Result<Held> {
        match &self.driver {
            #[cfg(feature = "sqlite")]
            Driver::Sqlite(sqlite) => Ok(Held::Sqlite(sqlite.readers.hold().await?)),
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Driver::Server(server) => Ok(Held::Server(server.hold(self.primary).await?)),
        }
    }

    /// Begins a transaction. On SQLite it waits for the only writer, so that it never finds the database busy.
    ///
    /// # Errors
    /// The database's own.
    pub async fn begin(&self) -> Result<Transaction> {
        let inner = match &self.driver {
            #[cfg(feature = "sqlite")]
            Driver::Sqlite(sqlite) => transaction::Inner::Sqlite(sqlite.begin().await?),
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Driver::Server(server) => transaction::Inner::Server(server.begin().await?),
        };
        Ok(Transaction::new(inner, self.dialect(), self.watched.clone()))
    }

    /// Begins a transaction that no other process' of this kind overlaps: two that start at once make tables one after the other.
    /// Its statements may take as long as they need.
    ///
    /// # Errors
    /// The database's own.
    pub async fn begin_alone(&self) -> Result<Transaction> {
        match &self.driver {
            #[cfg(feature = "sqlite")]
            Driver::Sqlite(_) => self.begin().await,
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Driver::Server(server) => {
                let inner = transaction::Inner::Server(server.begin_alone().await?);
                Ok(Transaction::new(inner, self.dialect(), self.watched.clone()))
            }
        }
    }

    /// The database as plain SeaORM, through connections of its own: past every scope, statement log and check. On SQLite it is the
    /// only connection that writes.
    #[must_use]
    pub fn sea_orm(&self) -> &DatabaseConnection {
        match &self.driver {
            #[cfg(feature = "sqlite")]
            Driver::Sqlite(sqlite) => &sqlite.writer,
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Driver::Server(server) => server.sea_orm(),
        }
    }

    /// Answers, or says why not: for `GET /health/ready`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ping(&self) -> Result<()> {
        match &self.driver {
            #[cfg(feature = "sqlite")]
            Driver::Sqlite(sqlite) => sqlite.readers.read("SELECT 1".to_owned(), Vec::new()).await.map(drop),
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Driver::Server(server) => server.ping().await,
        }
    }

    /// Finishes what is under way and closes all connections.
    ///
    /// # Errors
    /// The database's own.
    pub async fn close(&self) -> Result<()> {
        match &self.driver {
            #[cfg(feature = "sqlite")]
            Driver::Sqlite(sqlite) => sqlite.close().await,
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Driver::Server(server) => server.close().await,
        }
    }
}

/// Schemes with the feature that brings their driver.
const DRIVERS: [(&str, &[&str], bool); 3] = [
    ("sqlite", &["sqlite"], cfg!(feature = "sqlite")),
    ("postgres", &["postgres", "postgresql"], cfg!(feature = "postgres")),
    ("mysql", &["mysql", "mariadb"], cfg!(feature = "mysql")),
];

fn no_driver(scheme: &str) -> String {
    match DRIVERS.iter().find(|(_, schemes, _)| schemes.contains(&scheme)) {
        Some((feature, ..)) => format!(
            "no driver for `{scheme}:` databases: turn on the feature `{feature}` of `lys-runtime`; this build has {}",
            drivers()
        ),
        None => format!("no driver for `{scheme}:` databases; this build has {}", drivers()),
    }
}

fn drivers() -> String {
    let built = DRIVERS.iter().filter(|(.., built)| *built).map(|(feature, ..)| match *feature {
        "sqlite" => "SQLite: write `sqlite://path/to/file`",
        "postgres" => "PostgreSQL: write `postgres://user:password@host/database`",
        _ => "MySQL and MariaDB: write `mysql://user:password@host/database`",
    });
    built.collect::<Vec<_>>().join("; ")
}
