//! Who asks: nobody, a user with claims, or another service.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::token::{USER_AUDIENCE, USER_ISSUER, now};

/// Whoever asks.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Actor {
    /// Nobody: no token, or one that does not hold.
    Anonymous,
    /// A signed-in user.
    User(Box<Claims>),
    /// Another service, by service token.
    Service {
        /// Its name.
        name: String,
    },
}

/// The claims of a user's access token (20 §10). Unknown claims are ignored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    /// The user's id.
    pub sub: Uuid,
    /// May do everything that is enabled.
    #[serde(default)]
    pub is_super_user: bool,
    /// Operations by id.
    #[serde(default)]
    pub webservices: BTreeMap<String, WebserviceClaim>,
    /// Operations inside organizations, by organization id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub organizations: BTreeMap<Uuid, OrganizationClaim>,
    /// Expiry, Unix seconds.
    pub exp: i64,
    /// What the XSRF header must repeat when the token came in the cookie.
    pub xsrf_token: String,
    /// `lys-auth`.
    pub iss: String,
    /// `lys-api`.
    pub aud: String,
    /// Id of the token, by which it can be revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// When it was made: Unix seconds with their fraction. Tokens of the reference do not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iat: Option<f64>,
    /// When it begins to hold, if not at once: Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<f64>,
}

impl Claims {
    /// The user `id` without any right, for one hour.
    #[must_use]
    pub fn user(id: Uuid) -> Self {
        Self {
            sub: id,
            is_super_user: false,
            webservices: BTreeMap::new(),
            organizations: BTreeMap::new(),
            exp: now() + 3600,
            xsrf_token: format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()),
            iss: USER_ISSUER.to_owned(),
            aud: USER_AUDIENCE.to_owned(),
            jti: None,
            iat: None,
            nbf: None,
        }
    }

    /// May do everything that is enabled.
    #[must_use]
    pub fn super_user(mut self) -> Self {
        self.is_super_user = true;
        self
    }

    /// May call `operation` on all rows.
    #[must_use]
    pub fn grant(mut self, operation: impl Into<String>) -> Self {
        self.webservices.insert(operation.into(), WebserviceClaim::Full);
        self
    }

    /// May call `operation` on own rows.
    #[must_use]
    pub fn grant_own(mut self, operation: impl Into<String>) -> Self {
        self.webservices.insert(operation.into(), WebserviceClaim::Owner);
        self
    }

    /// May call `operations` on rows of the organization `id`.
    #[must_use]
    pub fn organization(
        mut self,
        level: impl Into<String>,
        id: Uuid,
        operations: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let webservices = operations.into_iter().map(Into::into).collect();
        self.organizations.insert(id, OrganizationClaim { level: level.into(), webservices });
        self
    }

    /// Expires after `lifetime`.
    #[must_use]
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.exp = now().saturating_add_unsigned(lifetime.as_secs());
        self
    }
}

impl From<Claims> for Actor {
    fn from(claims: Claims) -> Self {
        Self::User(Box::new(claims))
    }
}

/// How far a token grants one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum WebserviceClaim {
    /// On all rows.
    Full,
    /// On own rows.
    Owner,
    /// A value we do not know: it grants nothing (10-core S14).
    Unknown,
}

impl<'de> Deserialize<'de> for WebserviceClaim {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match serde_json::Value::deserialize(deserializer)?.as_str() {
            Some("full") => Self::Full,
            Some("owner") => Self::Owner,
            _ => Self::Unknown,
        })
    }
}

/// What a token grants inside one organization (30 §7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationClaim {
    /// The organization's level, e.g. `client`.
    #[serde(default = "client")]
    pub level: String,
    /// Ids of the granted operations.
    pub webservices: Vec<String>,
}

fn client() -> String {
    "client".to_owned()
}
