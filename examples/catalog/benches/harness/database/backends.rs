//! The processes that `PostgreSQL` has for the connections of a database.

use std::{collections::HashMap, fs, time::Duration};

use sea_orm::{ConnectionTrait, DatabaseConnection};

use super::{Kind, shape::statement};
use crate::harness::{Outcome, process};

/// The backends of one database, seen from another one.
pub(crate) struct Backends {
    connection: DatabaseConnection,
    database: &'static str,
    /// Whether they run on this machine: else their CPU time cannot be read.
    local: bool,
}

/// The CPU time of each backend.
pub(crate) struct BackendTimes(HashMap<i32, Duration>);

impl Backends {
    pub(super) async fn of(connection: DatabaseConnection, database: &'static str) -> Outcome<Self> {
        let mut backends = Self { connection, database, local: false };
        let own = backends.pids("pid = pg_backend_pid()").await?;
        let is_postgres =
            |pid: &i32| fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim_end() == "postgres");
        backends.local = !own.is_empty() && own.iter().all(is_postgres);
        Ok(backends)
    }

    /// The CPU times by now.
    pub(crate) async fn times(&self) -> Outcome<Option<BackendTimes>> {
        if !self.local {
            return Ok(None);
        }
        let pids = self.pids(&format!("datname = '{}'", self.database)).await?;
        // A backend may end before it is looked at.
        Ok(Some(BackendTimes(pids.into_iter().filter_map(|pid| Some((pid, used(pid)?))).collect())))
    }

    async fn pids(&self, condition: &str) -> Outcome<Vec<i32>> {
        let sql = format!("SELECT pid FROM pg_stat_activity WHERE {condition}");
        let rows = self.connection.query_all_raw(statement(Kind::Postgres, sql)).await?;
        Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
    }
}

/// The CPU time of a backend. It has one thread, of which the scheduler keeps the nanoseconds; not every kernel tells them.
fn used(pid: i32) -> Option<Duration> {
    let schedstat = fs::read_to_string(format!("/proc/{pid}/schedstat")).ok();
    let nanoseconds = schedstat.and_then(|text| text.split_whitespace().next()?.parse().ok());
    nanoseconds.map(Duration::from_nanos).or_else(|| process::cpu(pid).ok())
}

impl BackendTimes {
    /// What the backends have used since `before`; new ones count from their start.
    pub(crate) fn since(&self, before: &Self) -> Duration {
        let used = |(pid, time): (&i32, &Duration)| time.saturating_sub(before.0.get(pid).copied().unwrap_or_default());
        self.0.iter().map(used).sum()
    }
}
