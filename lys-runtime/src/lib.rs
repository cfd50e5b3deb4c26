//! lys: annotated structs and functions become a secure, multi-tenant GraphQL backend.

extern crate self as lys;

#[doc(hidden)]
pub mod __private;
pub mod access;
pub mod app;
pub mod boot;
pub mod connection;
pub mod context;
pub mod creation;
pub mod data;
pub mod deletion;
pub mod edition;
pub mod endpoint;
pub mod entity;
pub mod environment;
pub mod error;
pub mod execute;
pub mod field;
pub mod fixture;
pub mod getter;
pub mod global_id;
pub mod http;
pub mod input;
mod macros;
pub mod name;
pub mod node;
pub mod operation;
pub mod output;
pub mod prelude;
mod schema;
pub mod service;
pub mod subscription;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use app::App;
pub use boot::{Command, CommandCall, ExitCode, Project};
pub use clap;
pub use context::Context;
pub use entity::Entity;
pub use environment::Environment;
pub use error::{Error, Result};
pub use global_id::GlobalId;
pub use indicatif;
pub use macros::{
    Enum, Input, app, connection, creation, deletion, edition, endpoint, entity, field, getter, node, service,
    subscription,
};
pub use node::Node;

/// Crates whose types are part of lys's own API, in the versions it uses.
pub use {actix_web, chrono, rust_decimal, sea_orm, uuid};
