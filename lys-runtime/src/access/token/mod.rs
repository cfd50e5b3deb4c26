//! Tokens: of users (20-user-auth §10) and of services (10-core §18.1).
//!
//! With a secret they are the reference's, bit for bit: HS256, HS384 or HS512, whichever is configured. With key pairs they are Ed25519
//! or ES256 tokens that name their key: services that hold public keys only verify what the auth server signs.

mod algorithm;
mod jwk;
mod jws;
mod key;
mod ring;

use std::{fmt, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::Claims;
use crate::error::{Error, Result, code};

pub use algorithm::{Algorithm, UnknownAlgorithm};
use jws::Kind;
pub use jws::LONGEST_TOKEN;
pub use key::{Key, KeyError, KeyPair};
pub use ring::KeyRing;

/// Issuer of user tokens.
pub(super) const USER_ISSUER: &str = "lys-auth";
/// Audience of user tokens.
pub(super) const USER_AUDIENCE: &str = "lys-api";
const SERVICE_AUDIENCE: &str = "lys-internal";

/// Verifies and makes tokens.
pub struct Tokens {
    user: KeyRing,
    /// Without keys, no token of a service holds.
    service: Option<KeyRing>,
    instance: String,
}

/// A verified service token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceClaims {
    /// Always `service`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Name of the calling service.
    pub service_name: String,
    /// Which of its processes made the token.
    #[serde(default)]
    pub instance_id: String,
    /// When it was made, Unix seconds.
    pub iat: i64,
    /// Expiry, Unix seconds.
    pub exp: i64,
    /// Name of the calling service.
    pub iss: String,
    /// `lys-internal`.
    pub aud: String,
}

/// Why a token does not hold. Never shown to clients: the caller is anonymous.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenError(&'static str);

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the token does not hold: {}", self.0)
    }
}

impl std::error::Error for TokenError {}

impl Tokens {
    /// Tokens of users and services, all signed with `secret` by HS256, as the reference does.
    ///
    /// # Errors
    /// When the secret has fewer than 32 bytes (10-core S13).
    pub fn new(secret: &str) -> Result<Self> {
        let key = Key::secret(Algorithm::Hs256, secret).map_err(Error::internal)?;
        let ring = KeyRing::new([key]).map_err(Error::internal)?;
        Self::with_keys(ring.clone(), Some(ring))
    }

    /// Tokens of users by the keys of one ring, and of services by those of another. Without a ring for services, no service token
    /// holds and none can be made.
    ///
    /// # Errors
    /// When a key pair is in both rings: whoever signs for services could sign for users (10-core S11).
    pub fn with_keys(user: KeyRing, service: Option<KeyRing>) -> Result<Self> {
        let of_services = service.iter().flat_map(KeyRing::keys).filter_map(Key::id);
        let shared = of_services.into_iter().find(|id| user.keys().iter().any(|key| key.id() == Some(id)));
        if let Some(id) = shared {
            return Err(Error::internal(format!("the key `{id}` signs tokens of users and of services; use two")));
        }
        let instance = uuid::Uuid::new_v4().simple().to_string()[..8].to_owned();
        Ok(Self { user, service, instance })
    }

    /// Whether this process can sign tokens of users; with public keys only it cannot.
    #[must_use]
    pub fn signs(&self) -> bool {
        self.user.signs()
    }

    /// A token with these claims. It gets an id (`jti`) if it has none; beside a named key also the time of its making (`iat`). A
    /// token signed with a secret does not tell that time: Python services whose clock is behind would refuse it.
    ///
    /// # Errors
    /// When this process has no private key, or `TOKEN_TOO_LARGE` above [`LONGEST_TOKEN`].
    pub fn user_token(&self, claims: &Claims) -> Result<String> {
        jws::sign(&self.user, Kind::User, &self.stamped(claims.clone())?, now())
    }

    /// Claims with what every token says of itself.
    pub(super) fn stamped(&self, mut claims: Claims) -> Result<Claims> {
        if claims.jti.is_none() {
            claims.jti = Some(random_text::<16>()?);
        }
        if self.user.is_named() && claims.iat.is_none() {
            claims.iat = Some(exact_now());
        }
        Ok(claims)
    }

    /// The claims of a user's token.
    ///
    /// # Errors
    /// When the token is too long, malformed, signed otherwise, expired, of another kind, for another audience or by another issuer,
    /// or lacks a claim.
    pub fn verify_user(&self, token: &str) -> Result<Claims, TokenError> {
        let now = now();
        let claims: Claims = read(&jws::open(&self.user, Kind::User, token, now)?)?;
        check(claims.exp > now, "it is expired")?;
        check(claims.nbf.is_none_or(|time| time <= now as f64), "its time is to come")?;
        check(claims.iss == USER_ISSUER, "it is of another issuer")?;
        check(claims.aud == USER_AUDIENCE, "it is for another audience")?;
        check(!claims.xsrf_token.is_empty(), "it has no xsrf_token")?;
        check(!self.user.is_named() || claims.iat.is_some(), "it does not tell when it was made")?;
        check(!self.user.is_named() || claims.jti.is_some(), "it has no id")?;
        Ok(claims)
    }

    /// A token of the service `name`.
    ///
    /// # Errors
    /// When this process has no key for tokens of services.
    pub fn service_token(&self, name: &str, lifetime: Duration) -> Result<String> {
        let ring = self.service.as_ref().ok_or_else(|| Error::internal("there is no key for tokens of services"))?;
        let iat = now();
        let claims = ServiceClaims {
            kind: "service".to_owned(),
            service_name: name.to_owned(),
            instance_id: self.instance.clone(),
            iat,
            exp: iat.saturating_add_unsigned(lifetime.as_secs()),
            iss: name.to_owned(),
            aud: SERVICE_AUDIENCE.to_owned(),
        };
        jws::sign(ring, Kind::Service, &claims, iat)
    }

    /// The claims of a service's token.
    ///
    /// # Errors
    /// When the token is malformed, signed otherwise, expired, from the future, for another audience, by another than the service it
    /// names, or no service token.
    pub fn verify_service(&self, token: &str) -> Result<ServiceClaims, TokenError> {
        let now = now();
        let ring = self.service.as_ref().ok_or_else(|| refused("there is no key for tokens of services"))?;
        let claims: ServiceClaims = read(&jws::open(ring, Kind::Service, token, now)?)?;
        check(claims.exp > now, "it is expired")?;
        check(claims.iat <= now, "it was made in the future")?;
        check(claims.aud == SERVICE_AUDIENCE, "it is for another audience")?;
        check(claims.kind == "service", "it is no service token")?;
        check(!claims.service_name.is_empty(), "it names no service")?;
        check(claims.iss == claims.service_name, "it is of another issuer")?;
        Ok(claims)
    }
}

/// Without keys.
impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("user", &self.user).field("service", &self.service).finish_non_exhaustive()
    }
}

fn read<C: DeserializeOwned>(claims: &[u8]) -> Result<C, TokenError> {
    serde_json::from_slice(claims).map_err(|_| refused("a claim is missing or of another kind"))
}

fn check(holds: bool, reason: &'static str) -> Result<(), TokenError> {
    if holds { Ok(()) } else { Err(refused(reason)) }
}

fn refused(reason: &'static str) -> TokenError {
    TokenError(reason)
}

/// `TOKEN_TOO_LARGE`, with the way out for the log.
pub(crate) fn too_large(bytes: usize, limit: usize) -> Error {
    Error::new(code::TOKEN_TOO_LARGE, 500).with_detail(format!(
        "it would have {bytes} bytes, and at most {limit} are taken; keep the claims in a store with auth.tokens = \"opaque\""
    ))
}

/// `BYTES` random bytes in base64url: fit for URLs, headers and cookies.
///
/// # Errors
/// When the system has no random numbers.
pub fn random_text<const BYTES: usize>() -> Result<String> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Error::internal(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Unix seconds.
pub(super) fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

/// Unix seconds with their fraction: tokens that were made in the second of a revocation, before and after it, differ by it.
pub(super) fn exact_now() -> f64 {
    chrono::Utc::now().timestamp_micros() as f64 / 1e6
}

#[cfg(test)]
mod attack_tests;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod key_tests;
#[cfg(test)]
mod tests;
