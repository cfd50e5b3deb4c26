//! Sudden deaths of PostgreSQL under a load of writes. The server is one of our own, so that nobody else's is killed.

use std::{
    collections::{HashMap, HashSet},
    env, fs,
    net::{TcpListener, TcpStream},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use lys::sea_orm::{ConnectionTrait as _, Database, DbBackend, Statement};
use tempfile::TempDir;

use crate::kit::{CREATE, Client, PATIENCE, Server, catalog, product, token};

const WRITERS: usize = 8;
const DEATHS: u32 = 3;

/// A PostgreSQL server with a data directory of its own.
struct Cluster {
    directory: TempDir,
    programs: PathBuf,
    port: u16,
    child: Option<Child>,
}

impl Cluster {
    /// Makes and starts one; nothing where PostgreSQL's programs are not installed.
    fn start() -> Option<Self> {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
        let mut programs: Vec<PathBuf> = versions.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
        programs.sort();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut cluster = Self { directory: TempDir::new().unwrap(), programs: programs.pop()?, port, child: None };
        // It refuses to run as root.
        let chown = Command::new("chown").arg("postgres").arg(cluster.directory.path()).status().unwrap();
        assert!(chown.success(), "PostgreSQL's account");
        let data = cluster.data();
        let made = cluster.command("initdb").args(["-A", "trust", "-U", "postgres", "-D"]).arg(data).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        cluster.revive();
        Some(cluster)
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(self.programs.join(program));
        command.stdin(Stdio::null()).current_dir(self.directory.path());
        command
    }

    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Starts it and waits until it answers.
    fn revive(&mut self) {
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data()).args([
            "-p",
            &self.port.to_string(),
            "-c",
            "listen_addresses=127.0.0.1",
            "-k",
        ]);
        command.arg(self.directory.path()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        self.child = Some(command.spawn().unwrap());
        let began = Instant::now();
        while !self.answers() {
            assert!(began.elapsed() < PATIENCE, "PostgreSQL does not come up");
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn answers(&self) -> bool {
        let ready = self.command("pg_isready").args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]).status();
        TcpStream::connect(("127.0.0.1", self.port)).is_ok() && ready.unwrap().success()
    }

    /// `kill -9` for it and all its backends at once.
    fn die(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let group = format!("-{}", child.id());
        Command::new("kill").args(["-KILL", "--", &group]).status().unwrap();
        child.wait().unwrap();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.die();
    }
}

/// What the writers know.
#[derive(Default)]
struct Known {
    next: AtomicUsize,
    over: AtomicBool,
    acknowledged: Mutex<HashSet<usize>>,
    /// Asked for, but nobody said whether it was written.
    unknown: Mutex<HashSet<usize>>,
    last: Mutex<Option<Instant>>,
}

fn numbered(number: usize) -> (String, f64) {
    (format!("Numbered {number}"), f64::from(u32::try_from(number).unwrap()) + 0.25)
}

fn write_on(port: u16, token: &str, known: &Known) {
    let mut client = Client::connect(port, token).unwrap();
    while !known.over.load(Ordering::Relaxed) {
        let number = known.next.fetch_add(1, Ordering::Relaxed);
        let (name, price) = numbered(number);
        let (status, answer) = client.send(CREATE, &product(&name, price)).expect("our server lives on");
        if answer.get("errors").is_none() {
            assert_eq!((status, answer["data"]["createProduct"]["price"].as_f64()), (200, Some(price)));
            known.acknowledged.lock().unwrap().insert(number);
            *known.last.lock().unwrap() = Some(Instant::now());
        } else {
            known.unknown.lock().unwrap().insert(number);
            thread::sleep(Duration::from_millis(10));
        }
    }
}

fn stored(url: &str) -> Vec<(String, String)> {
    lys::actix_web::rt::System::new().block_on(async {
        let database = Database::connect(url).await.unwrap();
        let sql = "SELECT name, price::text FROM product WHERE name LIKE 'Numbered %'";
        let rows = database.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap();
        rows.iter().map(|row| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())).collect()
    })
}

fn start(directory: &Path, url: &str) -> Server {
    let mut command = catalog(directory, &["--port", "0"]);
    command.env("LYS_LOG", "off").env("LYS_DATABASE__URL", url);
    Server::start_with(command)
}

#[test]
fn a_killed_postgresql_keeps_what_was_acknowledged() {
    let seconds: u64 = env::var("LYS_TEST_CRASH_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(4);
    if env::var_os("LYS_TEST_POSTGRES_URL").is_none() {
        println!("skipped: LYS_TEST_POSTGRES_URL is not set");
        return;
    }
    let Some(mut cluster) = Cluster::start() else {
        println!("skipped: PostgreSQL's programs are not installed");
        return;
    };
    let directory = TempDir::new().unwrap();
    let server = start(directory.path(), &cluster.url());
    let token = token(directory.path(), "manager");
    let known = Known::default();
    let mut waits = Vec::new();
    thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| write_on(server.port, &token, &known));
        }
        for _ in 0..DEATHS {
            thread::sleep(Duration::from_secs(seconds) / (DEATHS + 1));
            cluster.die();
            thread::sleep(Duration::from_millis(200));
            cluster.revive();
            let back = Instant::now();
            while known.last.lock().unwrap().is_none_or(|last| last < back) {
                assert!(back.elapsed() < PATIENCE, "the service does not recover by itself");
                thread::sleep(Duration::from_millis(1));
            }
            waits.push(back.elapsed());
        }
        thread::sleep(Duration::from_secs(seconds) / (DEATHS + 1));
        known.over.store(true, Ordering::Relaxed);
    });
    assert_eq!(server.stop(), Some(0));
    check(&known, &stored(&cluster.url()));
    let (acknowledged, unknown) = (known.acknowledged.lock().unwrap().len(), known.unknown.lock().unwrap().len());
    println!("{acknowledged} acknowledged, {unknown} refused or unknown; writing again after {waits:?}");
}

fn check(known: &Known, rows: &[(String, String)]) {
    let (acknowledged, unknown) = (known.acknowledged.lock().unwrap(), known.unknown.lock().unwrap());
    let mut times: HashMap<usize, usize> = HashMap::new();
    for (name, price) in rows {
        let number: usize = name.strip_prefix("Numbered ").unwrap().parse().unwrap();
        assert_eq!(price.parse::<f64>().unwrap(), numbered(number).1, "half a write: {name}");
        assert!(acknowledged.contains(&number) || unknown.contains(&number), "nobody asked for {name}");
        *times.entry(number).or_default() += 1;
    }
    for number in acknowledged.iter() {
        assert!(times.contains_key(number), "the acknowledged product {number} is gone");
    }
    let twice = times.iter().find(|(_, times)| **times > 1);
    assert_eq!(twice, None, "a write was repeated");
}
