//! The database of a project: a pool of readers and, on SQLite, one writer.

use sea_orm::{DatabaseConnection, DatabaseTransaction};

/// An open database.
#[derive(Debug, Clone)]
pub struct Database {
    pub(crate) readers: DatabaseConnection,
    pub(crate) writer: DatabaseConnection,
}

/// A transaction of one root mutation field.
pub struct Transaction {
    pub(crate) inner: DatabaseTransaction,
}
