//! Savepoints: several statements that happen together or not at all, inside a transaction that may go on after their failure.

use sea_orm::ConnectionTrait as _;

use super::Transaction;
use crate::error::Result;

impl Transaction {
    /// Runs `work`; what it wrote is undone when it fails, even if the transaction is committed nevertheless.
    pub(super) async fn atomically<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        self.control("SAVEPOINT lys").await?;
        match work.await {
            Ok(answer) => {
                self.control("RELEASE SAVEPOINT lys").await?;
                Ok(answer)
            }
            Err(error) => {
                if let Err(undo) = self.undo().await {
                    tracing::warn!(target: "lys::data", error = ?undo, "a savepoint is lost, and its transaction with it");
                }
                Err(error)
            }
        }
    }

    async fn undo(&self) -> Result<()> {
        self.control("ROLLBACK TO SAVEPOINT lys").await?;
        self.control("RELEASE SAVEPOINT lys").await
    }

    async fn control(&self, sql: &str) -> Result<()> {
        self.inner.execute_unprepared(sql).await?;
        Ok(())
    }
}
