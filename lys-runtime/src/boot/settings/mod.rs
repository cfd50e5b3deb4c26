//! Settings that belong together, each group in a file of its own.

pub(super) mod auth;
mod key_source;

pub use auth::{AuthSettings, RevocationPlace, SessionPlace, TokenMode};
pub use key_source::KeySource;
