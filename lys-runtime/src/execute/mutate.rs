//! Mutations: a transaction for each root field, its commit, and what comes after that (00-design §2 P4).

use std::{
    panic::AssertUnwindSafe,
    sync::{Mutex, PoisonError},
};

use futures_util::FutureExt as _;
use tokio::sync::oneshot;

use super::{input_path::of_arguments, plan::OperationPlan, run::Run, write::Writer};
use crate::{
    access::Decision,
    app::OperationEntry,
    context::{AfterCommit, Context, Work},
    data::{Consistency, Transaction},
    error::{Error, Result},
    operation::{Answer as Resolution, ArgumentValues, Authorized},
    output::Written,
};

impl<'a> Run<'a> {
    /// Runs the resolver in a transaction of its own, commits, and reads the payload after that: its errors undo nothing.
    pub(super) async fn mutate(
        &self,
        entry: &OperationEntry,
        plan: &'a OperationPlan,
        decision: &Decision,
        arguments: ArgumentValues,
        writer: &mut Writer<'a>,
    ) -> Result<Written> {
        let transaction = self.database.begin().await?;
        let after_commit: AfterCommit = Mutex::new(Vec::new());
        let resolved = {
            let context = Context {
                transaction: Some(&transaction),
                after_commit: Some(&after_commit),
                ..self.context(plan.operation, decision, self.database)
            };
            let call = Authorized { context: &context, arguments: arguments.clone(), siblings: None };
            (entry.definition.resolve)(call).await
        };
        let resolution = match resolved {
            Ok(resolved) => resolved.0,
            Err(error) => {
                self.journal.ended(false);
                if let Err(rollback) = transaction.rollback().await {
                    tracing::warn!(target: "lys::execute", error = ?rollback, "rollback failed; the database undoes the transaction");
                }
                return Err(of_arguments(error, &entry.definition, &self.engine.model));
            }
        };
        if self.inspection.is_some_and(|inspection| inspection.rehearsal) {
            return self.rehearse(transaction, plan, decision, resolution, &arguments, writer).await;
        }
        let work = after_commit.into_inner().unwrap_or_else(PoisonError::into_inner);
        let committed = self.commit(transaction, work, plan.operation).await;
        self.journal.ended(committed.is_ok());
        let work = committed?;
        let snapshot =
            (self.engine.options.consistency == Consistency::Snapshot).then(|| self.database.at_one_moment());
        let reads = snapshot.as_ref().unwrap_or(self.reads);
        let context = self.context(plan.operation, decision, reads);
        let written = self.complete(&context, plan, resolution, &arguments, writer).await;
        reads.end().await;
        if let Some(work) = work {
            work.finish().await;
        }
        written
    }

    /// Reads the payload where it is, and undoes what was written. Work after commit is dropped.
    async fn rehearse(
        &self,
        transaction: Transaction,
        plan: &'a OperationPlan,
        decision: &Decision,
        resolution: Resolution,
        arguments: &ArgumentValues,
        writer: &mut Writer<'a>,
    ) -> Result<Written> {
        let written = {
            let context =
                Context { transaction: Some(&transaction), ..self.context(plan.operation, decision, self.database) };
            self.complete(&context, plan, resolution, arguments, writer).await
        };
        self.journal.ended(false);
        transaction.rollback().await?;
        written
    }

    /// Commits. Work after commit must run now even if the client goes away or reading the payload panics, so a task of its own
    /// commits, waits until the payload is read or given up, and works.
    async fn commit(
        &self,
        transaction: Transaction,
        work: Vec<Work>,
        operation: &'static str,
    ) -> Result<Option<CommittedWork>> {
        if work.is_empty() {
            transaction.commit().await?;
            return Ok(None);
        }
        let (commit, committed) = oneshot::channel();
        let (payload, payload_read) = oneshot::channel::<()>();
        let request_id = self.request.id.clone();
        let task = tokio::spawn(async move {
            let outcome = transaction.commit().await;
            let is_committed = outcome.is_ok();
            let _ = commit.send(outcome);
            if is_committed {
                let _ = payload_read.await;
                run_after_commit(work, operation, &request_id).await;
            }
        });
        committed.await.map_err(Error::internal)??;
        Ok(Some(CommittedWork { payload, task }))
    }
}

/// Work after a commit that has happened; it begins when this is finished or dropped.
struct CommittedWork {
    payload: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<()>,
}

impl CommittedWork {
    async fn finish(self) {
        drop(self.payload);
        let _ = self.task.await;
    }
}

/// Its failures and panics are logged: the write has succeeded.
async fn run_after_commit(work: Vec<Work>, operation: &str, request_id: &str) {
    for work in work {
        match AssertUnwindSafe(work).catch_unwind().await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::error!(target: "lys::execute", request_id, operation, error = ?error, "work after commit failed");
            }
            Err(_) => tracing::error!(target: "lys::execute", request_id, operation, "work after commit panicked"),
        }
    }
}
