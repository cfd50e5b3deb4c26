//! Settings of single pieces, each with its section in `lys.toml`.

pub mod subscriptions;
