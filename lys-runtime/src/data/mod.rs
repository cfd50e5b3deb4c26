//! Data access: selects, drafts, readers and writers over a database.

pub mod condition;
pub mod consistency;
pub mod database;
pub mod draft;
pub(crate) mod pattern;
pub mod reader;
mod related;
pub mod row;
pub mod select;
pub mod service;
mod snapshot;
pub(crate) mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
pub mod tables;
#[cfg(test)]
pub(crate) mod test_entities;
#[cfg(test)]
mod tests;
pub(crate) mod trace;
mod values;
pub mod writer;

pub use condition::{Condition, OrderTerm};
pub use consistency::Consistency;
pub use database::{Database, DatabaseOptions, StatementLog, Transaction};
pub use draft::{Draft, Saved};
pub use reader::Reader;
pub use row::{Row, Rows};
pub use select::Select;
pub use service::EntityService;
pub use tables::create_tables;
pub use writer::Writer;
