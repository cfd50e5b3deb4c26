//! Who calls, and which rows an operation may show him.

use std::collections::HashMap;

use actix_web::{HttpRequest, http::header::AUTHORIZATION};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use sea_orm::{ColumnTrait, Condition, prelude::Uuid};
use serde::Deserialize;

use super::{
    entities::product,
    error::{ApiError, Result},
};

/// The claims of an access token.
#[derive(Debug, Deserialize)]
struct Claims {
    is_super_user: bool,
    webservices: HashMap<String, String>,
    #[serde(default)]
    organizations: HashMap<Uuid, OrganizationClaims>,
}

/// What the caller may do for one client.
#[derive(Debug, Deserialize)]
struct OrganizationClaims {
    webservices: Vec<String>,
}

/// Checks the signature, the issuer, the audience and the expiry of access tokens.
pub(crate) struct TokenVerifier {
    key: DecodingKey,
    validation: Validation,
}

impl TokenVerifier {
    /// A verifier of tokens that are signed with `secret`.
    pub(crate) fn new(secret: &str) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&["lys-auth"]);
        validation.set_audience(&["lys-api"]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.leeway = 0;
        Self { key: DecodingKey::from_secret(secret.as_bytes()), validation }
    }

    /// The caller of a request; without a valid bearer token he is anonymous.
    pub(crate) fn caller(&self, request: &HttpRequest) -> Caller {
        let token = request
            .headers()
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        let claims = token
            .and_then(|token| jsonwebtoken::decode(token, &self.key, &self.validation).ok())
            .map(|data| data.claims);
        Caller(claims)
    }
}

/// The sender of a request, anonymous without claims.
pub(crate) struct Caller(Option<Claims>);

impl Caller {
    /// Decides whether the caller may run `operation`, and on which rows.
    pub(crate) fn authorize(&self, operation: &str) -> Result<Scope> {
        let claims = self.0.as_ref().ok_or(ApiError::AccessDenied)?;
        let full = claims.webservices.get(operation).is_some_and(|level| level == "full");
        if claims.is_super_user || full {
            return Ok(Scope::All);
        }
        let clients: Vec<Uuid> = claims
            .organizations
            .iter()
            .filter(|(_, granted)| granted.webservices.iter().any(|name| name == operation))
            .map(|(client, _)| *client)
            .collect();
        if clients.is_empty() { Err(ApiError::PermissionDenied) } else { Ok(Scope::Clients(clients)) }
    }
}

/// The products that one operation may touch.
pub(crate) enum Scope {
    /// Those of every client.
    All,
    /// Those of the named clients.
    Clients(Vec<Uuid>),
}

impl Scope {
    /// The scope as an SQL condition on `product`.
    pub(crate) fn condition(&self) -> Condition {
        match self {
            Self::All => Condition::all(),
            Self::Clients(clients) => Condition::all().add(product::Column::ClientId.is_in(clients.iter().copied())),
        }
    }

    /// Refuses to write a product of a client outside the scope.
    pub(crate) fn check(&self, client: Uuid) -> Result<()> {
        match self {
            Self::Clients(clients) if !clients.contains(&client) => Err(ApiError::PermissionDenied),
            _ => Ok(()),
        }
    }
}
