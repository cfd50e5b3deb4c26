//! Data access: selects, drafts, readers and writers over a database.

#[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
compile_error!("lys-runtime needs a database: turn on one of the features `sqlite`, `postgres` and `mysql`");

pub(crate) mod children;
pub mod condition;
pub mod consistency;
pub mod database;
pub(crate) mod ddl;
pub mod dialect;
pub mod draft;
mod lists;
pub mod options;
pub(crate) mod pattern;
pub mod reader;
mod refusal;
mod related;
#[cfg(feature = "testing")]
mod replay;
pub mod row;
mod search;
pub mod select;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod server;
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
pub mod transaction;
pub(crate) mod values;
pub mod writer;

pub use condition::{Condition, OrderTerm};
pub use consistency::Consistency;
pub use database::{Database, StatementLog};
pub use ddl::{IndexDdl, SearchDdl, TableDdl};
pub use dialect::Dialect;
pub use draft::{Draft, Saved, Upserted};
pub use options::{DatabaseOptions, Synchronous};
pub use reader::Reader;
pub use row::{Row, Rows};
pub use select::Select;
pub use service::EntityService;
pub use tables::create_tables;
pub use transaction::Transaction;
pub use writer::Writer;
