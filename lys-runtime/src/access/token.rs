//! Tokens: HS256 user tokens (20-user-auth §10) and service tokens (10-core §18.1). No other algorithm is accepted.

use std::{fmt, time::Duration};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::Claims;
use crate::error::{Error, Result};

/// Issuer of user tokens.
pub(super) const USER_ISSUER: &str = "lys-auth";
/// Audience of user tokens.
pub(super) const USER_AUDIENCE: &str = "lys-api";
const SERVICE_AUDIENCE: &str = "lys-internal";
const SHORTEST_SECRET: usize = 32;

/// Verifies and makes tokens with one secret.
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    user: Validation,
    service: Validation,
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
pub struct TokenError(String);

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the token does not hold: {}", self.0)
    }
}

impl std::error::Error for TokenError {}

impl Tokens {
    /// Tokens signed with `secret`.
    ///
    /// # Errors
    /// When the secret has fewer than 32 bytes (10-core S13).
    pub fn new(secret: &str) -> Result<Self> {
        if secret.len() < SHORTEST_SECRET {
            return Err(Error::internal(format!(
                "the secret key has {} bytes; give it at least {SHORTEST_SECRET} random bytes",
                secret.len()
            )));
        }
        Ok(Self {
            encoding: EncodingKey::from_secret(secret.as_bytes()),
            decoding: DecodingKey::from_secret(secret.as_bytes()),
            user: validation(USER_AUDIENCE, &["exp", "aud", "iss", "sub"], Some(USER_ISSUER)),
            service: validation(SERVICE_AUDIENCE, &["exp", "aud", "iss"], None),
            instance: uuid::Uuid::new_v4().simple().to_string()[..8].to_owned(),
        })
    }

    /// A token with these claims.
    ///
    /// # Errors
    /// When they cannot be signed, which does not happen.
    pub fn user_token(&self, claims: &Claims) -> Result<String> {
        self.sign(claims)
    }

    /// The claims of a user's token.
    ///
    /// # Errors
    /// When the token is malformed, signed otherwise, expired, for another audience or by another issuer, or lacks a claim.
    pub fn verify_user(&self, token: &str) -> Result<Claims, TokenError> {
        let claims: Claims = self.verify(token, &self.user)?;
        check(claims.exp > now(), "expired")?;
        check(!claims.xsrf_token.is_empty(), "no xsrf_token")?;
        Ok(claims)
    }

    /// A token of the service `name`.
    ///
    /// # Errors
    /// When it cannot be signed, which does not happen.
    pub fn service_token(&self, name: &str, lifetime: Duration) -> Result<String> {
        let iat = now();
        self.sign(&ServiceClaims {
            kind: "service".to_owned(),
            service_name: name.to_owned(),
            instance_id: self.instance.clone(),
            iat,
            exp: iat.saturating_add_unsigned(lifetime.as_secs()),
            iss: name.to_owned(),
            aud: SERVICE_AUDIENCE.to_owned(),
        })
    }

    /// The claims of a service's token.
    ///
    /// # Errors
    /// When the token is malformed, signed otherwise, expired, from the future, for another audience, or no service token.
    pub fn verify_service(&self, token: &str) -> Result<ServiceClaims, TokenError> {
        let claims: ServiceClaims = self.verify(token, &self.service)?;
        check(claims.exp > now(), "expired")?;
        check(claims.iat <= now(), "issued in the future")?;
        check(claims.kind == "service", "no service token")?;
        check(!claims.service_name.is_empty(), "no service name")?;
        Ok(claims)
    }

    fn sign(&self, claims: &impl Serialize) -> Result<String> {
        encode(&Header::new(Algorithm::HS256), claims, &self.encoding).map_err(Error::internal)
    }

    fn verify<C: DeserializeOwned + Clone>(&self, token: &str, validation: &Validation) -> Result<C, TokenError> {
        match decode::<C>(token, &self.decoding, validation) {
            Ok(token) => Ok(token.claims),
            Err(error) => Err(TokenError(error.to_string())),
        }
    }
}

fn validation(audience: &str, required: &[&str], issuer: Option<&str>) -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.leeway = 0;
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(required);
    if let Some(issuer) = issuer {
        validation.set_issuer(&[issuer]);
    }
    validation
}

fn check(holds: bool, reason: &str) -> Result<(), TokenError> {
    if holds { Ok(()) } else { Err(TokenError(reason.to_owned())) }
}

pub(super) fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
