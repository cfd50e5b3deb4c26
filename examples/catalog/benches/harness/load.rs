//! The load generator: random requests over several connections, every answer checked.

use std::{
    fmt,
    time::{Duration, Instant},
};

use super::{
    Outcome, Server,
    database::{BackendTimes, Database},
    http::Connection,
    process,
    requests::Requests,
    workload::Workload,
};

/// Connections that a server has to serve at the same time.
pub(crate) const CONNECTIONS: usize = 16;

/// The load of one workload on one server.
pub(crate) struct Load<'s> {
    server: &'s Server,
    database: &'s Database,
    workload: &'s Workload,
    side: usize,
    connections: usize,
    random: fastrand::Rng,
}

/// What one round has shown.
pub(crate) struct Round {
    /// Requests per second.
    pub(crate) rate: f64,
    /// The median latency in milliseconds.
    pub(crate) p50: f64,
    /// The latency that 99 of 100 requests stay below, in milliseconds.
    pub(crate) p99: f64,
    /// The server's CPU time per request in milliseconds.
    pub(crate) cpu: f64,
    /// The CPU time of the database's processes per request in milliseconds, if it has some.
    pub(crate) database_cpu: Option<f64>,
    /// The CPU time of the load generator per request in milliseconds: what it takes from the others.
    pub(crate) client_cpu: f64,
}

impl Round {
    /// The CPU time of server and database per request in milliseconds.
    pub(crate) fn total_cpu(&self) -> f64 {
        self.cpu + self.database_cpu.unwrap_or_default()
    }
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rate, p50, p99, cpu, database_cpu, client_cpu } = self;
        write!(f, "{rate:>8.0} req/s   p50 {p50:>7.2} ms   p99 {p99:>7.2} ms   cpu/req: server {cpu:.3} ms")?;
        if let Some(database) = database_cpu {
            write!(f, ", database {database:.3} ms")?;
        }
        write!(f, ", client {client_cpu:.3} ms")
    }
}

impl<'s> Load<'s> {
    /// The load of a workload; requests are chosen at random, the same ones in every run.
    pub(crate) fn new(server: &'s Server, database: &'s Database, workload: &'s Workload, side: usize) -> Self {
        let random = fastrand::Rng::with_seed(16);
        Self { server, database, workload, side, connections: CONNECTIONS, random }
    }

    /// The same over another number of connections.
    pub(crate) fn over(mut self, connections: usize) -> Self {
        self.connections = connections;
        self
    }

    /// Sends requests for a while. Each round has its own connections, opened before the clock
    /// starts: a server closes those that rest while the other side is measured.
    pub(crate) async fn run(&mut self, seconds: f64) -> Outcome<Round> {
        let mut connections = Vec::new();
        for _ in 0..self.connections {
            connections.push(Connection::open(self.server.port, Some(&self.workload.token)).await?);
        }
        let before = self.times().await?;
        let start = Instant::now();
        let end = start + Duration::from_secs_f64(seconds);
        let tasks: Vec<_> = connections
            .into_iter()
            .map(|connection| Sender {
                connection,
                requests: self.workload.requests[self.side].clone(),
                refusal: self.workload.refusal,
                random: self.random.fork(),
            })
            .map(|sender| tokio::spawn(sender.send(end)))
            .collect();
        let mut latencies = Vec::new();
        for task in tasks {
            latencies.extend(task.await?.map_err(|error| self.explained(&error.to_string()))?);
        }
        let elapsed = start.elapsed();
        let after = self.times().await?;
        if self.workload.creates {
            self.database.remove_created().await?;
        }
        Round::of(latencies, elapsed, &before, &after)
    }

    /// What the processes have used so far.
    async fn times(&self) -> Outcome<Times> {
        let backends = match self.database.backends() {
            Some(backends) => backends.times().await?,
            None => None,
        };
        Ok(Times { server: self.server.cpu()?, client: process::own_cpu()?, backends })
    }

    fn explained(&self, error: &str) -> String {
        format!("{} on {}: {error}\n{}", self.workload.name, self.server.name(), self.server.log_tail())
    }
}

/// CPU times at one moment.
struct Times {
    server: Duration,
    client: Duration,
    backends: Option<BackendTimes>,
}

/// One connection at work.
struct Sender {
    connection: Connection,
    requests: Requests,
    refusal: Option<&'static str>,
    random: fastrand::Rng,
}

impl Sender {
    /// Sends one request after the other until `end`; returns their latencies.
    async fn send(mut self, end: Instant) -> Outcome<Vec<Duration>> {
        let mut latencies = Vec::new();
        let mut body = Vec::new();
        let mut now = Instant::now();
        while now < end {
            body.clear();
            self.requests.write(self.random.usize(..self.requests.len()), &mut body);
            match self.refusal {
                None => self.connection.query(&body).await?,
                Some(code) => self.connection.refused(&body, code).await?,
            };
            let answered = Instant::now();
            latencies.push(answered - now);
            now = answered;
        }
        Ok(latencies)
    }
}

impl Round {
    /// Sums up the latencies of all connections.
    fn of(mut latencies: Vec<Duration>, elapsed: Duration, before: &Times, after: &Times) -> Outcome<Self> {
        latencies.sort_unstable();
        let count = f64::from(u32::try_from(latencies.len())?);
        let quantile = |percent: usize| {
            let latency = latencies.get(latencies.len() * percent / 100);
            latency.map(|latency| latency.as_secs_f64() * 1_000.0).ok_or("no request was answered")
        };
        let per_request = |used: Duration| used.as_secs_f64() * 1_000.0 / count;
        let backends = after.backends.as_ref().zip(before.backends.as_ref());
        Ok(Self {
            rate: count / elapsed.as_secs_f64(),
            p50: quantile(50)?,
            p99: quantile(99)?,
            cpu: per_request(after.server.saturating_sub(before.server)),
            database_cpu: backends.map(|(after, before)| per_request(after.since(before))),
            client_cpu: per_request(after.client.saturating_sub(before.client)),
        })
    }
}
