//! What the macros of data leave behind, read through the runtime: entities, nodes, enums. One binary, since linking is slow.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    missing_docs,
    unreachable_pub,
    reason = "a test, of plain SeaORM too"
)]

mod entity;
mod enumeration;
mod node;
mod relations;
