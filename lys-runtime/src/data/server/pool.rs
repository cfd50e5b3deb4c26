//! Connections that nobody uses just now, and at most so many altogether.
//!
//! sqlx's own pool asks the server for a sign of life after every use, in the background: as much work as a small query. This one
//! does so only after a long rest; whoever finds a connection dead gets another.

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sea_orm::{QueryResult, Value};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{
    connection::{Connection, is_lost},
    session::Session,
};
use crate::{
    data::DatabaseOptions,
    error::{Error, Result, code},
};

/// A connection that rested longer proves that it lives before it is used.
const REST_BEFORE_PING: Duration = Duration::from_secs(30);
/// A connection that rested longer is closed.
const LONGEST_REST: Duration = Duration::from_mins(10);
/// How much longer than the server we wait for the end of a statement: then the network is to blame.
const GRACE: Duration = Duration::from_secs(5);

/// The connections to one server.
#[derive(Debug)]
pub(super) struct Pool {
    session: Session,
    /// The one used last comes first again; those at the front rest longest.
    resting: Mutex<Vec<Resting>>,
    permits: Arc<Semaphore>,
    most: u32,
    acquire_timeout: Duration,
    statement_timeout: Duration,
}

struct Resting {
    connection: Connection,
    since: Instant,
}

/// A connection in use. Unless it is given back it is closed when this is dropped: a statement may still be under way on it.
pub(super) struct Lease {
    pool: Arc<Pool>,
    connection: Option<Connection>,
    /// It waits for statements as long as they take, and is not used again.
    patient: bool,
    _permit: OwnedSemaphorePermit,
}

impl Pool {
    /// A pool with one connection, which proves that the server can be reached.
    pub(super) async fn open(session: Session, options: &DatabaseOptions) -> Result<Arc<Self>> {
        let most = options.connections.max(1);
        let pool = Arc::new(Self {
            session,
            resting: Mutex::default(),
            permits: Arc::new(Semaphore::new(most as usize)),
            most,
            acquire_timeout: options.acquire_timeout,
            statement_timeout: options.statement_timeout,
        });
        pool.lease().await?.give_back();
        Ok(pool)
    }

    /// A connection that nobody else uses. It may have died unnoticed.
    pub(super) async fn lease(self: &Arc<Self>) -> Result<Lease> {
        let permit = self.permit().await?;
        let connection = match self.rested().await {
            Some(connection) => connection,
            // It is seldom and large.
            None => Box::pin(self.connect()).await?,
        };
        Ok(Lease { pool: Arc::clone(self), connection: Some(connection), patient: false, _permit: permit })
    }

    /// Like [`lease`](Self::lease), newly opened: the others are closed, because one of them was found dead.
    async fn fresh_lease(self: &Arc<Self>) -> Result<Lease> {
        let permit = self.permit().await?;
        self.lock().clear();
        let connection = self.connect().await?;
        Ok(Lease { pool: Arc::clone(self), connection: Some(connection), patient: false, _permit: permit })
    }

    /// Runs a query. When its connection turns out to be dead, it runs once more on a new one.
    pub(super) async fn read(self: &Arc<Self>, sql: String, values: Vec<Value>) -> Result<Vec<QueryResult>> {
        let again = (sql.clone(), values.clone());
        match self.lease().await?.read_once(sql, values).await {
            Err(error) if is_lost(&error) => {
                tracing::warn!(target: "lys::sql", %error, "a connection was lost; the query runs once more");
                let (sql, values) = again;
                Box::pin(async { Ok(self.fresh_lease().await?.read_once(sql, values).await?) }).await
            }
            result => Ok(result?),
        }
    }

    /// A lease on which `first` succeeded. A dead connection is replaced once: `first` must not have an effect without the rest.
    pub(super) async fn begin(self: &Arc<Self>, first: &'static str) -> Result<Lease> {
        let mut lease = self.lease().await?;
        match lease.run(first).await {
            Ok(()) => return Ok(lease),
            Err(error) if is_lost(&error) => {
                tracing::warn!(target: "lys::sql", %error, "a connection was lost; the transaction begins on another");
            }
            Err(error) => return Err(error.into()),
        }
        drop(lease);
        let mut lease = Box::pin(self.fresh_lease()).await?;
        lease.run(first).await?;
        Ok(lease)
    }

    /// Waits for what is under way, then closes all connections.
    pub(super) async fn close(&self) -> Result<()> {
        let _all = self.permits.acquire_many(self.most).await.map_err(|_| closed())?;
        self.permits.close();
        let resting = std::mem::take(&mut *self.lock());
        for resting in resting {
            if let Err(error) = resting.connection.close().await {
                tracing::debug!(target: "lys::sql", %error, "a connection was lost before it was closed");
            }
        }
        Ok(())
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Ok(permit);
        }
        match timeout(self.acquire_timeout, Arc::clone(&self.permits).acquire_owned()).await {
            Ok(permit) => permit.map_err(|_| closed()),
            Err(_) => Err(unavailable("no connection was free in time")),
        }
    }

    async fn connect(&self) -> Result<Connection> {
        match timeout(self.acquire_timeout, self.session.connect()).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(unavailable("no connection to the server").with_source(error)),
            Err(_) => Err(unavailable("the server did not answer in time")),
        }
    }

    /// A connection that nobody uses, if there is one; the others stay.
    async fn rested(&self) -> Option<Connection> {
        while let Some(resting) = self.take() {
            if let Some(connection) = self.proven(resting).await {
                return Some(connection);
            }
        }
        None
    }

    fn take(&self) -> Option<Resting> {
        self.lock().pop()
    }

    async fn proven(&self, resting: Resting) -> Option<Connection> {
        let Resting { mut connection, since } = resting;
        if since.elapsed() > REST_BEFORE_PING && !matches!(timeout(GRACE, connection.ping()).await, Ok(Ok(()))) {
            return None;
        }
        Some(connection)
    }

    fn put(&self, connection: Connection) {
        let mut resting = self.lock();
        let tired = resting.iter().take_while(|resting| resting.since.elapsed() > LONGEST_REST).count();
        resting.drain(..tired);
        if !self.permits.is_closed() {
            resting.push(Resting { connection, since: Instant::now() });
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Resting>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lease {
    /// Runs a query, then gives the connection back if it lives.
    async fn read_once(mut self, sql: String, values: Vec<Value>) -> sqlx::Result<Vec<QueryResult>> {
        let result = self.read(sql, values).await;
        if !matches!(&result, Err(error) if is_lost(error)) {
            self.give_back();
        }
        result
    }

    pub(super) async fn read(&mut self, sql: String, values: Vec<Value>) -> sqlx::Result<Vec<QueryResult>> {
        let limit = self.limit();
        in_time(limit, self.connection()?.read(sql, values)).await
    }

    pub(super) async fn execute(&mut self, sql: String, values: Vec<Value>) -> sqlx::Result<u64> {
        let limit = self.limit();
        in_time(limit, self.connection()?.execute(sql, values)).await
    }

    pub(super) async fn run(&mut self, sql: &str) -> sqlx::Result<()> {
        let limit = self.limit();
        in_time(limit, self.connection()?.run(sql)).await
    }

    /// From now on statements may take as long as they need.
    pub(super) fn take_time(&mut self) {
        self.patient = true;
    }

    fn limit(&self) -> Option<Duration> {
        let limit = self.pool.statement_timeout;
        (!self.patient && !limit.is_zero()).then(|| limit + GRACE)
    }

    fn connection(&mut self) -> sqlx::Result<&mut Connection> {
        self.connection.as_mut().ok_or(sqlx::Error::PoolClosed)
    }

    /// The connection is as it was lent: others may have it.
    pub(super) fn give_back(mut self) {
        if let Some(connection) = self.connection.take().filter(|_| !self.patient) {
            self.pool.put(connection);
        }
    }
}

impl std::fmt::Debug for Resting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resting").field("since", &self.since).finish_non_exhaustive()
    }
}

/// The server ends a statement that takes too long; a server that cannot be reached does not.
async fn in_time<T>(limit: Option<Duration>, work: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    let Some(limit) = limit else { return work.await };
    timeout(limit, work).await.unwrap_or_else(|_| {
        Err(sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, "the server fell silent")))
    })
}

fn closed() -> Error {
    Error::internal("the database is closed")
}

fn unavailable(detail: &str) -> Error {
    Error::new(code::DATABASE_UNAVAILABLE, 503).with_detail(detail)
}
