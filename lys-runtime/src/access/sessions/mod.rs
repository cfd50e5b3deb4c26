//! Sessions: access tokens are given, checked and called back here, whatever they are.
//!
//! A *signed* token carries its claims: checking it needs no store, and calling it back needs [`Revocations`]. An *opaque* token is a
//! random text whose claims are in a [`SessionStore`]: each request asks for them once, and calling it back deletes them.

mod database;
#[cfg(feature = "redis")]
mod redis;

use std::{fmt, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    Claims, Reply, Revocations, TokenId, Tokens, random_text,
    token::{exact_now, now},
};
use crate::error::Result;

pub use database::DatabaseSessions;
#[cfg(feature = "redis")]
pub use redis::RedisSessions;

/// Random bytes of an opaque token, and the letters that they have in base64url.
const OPAQUE_BYTES: usize = 32;
const OPAQUE_LETTERS: usize = 43;

/// No token that a project gives holds longer, so no revocation of a user's tokens matters longer.
pub const LONGEST_LIFETIME: Duration = Duration::from_hours(7 * 24);

/// What an opaque token is kept under: its SHA-256. Who reads the store cannot make a token of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionKey([u8; 32]);

impl SessionKey {
    fn of(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }
}

/// In hexadecimal.
impl fmt::Display for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Where the claims of opaque tokens are. A store that fails lets nobody in.
pub trait SessionStore: Send + Sync + 'static {
    /// Keeps claims until they expire.
    fn put<'a>(&'a self, key: SessionKey, claims: &'a Claims) -> BoxFuture<'a, Result<()>>;

    /// The claims under a key, unless they expired.
    fn find(&self, key: SessionKey) -> BoxFuture<'_, Result<Option<Claims>>>;

    /// Forgets one session.
    fn delete(&self, key: SessionKey) -> BoxFuture<'_, Result<()>>;

    /// Forgets all sessions of a user.
    fn delete_user(&self, user: Uuid) -> BoxFuture<'_, Result<()>>;
}

/// A token as it was given, with the claims that it stands for.
#[derive(Debug, Clone)]
pub struct Issued {
    /// What the client sends with each request.
    pub token: String,
    /// What it stands for.
    pub claims: Claims,
}

/// Gives, checks and calls back access tokens.
pub struct Sessions {
    tokens: Arc<Tokens>,
    kind: Kind,
    lifetime: Duration,
}

enum Kind {
    Signed(Arc<dyn Revocations>),
    Opaque(Arc<dyn SessionStore>),
}

impl Sessions {
    /// Signed tokens.
    #[must_use]
    pub fn signed(tokens: Arc<Tokens>, revocations: Arc<dyn Revocations>) -> Self {
        Self { tokens, kind: Kind::Signed(revocations), lifetime: Duration::from_hours(1) }
    }

    /// Opaque tokens; those of services are signed as ever.
    #[must_use]
    pub fn opaque(tokens: Arc<Tokens>, store: Arc<dyn SessionStore>) -> Self {
        Self { tokens, kind: Kind::Opaque(store), lifetime: Duration::from_hours(1) }
    }

    /// How long the tokens hold that [`issue`](Self::issue) gives; an hour unless it is said, a week at most.
    #[must_use]
    pub fn lasting(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime.min(LONGEST_LIFETIME);
        self
    }

    /// How long the tokens hold that [`issue`](Self::issue) gives.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// Gives a token with these claims, from now on and for as long as is configured.
    ///
    /// # Errors
    /// When this process cannot sign, the store fails, or `TOKEN_TOO_LARGE`.
    pub async fn issue(&self, claims: Claims) -> Result<Issued> {
        self.issue_for(claims, self.lifetime).await
    }

    /// Gives a token with these claims for some time, a week at most.
    ///
    /// # Errors
    /// Those of [`issue`](Self::issue).
    pub async fn issue_for(&self, claims: Claims, lifetime: Duration) -> Result<Issued> {
        let mut claims = claims.expires_in(lifetime.min(LONGEST_LIFETIME));
        (claims.jti, claims.iat) = (None, None);
        match &self.kind {
            Kind::Signed(_) => {
                let claims = self.tokens.stamped(claims)?;
                Ok(Issued { token: self.tokens.user_token(&claims)?, claims })
            }
            Kind::Opaque(store) => {
                (claims.jti, claims.iat) = (Some(random_text::<16>()?), Some(exact_now()));
                let token = random_text::<OPAQUE_BYTES>()?;
                store.put(SessionKey::of(&token), &claims).await?;
                Ok(Issued { token, claims })
            }
        }
    }

    /// The claims of a token that holds and was not called back.
    ///
    /// # Errors
    /// Those of the store: nobody knows then whether the token holds.
    #[must_use]
    pub fn verify<'a>(&'a self, token: &'a str) -> Reply<'a, Result<Option<Claims>>> {
        match &self.kind {
            Kind::Signed(revocations) => match self.tokens.verify_user(token) {
                Ok(claims) => self.unless_revoked(&**revocations, token, claims),
                Err(error) => Reply::Now(Ok(anonymous(error))),
            },
            Kind::Opaque(_) if !is_opaque(token) => Reply::Now(Ok(None)),
            Kind::Opaque(store) => {
                let found = store.find(SessionKey::of(token));
                Reply::Later(Box::pin(async move { Ok(found.await?.filter(|claims| claims.exp > now())) }))
            }
        }
    }

    /// The name of the service whose token holds.
    #[must_use]
    pub fn verify_service(&self, token: &str) -> Option<String> {
        match self.tokens.verify_service(token) {
            Ok(claims) => Some(claims.service_name),
            Err(error) => anonymous(error),
        }
    }

    /// Calls a token back: it is as good as none from now on. One that does not hold anyway is left alone.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn revoke(&self, token: &str) -> Result<()> {
        match &self.kind {
            Kind::Signed(revocations) => match self.tokens.verify_user(token) {
                Ok(claims) => revocations.revoke(self.id(token, &claims).id, end_of(&claims)).await,
                Err(_) => Ok(()),
            },
            Kind::Opaque(store) => store.delete(SessionKey::of(token)).await,
        }
    }

    /// Calls all tokens back that a user was given until now: a new password, another status, "log out everywhere".
    ///
    /// # Errors
    /// Those of the store.
    pub async fn revoke_user(&self, user: Uuid) -> Result<()> {
        match &self.kind {
            Kind::Signed(revocations) => revocations.revoke_user(user, Utc::now(), Utc::now() + week()).await,
            Kind::Opaque(store) => store.delete_user(user).await,
        }
    }

    fn unless_revoked<'a>(
        &'a self,
        revocations: &'a dyn Revocations,
        token: &'a str,
        claims: Claims,
    ) -> Reply<'a, Result<Option<Claims>>> {
        let heard = |revoked: bool, claims| if revoked { anonymous("the token was revoked") } else { Some(claims) };
        match revocations.is_revoked(self.id(token, &claims)) {
            Reply::Now(revoked) => Reply::Now(revoked.map(|revoked| heard(revoked, claims))),
            Reply::Later(asked) => Reply::Later(Box::pin(async move { Ok(heard(asked.await?, claims)) })),
        }
    }

    /// A token that does not tell when it was made is taken for one of the configured lifetime.
    fn id<'a>(&self, token: &'a str, claims: &'a Claims) -> TokenId<'a> {
        let issued = match claims.iat {
            #[allow(clippy::cast_possible_truncation, reason = "a time out of range counts as the earliest")]
            Some(iat) => DateTime::from_timestamp_micros((iat * 1e6).round() as i64),
            None => DateTime::from_timestamp(claims.exp.saturating_sub_unsigned(self.lifetime.as_secs()), 0),
        };
        let signature = token.rsplit('.').next().unwrap_or_default();
        let id = claims.jti.as_deref().unwrap_or(signature);
        TokenId { id, user: claims.sub, issued: issued.unwrap_or(DateTime::UNIX_EPOCH) }
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if matches!(self.kind, Kind::Signed(_)) { "signed" } else { "opaque" };
        f.debug_struct("Sessions").field("kind", &kind).field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

fn anonymous<T>(why: impl fmt::Display) -> Option<T> {
    tracing::debug!(target: "lys::http", %why, "the caller is anonymous");
    None
}

fn week() -> TimeDelta {
    TimeDelta::from_std(LONGEST_LIFETIME).unwrap_or(TimeDelta::MAX)
}

fn end_of(claims: &Claims) -> DateTime<Utc> {
    DateTime::from_timestamp(claims.exp, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Whether a text has the form of an opaque token: what has not is not worth a look-up.
pub(crate) fn is_opaque(token: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    token.len() == OPAQUE_LETTERS && token.bytes().all(is_letter)
}

#[cfg(test)]
mod tests;
