//! The servers as child processes.

use std::{
    fs::{self, File},
    io,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::{Options, Outcome, http::Connection, token};

/// How long a server may take until it answers.
const START_LIMIT: Duration = Duration::from_mins(1);

/// The clock ticks per second of `/proc/<pid>/stat`, the same on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// Creates and fills the database with the lys catalog.
pub(crate) fn fill(catalog: &str, home: &Path, options: &Options) -> Outcome<()> {
    let mut command = Command::new(catalog);
    command.arg("bench-data");
    command.args(["--products", &options.products.to_string(), "--reviews", &options.reviews.to_string()]);
    let status = configure(&mut command, home).status().map_err(|error| format!("{catalog}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`catalog bench-data` failed: {status}").into()) }
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// The load average of the last minute, when it shows more than the benchmark itself.
pub(crate) fn foreign_load() -> Option<f64> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next()?.parse().ok().filter(|load| *load > 1.2)
}

/// What both servers and the filling have in common.
fn configure<'c>(command: &'c mut Command, home: &Path) -> &'c mut Command {
    let database = home.join("catalog.db");
    command
        .current_dir(home)
        .env("LYS_DATABASE__URL", format!("sqlite://{}", database.display()))
        .env("LYS_SECRET_KEY", token::SECRET)
        .env("LYS_ENV", "prod")
}

/// How to start a server.
pub(crate) struct ServerCommand {
    /// The side, as the report calls it.
    pub(crate) name: &'static str,
    /// The executable.
    pub(crate) program: PathBuf,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// The port that it will listen on.
    pub(crate) port: u16,
}

/// A running server; dropping it ends the process.
pub(crate) struct Server {
    /// The side, as the report calls it.
    pub(crate) name: &'static str,
    /// The port on the loopback interface.
    pub(crate) port: u16,
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts a server and waits until it answers.
    pub(crate) async fn start(command: ServerCommand, home: &Path) -> Outcome<Self> {
        let log = home.join(format!("{}.log", command.name));
        let file = File::create(&log)?;
        let mut process = Command::new(&command.program);
        process.args(&command.arguments).env("LYS_BENCH_PORT", command.port.to_string());
        process.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let child =
            configure(&mut process, home).spawn().map_err(|error| format!("{}: {error}", command.program.display()))?;
        let mut server = Self { name: command.name, port: command.port, child, log };
        server.wait_until_ready().await?;
        Ok(server)
    }

    /// Asks until the server answers, ends or takes too long.
    async fn wait_until_ready(&mut self) -> Outcome<()> {
        let start = Instant::now();
        while start.elapsed() < START_LIMIT {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("the {} server ended ({status}):\n{}", self.name, self.log_tail()).into());
            }
            if self.answers().await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(format!("the {} server does not answer:\n{}", self.name, self.log_tail()).into())
    }

    /// Sends the smallest query.
    async fn answers(&self) -> Outcome<()> {
        let mut connection = Connection::open(self.port, None).await?;
        connection.post(r#"{"query":"{ __typename }"}"#).await.map(|_| ())
    }

    /// The end of what the server has printed.
    fn log_tail(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    /// The CPU time that the process has used so far.
    pub(crate) fn cpu(&self) -> Outcome<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name in parentheses may hold blanks; `utime` and `stime` are fields 14 and 15.
        let (_, fields) = stat.rsplit_once(')').ok_or("unreadable /proc/<pid>/stat")?;
        let mut times = fields.split_whitespace().skip(11).map(str::parse::<f64>);
        let (Some(Ok(user)), Some(Ok(system))) = (times.next(), times.next()) else {
            return Err("unreadable /proc/<pid>/stat".into());
        };
        Ok(Duration::from_secs_f64((user + system) / TICKS_PER_SECOND))
    }

    /// A memory figure of `/proc/<pid>/status` in MiB.
    pub(crate) fn memory(&self, field: &str) -> Outcome<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
        let kib: f64 = line
            .and_then(|line| line.trim().strip_suffix(" kB"))
            .ok_or_else(|| format!("no {field} in /proc/<pid>/status"))?
            .parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A child that has ended already needs no signal; there is nothing else to do here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
