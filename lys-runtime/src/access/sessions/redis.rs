//! Sessions and revocations in Redis, for several servers together. What is written always expires by itself.

use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use redis::{
    Client, FromRedisValue, Pipeline, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use uuid::Uuid;

use super::{Claims, Reply, Revocations, SessionKey, SessionStore, TokenId, now};
use crate::{
    access::revocation::stored,
    error::{Error, Result},
};

/// A request does not wait longer for Redis.
const PATIENCE: Duration = Duration::from_secs(1);

/// Deletes the sessions that a user's set names, and the set. One script, so that no sign-in comes in between.
const DELETE_USER: &str = r"
local keys = redis.call('SMEMBERS', KEYS[1])
for _, key in ipairs(keys) do redis.call('DEL', ARGV[1] .. key) end
return redis.call('DEL', KEYS[1])
";

/// Notes the later of two moments, with the later of two ends.
const NOTE: &str = r"
local known = tonumber(redis.call('GET', KEYS[1]) or '-1')
local issued = tonumber(ARGV[1])
local left = redis.call('PTTL', KEYS[1])
redis.call('SET', KEYS[1], string.format('%.0f', math.max(known, issued)), 'PX', math.max(left, tonumber(ARGV[2])))
return 1
";

const SESSION: &str = "lys:session:";

/// Sessions under `lys:session:…`, revocations under `lys:revoked:…`.
pub struct RedisSessions {
    connection: ConnectionManager,
}

impl RedisSessions {
    /// Sessions in the Redis at `url`, which is connected to when it is first needed.
    ///
    /// # Errors
    /// When the URL is none of Redis.
    pub fn open(url: &str) -> Result<Self> {
        // The error is not shown: it may repeat a password.
        let unusable =
            |_| Error::internal("the URL of Redis is malformed; write redis://host:6379/0, or rediss:// for TLS");
        let client = Client::open(url).map_err(unusable)?;
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_response_timeout(Some(PATIENCE))
            .set_connection_timeout(Some(PATIENCE));
        let connection = ConnectionManager::new_lazy_with_config(client, config).map_err(unusable)?;
        Ok(Self { connection })
    }

    async fn ask<T: FromRedisValue>(&self, pipeline: &Pipeline) -> Result<T> {
        pipeline.query_async(&mut self.connection.clone()).await.map_err(Error::internal)
    }

    async fn note(&self, key: String, issued: DateTime<Utc>, until: DateTime<Utc>) -> Result<()> {
        let left = (until - Utc::now()).num_milliseconds().max(1);
        let script = Script::new(NOTE);
        let mut call = script.key(key);
        call.arg(issued.timestamp_micros()).arg(left);
        call.invoke_async(&mut self.connection.clone()).await.map_err(Error::internal)
    }
}

fn of_user(user: Uuid) -> String {
    format!("lys:sessions-of:{user}")
}

impl SessionStore for RedisSessions {
    fn put<'a>(&'a self, key: SessionKey, claims: &'a Claims) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let text = serde_json::to_string(claims).map_err(Error::internal)?;
            let seconds = u64::try_from(claims.exp - now()).unwrap_or(0).max(1);
            let owner = of_user(claims.sub);
            let mut pipeline = redis::pipe();
            // The set lives as long as the longest session could.
            let longest = super::LONGEST_LIFETIME.as_secs();
            let longest = i64::try_from(longest).unwrap_or(i64::MAX);
            pipeline.atomic().set_ex(format!("{SESSION}{key}"), text, seconds).ignore();
            pipeline.sadd(&owner, key.to_string()).ignore().expire(&owner, longest).ignore();
            self.ask::<()>(&pipeline).await
        })
    }

    fn find(&self, key: SessionKey) -> BoxFuture<'_, Result<Option<Claims>>> {
        Box::pin(async move {
            let (text,): (Option<String>,) = self.ask(redis::pipe().get(format!("{SESSION}{key}"))).await?;
            text.map(|text| serde_json::from_str(&text).map_err(Error::internal)).transpose()
        })
    }

    fn delete(&self, key: SessionKey) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.ask::<()>(redis::pipe().del(format!("{SESSION}{key}")).ignore()).await })
    }

    fn delete_user(&self, user: Uuid) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let script = Script::new(DELETE_USER);
            let mut call = script.key(of_user(user));
            call.arg(SESSION);
            call.invoke_async::<()>(&mut self.connection.clone()).await.map_err(Error::internal)
        })
    }
}

impl Revocations for RedisSessions {
    fn is_revoked(&self, token: TokenId<'_>) -> Reply<'_, Result<bool>> {
        let keys = [format!("lys:revoked:{}", stored(token.id)), format!("lys:revoked:{}", token.user)];
        let issued = token.issued.timestamp_micros();
        Reply::Later(Box::pin(async move {
            let ((one, user),): ((Option<i64>, Option<i64>),) = self.ask(redis::pipe().mget(&keys)).await?;
            Ok(one.is_some() || user.is_some_and(|until| issued <= until))
        }))
    }

    fn revoke<'a>(&'a self, id: &'a str, until: DateTime<Utc>) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.note(format!("lys:revoked:{}", stored(id)), DateTime::UNIX_EPOCH, until))
    }

    fn revoke_user(&self, user: Uuid, issued: DateTime<Utc>, until: DateTime<Utc>) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.note(format!("lys:revoked:{user}"), issued, until))
    }
}
