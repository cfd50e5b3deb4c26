//! lys: annotated structs and functions become a secure, multi-tenant GraphQL backend.

extern crate self as lys;

#[doc(hidden)]
pub mod __private;
pub mod access;
pub mod app;
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
pub mod input;
pub mod name;
pub mod node;
pub mod operation;
pub mod output;
mod schema;
pub mod service;
#[cfg(feature = "testing")]
pub mod testing;

pub use app::App;
pub use context::Context;
pub use entity::Entity;
pub use error::{Error, Result};
pub use global_id::GlobalId;
pub use node::Node;

pub use lys_macros::{Input, connection, creation, deletion, edition, endpoint, field, getter, service};
