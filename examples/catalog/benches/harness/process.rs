//! The servers as child processes.

use std::{
    env,
    fs::{self, File},
    io,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::{HANDWRITTEN, Outcome, PAGED, http::Connection, token};
use crate::handwritten::{PRINT_STATEMENTS, STATEMENT};

/// How long a server may take until it answers.
const START_LIMIT: Duration = Duration::from_mins(1);

/// The clock ticks per second of `/proc/<pid>/stat`, the same on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// The lys catalog, built by cargo before the benchmark.
const CATALOG: &str = env!("CARGO_BIN_EXE_catalog");

/// Where a server works and what it opens.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    /// Its working directory.
    pub(crate) home: &'p Path,
    /// Its database.
    pub(crate) url: &'p str,
}

/// The programs that are compared; lys comes first everywhere.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    /// The catalog on lys.
    Lys,
    /// The catalog by hand: this program once more.
    Handwritten,
    /// The catalog on lys with paged reviews: this program, too.
    Paged,
}

/// How a server is to run.
#[derive(Clone, Copy)]
pub(crate) struct Setup {
    /// Worker threads.
    pub(crate) workers: usize,
    /// Tie the process to one core.
    pub(crate) one_core: bool,
    /// Write each statement into the log.
    pub(crate) statements: bool,
}

impl Setup {
    /// As it is measured: a worker per core, no log.
    pub(crate) fn usual() -> Self {
        Self { workers: cores(), one_core: false, statements: false }
    }
}

/// The cores that everything here shares.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

impl Program {
    /// The two sides, in the order of every report.
    pub(crate) const BOTH: [Self; 2] = [Self::Lys, Self::Handwritten];

    /// The name in the report.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Lys => "lys",
            Self::Handwritten => HANDWRITTEN,
            Self::Paged => PAGED,
        }
    }

    /// The command that serves on `port`.
    fn command(self, port: u16, setup: Setup) -> Outcome<Command> {
        let program = match self {
            Self::Lys => PathBuf::from(CATALOG),
            Self::Handwritten | Self::Paged => env::current_exe()?,
        };
        let mut command = if setup.one_core {
            let mut command = Command::new("taskset");
            command.args(["--cpu-list", "0"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        let workers = setup.workers.to_string();
        match self {
            Self::Lys | Self::Paged => {
                if self == Self::Paged {
                    command.arg(PAGED);
                }
                command.args(["serve", "--host", "127.0.0.1", "--port", &port.to_string()]).env("LYS_WORKERS", workers);
                if setup.statements {
                    command.env("LYS_LOG", "lys::sql=trace");
                }
            }
            Self::Handwritten => {
                command.arg(HANDWRITTEN).env("LYS_BENCH_PORT", port.to_string()).env("LYS_BENCH_WORKERS", workers);
                if setup.statements {
                    command.env(PRINT_STATEMENTS, "1");
                }
            }
        }
        Ok(command)
    }

    /// What the lines of the log that hold a statement have in common.
    fn statement_mark(self) -> &'static str {
        match self {
            Self::Lys | Self::Paged => "lys::sql",
            Self::Handwritten => STATEMENT,
        }
    }
}

/// Creates and fills a database with the lys catalog.
pub(crate) fn fill(place: &Place<'_>, products: u64, reviews: u64) -> Outcome<()> {
    let mut command = Command::new(CATALOG);
    command.arg("bench-data");
    command.args(["--products", &products.to_string(), "--reviews", &reviews.to_string()]);
    // The progress bar stays on standard error.
    command.stdout(Stdio::null());
    let status = configure(&mut command, place).status().map_err(|error| format!("{CATALOG}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`catalog bench-data` failed: {status}").into()) }
}

/// The load average of the last minute, when it shows more than the benchmark itself.
pub(crate) fn foreign_load() -> Option<f64> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next()?.parse().ok().filter(|load| *load > 1.2)
}

/// What both servers and the filling have in common.
fn configure<'c>(command: &'c mut Command, place: &Place<'_>) -> &'c mut Command {
    command
        .current_dir(place.home)
        .env("LYS_DATABASE__URL", place.url)
        .env("LYS_SECRET_KEY", token::SECRET)
        .env("LYS_ENV", "prod")
        // One address asks for everything here, and the hand-written server does not count.
        .env("LYS_RATE_LIMIT__ENABLED", "false")
}

/// A port that nobody listens on.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// A running server; dropping it ends the process.
pub(crate) struct Server {
    /// Which one it is.
    pub(crate) program: Program,
    /// The port on the loopback interface.
    pub(crate) port: u16,
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts a server and waits until it answers.
    pub(crate) async fn start(program: Program, place: &Place<'_>, setup: Setup) -> Outcome<Self> {
        let port = free_port()?;
        let log = place.home.join(format!("{}-{port}.log", program.name()));
        let file = File::create(&log)?;
        let mut command = program.command(port, setup)?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let child = configure(&mut command, place).spawn().map_err(|error| format!("{}: {error}", program.name()))?;
        let mut server = Self { program, port, child, log };
        server.wait_until_ready().await?;
        Ok(server)
    }

    /// Starts both servers.
    pub(crate) async fn pair(place: &Place<'_>, setup: Setup) -> Outcome<[Self; 2]> {
        let lys = Self::start(Program::Lys, place, setup).await?;
        Ok([lys, Self::start(Program::Handwritten, place, setup).await?])
    }

    /// The name in the report.
    pub(crate) fn name(&self) -> &'static str {
        self.program.name()
    }

    /// Asks until the server answers, ends or takes too long.
    async fn wait_until_ready(&mut self) -> Outcome<()> {
        let start = Instant::now();
        while start.elapsed() < START_LIMIT {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("the {} server ended ({status}):\n{}", self.name(), self.log_tail()).into());
            }
            if self.answers().await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(format!("the {} server does not answer:\n{}", self.name(), self.log_tail()).into())
    }

    /// Sends the smallest query.
    async fn answers(&self) -> Outcome<()> {
        let mut connection = Connection::open(self.port, None).await?;
        connection.post(r#"{"query":"{ __typename }"}"#).await.map(|_| ())
    }

    /// The end of what the server has printed.
    pub(crate) fn log_tail(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    /// How many statements the server has logged so far.
    pub(crate) fn statements(&self) -> Outcome<usize> {
        let mark = self.program.statement_mark();
        Ok(fs::read_to_string(&self.log)?.lines().filter(|line| line.contains(mark)).count())
    }

    /// The CPU time that the process has used so far.
    pub(crate) fn cpu(&self) -> Outcome<Duration> {
        cpu(i32::try_from(self.child.id())?)
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

/// The CPU time that a process has used so far, in user and in system mode.
pub(crate) fn cpu(pid: i32) -> Outcome<Duration> {
    cpu_of(&pid.to_string())
}

/// The CPU time that this process has used so far.
pub(crate) fn own_cpu() -> Outcome<Duration> {
    cpu_of("self")
}

fn cpu_of(process: &str) -> Outcome<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in parentheses may hold blanks; `utime` and `stime` are fields 14 and 15.
    let (_, fields) = stat.rsplit_once(')').ok_or("unreadable /proc/<pid>/stat")?;
    let mut times = fields.split_whitespace().skip(11).map(str::parse::<f64>);
    let (Some(Ok(user)), Some(Ok(system))) = (times.next(), times.next()) else {
        return Err("unreadable /proc/<pid>/stat".into());
    };
    Ok(Duration::from_secs_f64((user + system) / TICKS_PER_SECOND))
}
