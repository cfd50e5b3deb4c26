//! Settings of one area each, in a type of its own. `lys.toml` and variables fill them (see [`super::config`]).

mod audit;
pub(super) mod auth;
pub(crate) mod boundary;
mod key_source;
pub mod subscriptions;
pub(crate) mod upload;

pub use audit::AuditSettings;
pub use auth::{AuthSettings, RevocationPlace, SessionPlace, TokenMode};
pub use boundary::{BoundarySettings, OnRedisFailure, RateLimitSettings};
pub use key_source::KeySource;
