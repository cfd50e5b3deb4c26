//! Settings that belong together, each group in a file of its own.

pub(super) mod auth;

pub use auth::{AuthSettings, KeySource, RevocationPlace, SessionPlace, TokenMode};
