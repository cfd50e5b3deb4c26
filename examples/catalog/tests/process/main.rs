//! The catalog as a process: what a newcomer runs first, many clients at once, and sudden deaths.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::float_cmp, reason = "a test: prices are exact")]

mod crowd;
mod death;
mod kit;
mod plan;
mod postgres;
mod start;
mod tokens;
