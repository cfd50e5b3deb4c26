//! SQLite's readers: threads with a connection each, which run a statement to its end and answer with all rows at once.
//!
//! sqlx hands every row from its thread to the caller, one wake-up and a few allocations each; a page of 50 rows cost five times as
//! much. Reads outside a transaction come here; transactions stay with SeaORM's connection.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use sea_orm::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::{BUSY_TIMEOUT, CACHE_SIZE, MMAP_BYTES, STATEMENTS, bind::bind, packed::Packing};
use crate::{
    data::{DatabaseOptions, Rows},
    error::{Error, Result, code},
};

/// Instructions of SQLite's machine between two looks at the clock.
const LOOK_EVERY: i32 = 10_000;

/// The threads. Dropped, they end once their statement has.
#[derive(Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    queue: flume::Sender<Job>,
    jobs: flume::Receiver<Job>,
    /// One for each thread that may be.
    permits: Arc<Semaphore>,
    most: u32,
    started: Arc<AtomicUsize>,
    threads: Mutex<Vec<thread::JoinHandle<()>>>,
    acquire_timeout: Duration,
    statement_timeout: Duration,
}

/// The permit is given back when the thread is free again, whether anybody waits for the answer or not.
enum Job {
    Read(Read, OwnedSemaphorePermit),
    /// All of these in one transaction, until no more can come.
    ReadAll(flume::Receiver<Read>, OwnedSemaphorePermit),
    Stop,
}

struct Read {
    sql: String,
    values: Vec<Value>,
    /// When its time is over, if ever.
    until: Option<Instant>,
    answer: oneshot::Sender<Result<Rows>>,
}

/// A reader that works for its holder alone, in one transaction: all queries see the rows of one moment, which is that of the first.
/// Dropped, it goes back.
#[derive(Debug)]
pub(crate) struct HeldReader {
    reads: flume::Sender<Read>,
    statement_timeout: Duration,
}

impl Readers {
    /// Readers of the file at `path`, which exists. The first thread opens it now, others when they are needed.
    pub(super) async fn open(path: &Path, options: &DatabaseOptions) -> Result<Self> {
        let (queue, jobs) = flume::unbounded();
        let most = options.connections.max(1);
        let readers = Self {
            path: path.to_owned(),
            queue,
            jobs,
            permits: Arc::new(Semaphore::new(most as usize)),
            most,
            started: Arc::default(),
            threads: Mutex::default(),
            acquire_timeout: options.acquire_timeout,
            statement_timeout: options.statement_timeout,
        };
        readers.read("SELECT 1".to_owned(), Vec::new()).await?;
        Ok(readers)
    }

    /// Runs a query. Whoever stops waiting for it stops it.
    pub(crate) async fn read(&self, sql: String, values: Vec<Value>) -> Result<Rows> {
        let permit = self.permit().await?;
        self.start_if_needed();
        let (read, answered) = Read::new(sql, values, self.statement_timeout);
        self.queue.send(Job::Read(read, permit)).map_err(|_| closed())?;
        answered.await.map_err(|_| stopped())?
    }

    /// A reader for several queries that see the rows of one moment.
    pub(crate) async fn hold(&self) -> Result<HeldReader> {
        let permit = self.permit().await?;
        self.start_if_needed();
        let (reads, queue) = flume::unbounded();
        self.queue.send(Job::ReadAll(queue, permit)).map_err(|_| closed())?;
        Ok(HeldReader { reads, statement_timeout: self.statement_timeout })
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Ok(permit);
        }
        match tokio::time::timeout(self.acquire_timeout, Arc::clone(&self.permits).acquire_owned()).await {
            Ok(permit) => permit.map_err(|_| closed()),
            Err(_) => {
                Err(Error::new(code::DATABASE_UNAVAILABLE, 503).with_detail("no reader of SQLite was free in time"))
            }
        }
    }

    /// A permit is held, so fewer than `most` threads are at work.
    fn start_if_needed(&self) {
        let busy = self.most as usize - self.permits.available_permits();
        let started = self.started.load(Ordering::Acquire);
        let more = || self.started.compare_exchange(started, started + 1, Ordering::AcqRel, Ordering::Acquire).is_ok();
        if started >= busy.min(self.most as usize) || !more() {
            return;
        }
        let (path, jobs) = (self.path.clone(), self.jobs.clone());
        let alive = Alive(Arc::clone(&self.started));
        let life = move || {
            let _alive = alive;
            work(&path, &jobs);
        };
        match thread::Builder::new().name("lys-sqlite-reader".to_owned()).spawn(life) {
            Ok(thread) => self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread),
            Err(error) => tracing::error!(%error, "no thread for a reader of SQLite"),
        }
    }

    /// Waits for what is under way, then closes all connections.
    pub(crate) async fn close(&self) -> Result<()> {
        let _all = self.permits.acquire_many(self.most).await.map_err(|_| closed())?;
        self.permits.close();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for _ in &threads {
            self.queue.send(Job::Stop).map_err(|_| closed())?;
        }
        let joined = tokio::task::spawn_blocking(move || threads.into_iter().try_for_each(thread::JoinHandle::join));
        joined.await.map_err(Error::internal)?.map_err(|_| Error::internal("a reader of SQLite panicked"))
    }
}

impl HeldReader {
    /// Runs a query. Whoever stops waiting for it stops it.
    pub(crate) async fn read(&self, sql: String, values: Vec<Value>) -> Result<Rows> {
        let (read, answered) = Read::new(sql, values, self.statement_timeout);
        self.reads.send(read).map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

impl Read {
    fn new(sql: String, values: Vec<Value>, timeout: Duration) -> (Self, oneshot::Receiver<Result<Rows>>) {
        let (answer, answered) = oneshot::channel();
        let until = (!timeout.is_zero()).then(|| Instant::now() + timeout);
        (Self { sql, values, until, answer }, answered)
    }

    /// Answers, unless nobody waits any more. `free` is called before.
    fn run(self, connection: &Connection, free: impl FnOnce()) {
        let Self { sql, values, until, answer } = self;
        let answer = Arc::new(answer);
        let watcher = Arc::clone(&answer);
        let result = watched(connection, until, watcher, |connection| query(connection, &sql, &values));
        free();
        if let Some(answer) = Arc::into_inner(answer) {
            let _nobody_waits = answer.send(result);
        }
    }

    fn fail(self, error: impl Into<Error>) {
        let _nobody_waits = self.answer.send(Err(error.into()));
    }
}

fn closed() -> Error {
    Error::internal("the database is closed")
}

fn stopped() -> Error {
    Error::internal("a reader of SQLite stopped in the middle of its work")
}

/// Counts a thread as long as it lives, should it panic.
struct Alive(Arc<AtomicUsize>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A thread's life.
fn work(path: &Path, jobs: &flume::Receiver<Job>) {
    let mut connection = None;
    loop {
        let open = |connection: &mut Option<Connection>| connection.take().map_or_else(|| connect(path), Ok);
        match jobs.recv() {
            Ok(Job::Read(read, permit)) => match open(&mut connection) {
                Ok(open) => {
                    // Free before the answer: whoever gets it finds a free reader.
                    read.run(&open, || drop(permit));
                    connection = Some(open);
                }
                Err(error) => read.fail(error),
            },
            Ok(Job::ReadAll(reads, permit)) => {
                match open(&mut connection).and_then(|open| begin(&open).map(|()| open)) {
                    Ok(open) => connection = read_all(open, &reads),
                    Err(error) => {
                        if let Ok(read) = reads.recv() {
                            read.fail(error);
                        }
                    }
                }
                drop(permit);
            }
            Ok(Job::Stop) | Err(_) => return,
        }
    }
}

/// The moment is that of the first query.
fn begin(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("BEGIN")?.execute([]).map(drop)
}

/// Reads until no more can come; gives the connection back if the transaction ends as it should.
fn read_all(connection: Connection, reads: &flume::Receiver<Read>) -> Option<Connection> {
    while let Ok(read) = reads.recv() {
        read.run(&connection, || ());
    }
    let ended = connection.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([]));
    if let Err(error) = &ended {
        tracing::warn!(target: "lys::sql", %error, "a reader of SQLite is opened anew: its transaction did not end");
    }
    ended.is_ok().then_some(connection)
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "mmap_size", MMAP_BYTES)?;
    connection.pragma_update(None, "cache_size", CACHE_SIZE)?;
    Ok(connection)
}

/// Runs `query` until nobody waits for it or its time is over.
fn watched(
    connection: &Connection,
    until: Option<Instant>,
    answer: Arc<oneshot::Sender<Result<Rows>>>,
    query: impl FnOnce(&Connection) -> Result<Rows>,
) -> Result<Rows> {
    let over = move || answer.is_closed() || until.is_some_and(|until| Instant::now() > until);
    connection.progress_handler(LOOK_EVERY, Some(over))?;
    let result = query(connection);
    connection.progress_handler(0, None::<fn() -> bool>)?;
    result
}

fn query(connection: &Connection, sql: &str, values: &[Value]) -> Result<Rows> {
    let mut statement = connection.prepare_cached(sql)?;
    for (index, value) in values.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, bind(value)?)?;
    }
    let width = statement.column_count();
    let mut packing = Packing::new(width);
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        for slot in 0..width {
            packing.push(row.get_ref(slot)?)?;
        }
    }
    Ok(packing.finish()?.into())
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) {
            return Self::new(code::STATEMENT_TIMEOUT, 503).with_detail("a statement of SQLite took too long");
        }
        Self::internal(error)
    }
}
