//! Sessions as the settings say, and what commands need of them.

use std::sync::Arc;

use super::{
    config::Config,
    settings::{RevocationPlace, SessionPlace, TokenMode},
    start,
};
use crate::{
    access::{DatabaseSessions, MemoryRevocations, Revocations, SessionStore, Sessions, Tokens},
    app::StartError,
    data::Database,
};

/// Sessions whose store is where the settings say; tables that are missing are made.
pub(super) async fn open(config: &Config, tokens: Arc<Tokens>, database: &Database) -> Result<Sessions, StartError> {
    let auth = &config.auth;
    let sessions = match auth.tokens {
        TokenMode::Jwt => Sessions::signed(tokens, revocations(config, database).await?),
        TokenMode::Opaque => Sessions::opaque(tokens, store(config, database).await?),
    };
    Ok(sessions.lasting(auth.access_token_lifetime))
}

async fn revocations(config: &Config, database: &Database) -> Result<Arc<dyn Revocations>, StartError> {
    Ok(match config.auth.revocations {
        RevocationPlace::Memory => Arc::new(MemoryRevocations::default()),
        RevocationPlace::Database => Arc::new(in_database(database).await?),
        RevocationPlace::Redis => redis(config)?,
    })
}

async fn store(config: &Config, database: &Database) -> Result<Arc<dyn SessionStore>, StartError> {
    Ok(match config.auth.sessions {
        SessionPlace::Database => Arc::new(in_database(database).await?),
        SessionPlace::Redis => redis(config)?,
    })
}

async fn in_database(database: &Database) -> Result<DatabaseSessions, StartError> {
    let opened = DatabaseSessions::open(database).await;
    opened.map_err(|error| start::fault("the tables of sessions cannot be made", &error))
}

#[cfg(feature = "redis")]
fn redis(config: &Config) -> Result<Arc<crate::access::RedisSessions>, StartError> {
    let url = config.auth.redis_url.as_ref().ok_or_else(|| StartError::of("auth.redis_url: say which Redis"))?;
    let opened = crate::access::RedisSessions::open(url.reveal());
    opened.map(Arc::new).map_err(|error| start::fault("auth.redis_url", &error))
}

/// The settings were refused before this.
#[cfg(not(feature = "redis"))]
fn redis<T: ?Sized>(_: &Config) -> Result<Arc<T>, StartError> {
    Err(StartError::of("auth: this build has no Redis: turn on the feature `redis` of `lys-runtime`"))
}
