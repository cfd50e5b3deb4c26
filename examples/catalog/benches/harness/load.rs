//! The load generator: 16 connections, random requests, every answer checked.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Outcome, Server, http::Connection};

/// Connections that a server has to serve at the same time.
const CONNECTIONS: u64 = 16;

/// The open connections to one server and the requests they choose from.
pub(crate) struct Load {
    clients: Vec<Client>,
    requests: Arc<Vec<String>>,
}

/// A connection with its own random numbers.
struct Client {
    connection: Connection,
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

impl Load {
    /// Opens the connections.
    pub(crate) async fn connect(server: &Server, requests: Arc<Vec<String>>, token: &str) -> Outcome<Self> {
        let mut clients = Vec::new();
        for seed in 0..CONNECTIONS {
            let connection = Connection::open(server.port, Some(token)).await?;
            clients.push(Client { connection, random: fastrand::Rng::with_seed(seed) });
        }
        Ok(Self { clients, requests })
    }

    /// Sends requests for a while over all connections.
    pub(crate) async fn run(&mut self, server: &Server, duration: Duration) -> Outcome<Round> {
        let cpu = server.cpu()?;
        let start = Instant::now();
        let tasks: Vec<_> = self
            .clients
            .drain(..)
            .map(|client| tokio::spawn(client.run(self.requests.clone(), start + duration)))
            .collect();
        let mut latencies = Vec::new();
        for task in tasks {
            let (client, mut measured) = task.await?.map_err(|error| format!("{}: {error}", server.name))?;
            latencies.append(&mut measured);
            self.clients.push(client);
        }
        let elapsed = start.elapsed();
        Round::of(latencies, elapsed, server.cpu()?.saturating_sub(cpu))
    }
}

impl Client {
    /// Sends one request after the other until `end`, and returns itself with the latencies.
    async fn run(mut self, requests: Arc<Vec<String>>, end: Instant) -> Outcome<(Self, Vec<Duration>)> {
        let mut latencies = Vec::new();
        let mut now = Instant::now();
        while now < end {
            let request = &requests[self.random.usize(..requests.len())];
            self.connection.query(request).await?;
            let answered = Instant::now();
            latencies.push(answered - now);
            now = answered;
        }
        Ok((self, latencies))
    }
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
