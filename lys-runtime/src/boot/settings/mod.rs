//! Settings of one area each, in a type of its own. `lys.toml` and variables fill them (see [`super::config`]).

pub(crate) mod boundary;
pub(crate) mod upload;

pub use boundary::{BoundarySettings, OnRedisFailure, RateLimitSettings};
