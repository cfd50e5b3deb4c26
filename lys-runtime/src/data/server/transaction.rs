//! A transaction on a server.

use sea_orm::{QueryResult, Value};
use tokio::sync::Mutex;

use super::pool::Lease;
use crate::error::Result;

/// A transaction. Dropped, its connection is closed, and the server undoes it.
pub(crate) struct ServerTransaction(Mutex<Lease>);

impl ServerTransaction {
    pub(super) fn new(lease: Lease) -> Self {
        Self(Mutex::new(lease))
    }

    pub(crate) async fn read(&self, sql: String, values: Vec<Value>) -> Result<Vec<QueryResult>> {
        Ok(self.0.lock().await.read(sql, values).await?)
    }

    pub(crate) async fn execute(&self, sql: String, values: Vec<Value>) -> Result<u64> {
        Ok(self.0.lock().await.execute(sql, values).await?)
    }

    /// Runs a text without values: transaction control.
    pub(crate) async fn run(&self, sql: &str) -> Result<()> {
        Ok(self.0.lock().await.run(sql).await?)
    }

    pub(crate) async fn commit(self) -> Result<()> {
        self.end("COMMIT").await
    }

    pub(crate) async fn rollback(self) -> Result<()> {
        self.end("ROLLBACK").await
    }

    async fn end(self, sql: &'static str) -> Result<()> {
        let mut lease = self.0.into_inner();
        lease.run(sql).await?;
        lease.give_back();
        Ok(())
    }
}
