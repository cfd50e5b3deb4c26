//! Tokens that are called back before they expire.

use std::sync::{
    PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use hashbrown::HashMap;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::Reply;
use crate::error::Result;

/// A token, as far as it can be called back.
#[derive(Debug, Clone, Copy)]
pub struct TokenId<'a> {
    /// Its id (`jti`), or its signature if it has none.
    pub id: &'a str,
    /// Whose it is.
    pub user: Uuid,
    /// When it was made.
    pub issued: DateTime<Utc>,
}

/// What a store keeps the id of a token under: the SHA-256 in hexadecimal, whatever the id is.
pub(super) fn stored(id: &str) -> String {
    use std::fmt::Write as _;
    Sha256::digest(id).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Which tokens were called back. Asked about every token that otherwise holds; one that is revoked is as good as none, and a list
/// that cannot be asked lets nothing through.
///
/// Whoever notes something says until when it matters: by then the tokens have expired by themselves.
pub trait Revocations: Send + Sync + 'static {
    /// Whether a token was called back.
    fn is_revoked(&self, token: TokenId<'_>) -> Reply<'_, Result<bool>>;

    /// Calls one token back.
    fn revoke<'a>(&'a self, id: &'a str, until: DateTime<Utc>) -> BoxFuture<'a, Result<()>>;

    /// Calls all tokens of a user back that were made up to `issued`.
    fn revoke_user(&self, user: Uuid, issued: DateTime<Utc>, until: DateTime<Utc>) -> BoxFuture<'_, Result<()>>;
}

/// Revocations of this process: gone with it, and unknown to others.
#[derive(Debug, Default)]
pub struct MemoryRevocations {
    /// Whether there are any: nearly always there are none.
    any: AtomicBool,
    entries: RwLock<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    tokens: HashMap<Box<str>, DateTime<Utc>>,
    /// The last making that is revoked, and until when it matters.
    users: HashMap<Uuid, (DateTime<Utc>, DateTime<Utc>)>,
    swept: DateTime<Utc>,
}

/// How often what no longer matters is thrown away.
const SWEEP: TimeDelta = TimeDelta::minutes(1);

impl MemoryRevocations {
    fn knows(&self, token: TokenId<'_>) -> bool {
        if !self.any.load(Ordering::Acquire) {
            return false;
        }
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        entries.tokens.contains_key(token.id)
            || entries.users.get(&token.user).is_some_and(|(issued, _)| token.issued <= *issued)
    }

    fn note(&self, note: impl FnOnce(&mut Entries)) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        let now = Utc::now();
        if now - entries.swept > SWEEP {
            entries.tokens.retain(|_, until| *until > now);
            entries.users.retain(|_, (_, until)| *until > now);
            entries.swept = now;
        }
        note(&mut entries);
        self.any.store(true, Ordering::Release);
    }
}

impl Revocations for MemoryRevocations {
    fn is_revoked(&self, token: TokenId<'_>) -> Reply<'_, Result<bool>> {
        Reply::Now(Ok(self.knows(token)))
    }

    fn revoke<'a>(&'a self, id: &'a str, until: DateTime<Utc>) -> BoxFuture<'a, Result<()>> {
        self.note(|entries| {
            entries.tokens.insert(id.into(), until);
        });
        Box::pin(async { Ok(()) })
    }

    fn revoke_user(&self, user: Uuid, issued: DateTime<Utc>, until: DateTime<Utc>) -> BoxFuture<'_, Result<()>> {
        self.note(|entries| {
            let entry = entries.users.entry(user).or_insert((issued, until));
            *entry = (entry.0.max(issued), entry.1.max(until));
        });
        Box::pin(async { Ok(()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_no_longer_matters_is_thrown_away() {
        let revocations = MemoryRevocations::default();
        let now = Utc::now();
        revocations.revoke("old", now - TimeDelta::seconds(1)).await.expect("noted");
        revocations.revoke_user(Uuid::nil(), now, now - TimeDelta::seconds(1)).await.expect("noted");
        revocations.entries.write().expect("free").swept = now - TimeDelta::hours(1);
        revocations.revoke("new", now + TimeDelta::hours(1)).await.expect("noted");
        let entries = revocations.entries.read().expect("free");
        assert_eq!((entries.tokens.len(), entries.users.len()), (1, 0));
    }
}
