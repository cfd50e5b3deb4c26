//! Permissions: each gives its opinion on one operation for one actor.

use std::fmt;

use uuid::Uuid;

use super::{AccessLevel, Actor, InternalService, WebserviceClaim, audit, decision::write_within};
use crate::{
    error::{Error, Result, code},
    operation::{Audience, PublicType},
};

/// What a permission is asked about. Operations, endpoints and fields with an access of their own are asked about alike.
#[derive(Debug, Clone, Copy)]
pub struct AccessRequest<'a> {
    /// Who asks.
    pub actor: &'a Actor,
    /// `snake_case` name: the id in claims; that of a field is `employee_node.salary`.
    pub operation: &'a str,
    /// Who may call it, as overridden by the project.
    pub audience: &'a Audience,
}

impl AccessRequest<'_> {
    /// Neither public nor open to a level: no claim grants it (10-core §1). Which of several levels a claim was made for is the
    /// business of whoever signed it (20 §12.1).
    fn is_for_super_users(&self) -> bool {
        self.audience.public.is_none() && self.audience.levels.is_empty()
    }
}

/// One rule of the chain.
pub trait Permission: Send + Sync + 'static {
    /// Its name, for logs and `lys access`.
    fn name(&self) -> &'static str;

    /// Its opinion.
    ///
    /// # Errors
    /// A permission that fails denies (10-core S7).
    fn check(&self, request: &AccessRequest<'_>) -> Result<Opinion>;
}

/// What one permission says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Opinion {
    /// Nothing.
    Abstain,
    /// Nothing, but this is the reason to give if nobody allows.
    AbstainWith(Denial),
    /// Allowed; `Full` ends the chain, `Public` lets a later permission allow more.
    Allow(Reach),
    /// Denied, whatever others say.
    Deny(Denial),
    /// Allowed on some rows; what several permissions say is OR-ed. Without a branch it says nothing.
    Within {
        /// Rows that the user owns.
        owner: bool,
        /// Rows of these organizations, by level.
        organizations: Vec<(String, Vec<Uuid>)>,
    },
}

/// Without ids, in words.
impl fmt::Display for Opinion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Abstain => f.write_str("abstains"),
            Self::AbstainWith(reason) => write!(f, "abstains; if nobody allows, {}", reason.code),
            Self::Allow(Reach::Full) => f.write_str("allows all rows"),
            Self::Allow(Reach::Public) => f.write_str("allows what is public"),
            Self::Deny(reason) => write!(f, "denies, {}", reason.code),
            Self::Within { owner, organizations } => {
                f.write_str("allows ")?;
                write_within(f, *owner, organizations)
            }
        }
    }
}

/// How far an [`Opinion::Allow`] reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All rows.
    Full,
    /// What anybody may see.
    Public,
}

/// Why nobody may: the error that the client gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Denial {
    /// The code.
    pub code: &'static str,
    /// The HTTP-like status.
    pub status: u16,
}

impl Denial {
    /// Nobody is signed in.
    pub const ACCESS_DENIED: Self = Self { code: code::ACCESS_DENIED_ERROR, status: 401 };
    /// The actor lacks the right.
    pub const PERMISSION_DENIED: Self = Self { code: code::PERMISSION_DENIED, status: 403 };
    /// The operation does not exist or is disabled.
    pub const UNKNOWN: Self = Self { code: code::UNKNOWN_WEBSERVICE, status: 404 };

    /// What an actor without any right is told.
    #[must_use]
    pub fn of(actor: &Actor) -> Self {
        match actor {
            Actor::User(_) => Self::PERMISSION_DENIED,
            Actor::Anonymous | Actor::Service { .. } => Self::ACCESS_DENIED,
        }
    }
}

impl From<Denial> for Error {
    fn from(denial: Denial) -> Self {
        Self::new(denial.code, denial.status)
    }
}

/// Service tokens on `INTERNAL_SERVICE` operations. Elsewhere a service is as good as anonymous.
#[derive(Debug, Clone, Copy)]
pub struct InternalServicePermission;

impl Permission for InternalServicePermission {
    fn name(&self) -> &'static str {
        "InternalService"
    }

    fn check(&self, request: &AccessRequest<'_>) -> Result<Opinion> {
        let open = request.audience.levels.contains(&InternalService::ID);
        Ok(match request.actor {
            Actor::Service { .. } if open => Opinion::Allow(Reach::Full),
            _ => Opinion::Abstain,
        })
    }
}

/// Public operations, and what anonymous callers are told elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct AnonymousPermission;

impl Permission for AnonymousPermission {
    fn name(&self) -> &'static str {
        "Anonymous"
    }

    fn check(&self, request: &AccessRequest<'_>) -> Result<Opinion> {
        Ok(match (request.audience.public, request.actor) {
            (Some(PublicType::Disconnected), Actor::User(claims)) if !claims.is_super_user => {
                Opinion::Deny(Denial::PERMISSION_DENIED)
            }
            (Some(_), _) => Opinion::Allow(Reach::Public),
            (None, Actor::User(_)) => Opinion::Abstain,
            (None, Actor::Anonymous | Actor::Service { .. }) => Opinion::AbstainWith(Denial::ACCESS_DENIED),
        })
    }
}

/// Super users and the `webservices` claim.
#[derive(Debug, Clone, Copy)]
pub struct JwtPermission;

impl Permission for JwtPermission {
    fn name(&self) -> &'static str {
        "Jwt"
    }

    fn check(&self, request: &AccessRequest<'_>) -> Result<Opinion> {
        let Actor::User(claims) = request.actor else {
            return Ok(Opinion::Abstain);
        };
        if claims.is_super_user {
            audit::super_user(claims.sub, request.operation);
            return Ok(Opinion::Allow(Reach::Full));
        }
        if request.is_for_super_users() {
            return Ok(Opinion::Abstain);
        }
        Ok(match claims.webservices.get(request.operation) {
            Some(WebserviceClaim::Full) => Opinion::Allow(Reach::Full),
            Some(WebserviceClaim::Owner) => Opinion::Within { owner: true, organizations: Vec::new() },
            Some(WebserviceClaim::Unknown) | None => Opinion::Abstain,
        })
    }
}

/// The `organizations` claim.
#[derive(Debug, Clone, Copy)]
pub struct OrganizationPermission;

impl Permission for OrganizationPermission {
    fn name(&self) -> &'static str {
        "Organization"
    }

    fn check(&self, request: &AccessRequest<'_>) -> Result<Opinion> {
        let Actor::User(claims) = request.actor else {
            return Ok(Opinion::Abstain);
        };
        if request.is_for_super_users() {
            return Ok(Opinion::Abstain);
        }
        let mut organizations: Vec<(String, Vec<Uuid>)> = Vec::new();
        for (id, claim) in &claims.organizations {
            if claim.webservices.iter().any(|webservice| webservice == request.operation) {
                add(&mut organizations, &claim.level, &[*id]);
            }
        }
        if organizations.is_empty() {
            return Ok(Opinion::Abstain);
        }
        Ok(Opinion::Within { owner: false, organizations })
    }
}

/// Adds organizations of one level.
pub(super) fn add(organizations: &mut Vec<(String, Vec<Uuid>)>, level: &str, ids: &[Uuid]) {
    match organizations.iter_mut().find(|(known, _)| known == level) {
        Some((_, known)) => known.extend(ids.iter().filter(|id| !known.contains(id)).copied().collect::<Vec<_>>()),
        None => organizations.push((level.to_owned(), ids.to_vec())),
    }
}
