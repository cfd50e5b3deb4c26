//! Buckets in Redis, for several servers together: one script reads, decides and writes, so nothing comes in between, and what it
//! writes always expires.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use redis::{
    Client, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};

use super::Exceeded;
use crate::{
    app::StartError,
    boot::settings::{OnRedisFailure, RateLimitSettings},
};

/// The generic cell rate algorithm: what is kept is the moment, in microseconds, at which the bucket will be full again. Answers 0, or
/// the milliseconds to wait.
const SCRIPT: &str = r"
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local interval, units, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = tonumber(redis.call('GET', KEYS[1]) or now) or now
-- A clock that was set back must not lock anybody out.
if full < now or full > now + burst then full = now end
full = full + interval * units
if full - burst > now then return math.ceil((full - burst - now) / 1000) end
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
return 0
";

/// A request does not wait longer for Redis.
const PATIENCE: Duration = Duration::from_millis(250);
/// After a failure Redis is left alone as long, so that not every request waits.
const REST: Duration = Duration::from_secs(1);
const MINUTE: u64 = 60_000_000;

pub(super) struct Redis {
    connection: ConnectionManager,
    script: Script,
    on_failure: OnRedisFailure,
    since: Instant,
    /// Milliseconds after `since` until which Redis is left alone.
    rests_until: AtomicU64,
}

impl Redis {
    /// Of the settings, if they name one.
    pub(super) fn of(settings: &RateLimitSettings) -> Result<Option<Self>, StartError> {
        let Some(url) = &settings.redis_url else { return Ok(None) };
        // The error is not shown: it may repeat a password.
        let unusable = |_| StartError::of("rate_limit.redis_url: write redis://host:6379/0, or rediss:// for TLS");
        let client = Client::open(url.reveal()).map_err(unusable)?;
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_response_timeout(Some(PATIENCE))
            .set_connection_timeout(Some(PATIENCE));
        Ok(Some(Self {
            connection: ConnectionManager::new_lazy_with_config(client, config).map_err(unusable)?,
            script: Script::new(SCRIPT),
            on_failure: settings.on_redis_failure,
            since: Instant::now(),
            rests_until: AtomicU64::new(0),
        }))
    }

    pub(super) async fn charge(
        &self,
        key: &str,
        units: u32,
        per_minute: u32,
        memory: impl FnOnce() -> Result<(), Exceeded>,
    ) -> Result<(), Exceeded> {
        let answered = if self.rests() { None } else { self.ask(key, units, per_minute).await };
        match (answered, self.on_failure) {
            (Some(0), _) | (None, OnRedisFailure::Allow) => Ok(()),
            (Some(wait), _) => Err(Exceeded::after(Duration::from_millis(wait))),
            (None, OnRedisFailure::Memory) => memory(),
            (None, OnRedisFailure::Refuse) => Err(Exceeded::after(REST)),
        }
    }

    /// The script's answer; `None` when there was none.
    async fn ask(&self, key: &str, units: u32, per_minute: u32) -> Option<u64> {
        let interval = MINUTE / u64::from(per_minute.max(1));
        let mut call = self.script.key(key);
        call.arg(interval).arg(units).arg(interval * u64::from(per_minute));
        let mut connection = self.connection.clone();
        // Connecting has a limit of its own, and is tried twice.
        let answered = tokio::time::timeout(2 * PATIENCE, call.invoke_async(&mut connection)).await;
        match answered {
            Ok(Ok(wait)) => Some(wait),
            Ok(Err(error)) => self.failed(&format!("{:?}", error.kind())),
            Err(_) => self.failed("it took too long"),
        }
    }

    fn failed(&self, why: &str) -> Option<u64> {
        tracing::warn!(target: "lys::http", why, then = ?self.on_failure, "Redis does not count requests");
        let until = u64::try_from((self.since.elapsed() + REST).as_millis()).unwrap_or(u64::MAX);
        self.rests_until.store(until, Ordering::Relaxed);
        None
    }

    fn rests(&self) -> bool {
        self.since.elapsed().as_millis() < u128::from(self.rests_until.load(Ordering::Relaxed))
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").field("on_failure", &self.on_failure).finish_non_exhaustive()
    }
}
