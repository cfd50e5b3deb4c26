//! Who asks (actor, claims), what is allowed (permission chain, decision), on which rows (scope).
//!
//! A *permission* gives an opinion on one operation for one actor. The *chain* asks all permissions in order and makes a
//! *decision*: denied, allowed, or allowed within a *grant* of rows. Only [`PermissionChain::authorize`] makes decisions, and loading rows asks
//! for one. There is no request-wide access state (00-design §2 P2).

mod actor;
pub mod audit;
mod chain;
mod decision;
mod level;
mod permission;
mod reply;
mod revocation;
pub(crate) mod scope;
pub(crate) mod sessions;
mod token;

pub use actor::{Actor, Claims, OrganizationClaim, WebserviceClaim};
pub use chain::PermissionChain;
pub(crate) use decision::UNSCOPED;
pub use decision::{Decision, Grant};
pub use level::{AccessLevel, Connected, InternalService, OrganizationRole, Owner, Role};
pub use permission::{
    AccessRequest, AnonymousPermission, Denial, InternalServicePermission, JwtPermission, Opinion,
    OrganizationPermission, Permission, Reach,
};
pub use reply::Reply;
pub use revocation::{MemoryRevocations, Revocations, TokenId};
#[cfg(feature = "redis")]
pub use sessions::RedisSessions;
pub use sessions::{DatabaseSessions, Issued, LONGEST_LIFETIME, SessionKey, SessionStore, Sessions};
pub(crate) use token::too_large;
pub use token::{
    Algorithm, Key, KeyError, KeyPair, KeyRing, LONGEST_TOKEN, ServiceClaims, TokenError, Tokens, UnknownAlgorithm,
    random_text,
};
