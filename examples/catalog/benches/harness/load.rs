//! The load generator: 16 connections, random requests, every answer checked.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Outcome, Server, http::Connection};

/// Connections that a server has to serve at the same time.
const CONNECTIONS: u64 = 16;

/// The load of one workload on one server.
pub(crate) struct Load<'s> {
    server: &'s Server,
    token: &'s str,
    requests: Arc<Vec<String>>,
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
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rate, p50, p99, cpu } = self;
        write!(f, "{rate:>9.0} req/s   p50 {p50:>7.2} ms   p99 {p99:>7.2} ms   cpu {cpu:>6.3} ms/req")
    }
}

impl<'s> Load<'s> {
    /// A load of requests that are chosen at random, the same ones in every run.
    pub(crate) fn new(server: &'s Server, token: &'s str, requests: Arc<Vec<String>>) -> Self {
        Self { server, token, requests, random: fastrand::Rng::with_seed(16) }
    }

    /// Sends requests for a while. Each round has its own connections, opened before the clock
    /// starts: a server closes those that rest while the other side is measured.
    pub(crate) async fn run(&mut self, duration: Duration) -> Outcome<Round> {
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            connections.push(Connection::open(self.server.port, Some(self.token)).await?);
        }
        let cpu = self.server.cpu()?;
        let start = Instant::now();
        let tasks: Vec<_> = connections
            .into_iter()
            .map(|connection| send(connection, self.requests.clone(), self.random.fork(), start + duration))
            .map(tokio::spawn)
            .collect();
        let mut latencies = Vec::new();
        for task in tasks {
            let measured = task.await?.map_err(|error| format!("{}: {error}", self.server.name))?;
            latencies.extend(measured);
        }
        let elapsed = start.elapsed();
        Round::of(latencies, elapsed, self.server.cpu()?.saturating_sub(cpu))
    }
}

/// Sends one request after the other until `end`; returns their latencies.
async fn send(
    mut connection: Connection,
    requests: Arc<Vec<String>>,
    mut random: fastrand::Rng,
    end: Instant,
) -> Outcome<Vec<Duration>> {
    let mut latencies = Vec::new();
    let mut now = Instant::now();
    while now < end {
        connection.query(&requests[random.usize(..requests.len())]).await?;
        let answered = Instant::now();
        latencies.push(answered - now);
        now = answered;
    }
    Ok(latencies)
}

impl Round {
    /// Sums up the latencies of all connections.
    fn of(mut latencies: Vec<Duration>, elapsed: Duration, cpu: Duration) -> Outcome<Self> {
        latencies.sort_unstable();
        let count = u32::try_from(latencies.len())?;
        let quantile = |percent: usize| {
            let latency = latencies.get(latencies.len() * percent / 100);
            latency.map(|latency| latency.as_secs_f64() * 1_000.0).ok_or("no request was answered")
        };
        Ok(Self {
            rate: f64::from(count) / elapsed.as_secs_f64(),
            p50: quantile(50)?,
            p99: quantile(99)?,
            cpu: cpu.as_secs_f64() * 1_000.0 / f64::from(count),
        })
    }
}
