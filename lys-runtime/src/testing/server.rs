//! Databases on a test server: made and dropped by one thread of the process, named so that those of dead processes can be told.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    process,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use sea_orm::ConnectionTrait;
use tokio::sync::{mpsc, oneshot};

use super::TestDatabase;
use crate::{
    data::{Database, DatabaseOptions},
    error::{Error, Result},
};

/// Databases of processes that nobody can ask are taken for leftovers after this time.
const OLDEST: Duration = Duration::from_hours(6);

/// A server that this process makes databases on.
#[derive(Debug)]
pub(super) struct TestServer {
    kind: TestDatabase,
    url: String,
    jobs: mpsc::UnboundedSender<Job>,
    made: AtomicU32,
}

struct Job {
    sql: String,
    /// Nobody waits for the end of a database.
    done: Option<oneshot::Sender<Result<()>>>,
}

impl TestServer {
    /// The server of this kind. The first call in a process drops what dead processes have left there.
    pub(super) fn of(kind: TestDatabase) -> &'static Self {
        static POSTGRES: OnceLock<TestServer> = OnceLock::new();
        static MYSQL: OnceLock<TestServer> = OnceLock::new();
        let server = if kind == TestDatabase::Postgres { &POSTGRES } else { &MYSQL };
        server.get_or_init(|| {
            let variable = kind.variable().unwrap_or_default();
            let url = std::env::var(variable)
                .unwrap_or_else(|_| panic!("tests on {} need the URL of a server in {variable}", kind.name()));
            let (jobs, queue) = mpsc::unbounded_channel();
            let of_thread = url.clone();
            thread::spawn(move || work(kind, &of_thread, queue));
            Self { kind, url, jobs, made: AtomicU32::new(0) }
        })
    }

    /// Makes a database; gives its name.
    pub(super) async fn create(&self) -> Result<String> {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let name = format!("lys_test_{}_{:x}_{}_{number}", now(), host(), process::id());
        let (done, ended) = oneshot::channel();
        let sql = format!("CREATE {} {name}", self.kind.unit());
        self.jobs.send(Job { sql, done: Some(done) }).map_err(|_| gone())?;
        ended.await.map_err(|_| gone())??;
        Ok(name)
    }

    /// The URL of the database called `name`.
    pub(super) fn url(&self, name: &str) -> String {
        match self.kind {
            // What tests commit need not survive a loss of power.
            TestDatabase::Postgres => {
                with_parameter(&self.url, &format!("options[search_path]={name}&options[synchronous_commit]=off"))
            }
            _ => with_database(&self.url, name),
        }
    }

    /// Drops a database sometime, at the latest when the next process comes.
    pub(super) fn drop_database(&self, name: &str) {
        let _nobody_is_left = self.jobs.send(Job { sql: drop_statement(self.kind, name), done: None });
    }
}

fn gone() -> Error {
    Error::internal("the thread that makes databases for tests has ended")
}

/// The life of the thread.
fn work(kind: TestDatabase, url: &str, mut queue: mpsc::UnboundedReceiver<Job>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let database = match open(kind, url, |name| !is_alive(name)).await {
            Ok(database) => database,
            Err(error) => {
                // Without the URL, which may hold a password.
                let variable = kind.variable().unwrap_or_default();
                panic!("the server at {variable} cannot be used: {error:?}");
            }
        };
        while let Some(Job { sql, done }) = queue.recv().await {
            let result = database.sea_orm().execute_unprepared(&sql).await.map(drop).map_err(Error::from);
            match (done, result) {
                (Some(done), result) => _ = done.send(result),
                (None, Err(error)) => eprintln!("a database of a test is left: {error}"),
                (None, Ok(())) => {}
            }
        }
    });
}

/// Drops what process `id` of this machine has left on the server.
pub(super) fn sweep(kind: TestDatabase, url: &str, id: u32) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let of_process = format!("_{:x}_{id}_", host());
    let swept = runtime.block_on(async { open(kind, url, |name| name.contains(&of_process)).await?.close().await });
    if let Err(error) = swept {
        eprintln!("databases of tests are left: {error}");
    }
}

/// Opens the server and drops the databases of tests that are `left`.
async fn open(kind: TestDatabase, url: &str, left: impl Fn(&str) -> bool) -> Result<Database> {
    let options = DatabaseOptions { connections: 1, statement_timeout: Duration::ZERO, ..DatabaseOptions::default() };
    let database = Database::connect(url, &options).await?;
    let sql = match kind {
        TestDatabase::Postgres => "SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'lys_test_%'",
        _ => "SELECT CAST(schema_name AS CHAR) FROM information_schema.schemata WHERE schema_name LIKE 'lys_test_%'",
    };
    let rows = database.read_all(sql.to_owned(), Vec::new()).await?;
    for row in rows.iter() {
        let name: String = row.get(0)?;
        if left(&name) {
            // Another process may have been quicker.
            let dropped = database.sea_orm().execute_unprepared(&drop_statement(kind, &name)).await;
            tracing::debug!(name, ?dropped, "a database that tests have left");
        }
    }
    Ok(database)
}

fn drop_statement(kind: TestDatabase, name: &str) -> String {
    let all = if kind == TestDatabase::Postgres { " CASCADE" } else { "" };
    format!("DROP {} IF EXISTS {name}{all}", kind.unit())
}

impl TestDatabase {
    /// What a test has of its own. PostgreSQL takes a quarter of a second for a database and as long to drop it, and no time for a
    /// schema.
    fn unit(self) -> &'static str {
        if self == Self::Postgres { "SCHEMA" } else { "DATABASE" }
    }
}

/// Whether the process that made the database may still be at work.
fn is_alive(name: &str) -> bool {
    let mut parts = name.trim_start_matches("lys_test_").split('_');
    let (made, machine, id) = (parts.next(), parts.next(), parts.next());
    let Some(made) = made.and_then(|made| made.parse::<u64>().ok()) else { return true };
    if now().saturating_sub(made) > OLDEST.as_secs() {
        return false;
    }
    let processes = std::path::Path::new("/proc");
    let here = machine == Some(&format!("{:x}", host())) && processes.join("self").exists();
    !here || id.is_some_and(|id| processes.join(id).exists())
}

fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Tells machines apart that share a server.
fn host() -> u16 {
    let mut hasher = DefaultHasher::new();
    std::fs::read("/proc/sys/kernel/random/boot_id").unwrap_or_default().hash(&mut hasher);
    hasher.finish().to_le_bytes().as_chunks::<2>().0.iter().fold(0, |all, part| all ^ u16::from_le_bytes(*part))
}

/// `url` with another database.
fn with_database(url: &str, name: &str) -> String {
    let (url, parameters) = url.split_once('?').map_or((url, None), |(url, parameters)| (url, Some(parameters)));
    let host = url.find("://").map_or(0, |scheme| scheme + 3);
    let end = url[host..].find('/').map_or(url.len(), |slash| host + slash);
    let parameters = parameters.map_or_else(String::new, |parameters| format!("?{parameters}"));
    format!("{}/{name}{parameters}", &url[..end])
}

/// `url` with one more parameter.
fn with_parameter(url: &str, parameter: &str) -> String {
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}{parameter}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_a_url_is_replaced() {
        assert_eq!(
            with_database("postgres://a:b@host:1/postgres?sslmode=require", "x"),
            "postgres://a:b@host:1/x?sslmode=require"
        );
        assert_eq!(with_database("mysql://root@host", "x"), "mysql://root@host/x");
        assert_eq!(with_parameter("postgres://host/db", "a=b"), "postgres://host/db?a=b");
        assert_eq!(with_parameter("postgres://host/db?c=d", "a=b"), "postgres://host/db?c=d&a=b");
    }

    #[test]
    fn databases_of_the_dead_are_told_from_those_of_the_living() {
        let name = |age: u64, machine: u16, id: u32| format!("lys_test_{}_{machine:x}_{id}_7", now() - age);
        assert!(is_alive(&name(60, host(), process::id())));
        assert!(!is_alive(&name(60, host(), u32::MAX)));
        assert!(is_alive(&name(60, host() ^ 1, u32::MAX)), "another machine's process cannot be asked");
        assert!(!is_alive(&name(OLDEST.as_secs() + 1, host() ^ 1, 1)));
        assert!(is_alive("lys_test_of_somebody"));
    }
}
