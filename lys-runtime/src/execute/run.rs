//! Running a plan: decide on every root field first, then answer them in order (00-design §2 P2, P4).

use std::{
    panic::AssertUnwindSafe,
    sync::{Mutex, PoisonError},
};

use futures_util::FutureExt as _;
use serde_json::Value as Json;
use tokio::sync::oneshot;

use super::{
    Engine, Introspection, arguments,
    coerce::Variables,
    failure::{Masking, null_in_non_null},
    input_path::of_arguments,
    inspect::{self, Inspection},
    load::Loader,
    page,
    plan::{OperationPlan, Plan, RootField, RootKind, Shape},
    write::Writer,
};
use crate::{
    access::Decision,
    app::OperationEntry,
    context::{AfterCommit, Context, Request, Work},
    data::{Database, Transaction, trace::within},
    error::{Error, Result, code},
    operation::{Answer as Resolution, ArgumentValues, Authorized, Root},
    output::{Nulled, ValueWriter, Written},
};

/// One request at work.
pub(crate) struct Run<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) request: &'a Request,
    pub(crate) variables: &'a Variables,
    /// Answers to `__schema` and `__type` by response key.
    pub(crate) introspection: &'a Introspection,
    /// The engine's database, or a handle to it that is watched.
    pub(crate) database: &'a Database,
    /// Who watches, if the plan is asked for.
    pub(crate) inspection: Option<&'a Inspection>,
}

const START: &[u8] = b"{\"data\":{";

/// The response while it is written: `data` is null as soon as a non-null root field is.
pub(crate) struct Data {
    /// `{"data":{` and what follows.
    bytes: Vec<u8>,
    errors: Vec<Json>,
    nulled: bool,
}

impl Data {
    fn new() -> Self {
        let mut bytes = Vec::with_capacity(4096);
        bytes.extend_from_slice(START);
        Self { bytes, errors: Vec::new(), nulled: false }
    }

    /// The response; `plan` is the JSON of its `extensions.plan`.
    pub(crate) fn into_response(mut self, plan: Option<&[u8]>) -> Vec<u8> {
        if self.nulled {
            self.bytes.clear();
            self.bytes.extend_from_slice(b"{\"data\":null");
        } else {
            self.bytes.push(b'}');
        }
        if !self.errors.is_empty() {
            self.bytes.extend_from_slice(b",\"errors\":");
            self.bytes.extend_from_slice(Json::from(self.errors).to_string().as_bytes());
        }
        if let Some(plan) = plan {
            self.bytes.extend_from_slice(b",\"extensions\":{\"plan\":");
            self.bytes.extend_from_slice(plan);
            self.bytes.push(b'}');
        }
        self.bytes.push(b'}');
        self.bytes
    }
}

impl<'a> Run<'a> {
    /// Everything that is answered.
    pub(crate) async fn data(&self, plan: &'a Plan) -> Data {
        let mut data = Data::new();
        let decisions: Vec<Option<Result<Decision>>> = plan.fields.iter().map(|field| self.decide(field)).collect();
        self.refuse_denied(plan, &decisions, &mut data);
        if !data.nulled {
            for (index, (field, decision)) in plan.fields.iter().zip(&decisions).enumerate() {
                if index > 0 {
                    data.bytes.push(b',');
                }
                data.bytes.extend_from_slice(&field.key);
                let part = || inspect::part(&field.name);
                within(self.database.trace(), part, self.root_field(plan.root, field, decision.as_ref(), &mut data))
                    .await;
                if data.nulled {
                    break;
                }
            }
        }
        data
    }

    fn masking(&self) -> Masking<'a> {
        Masking { expose_causes: self.engine.options.expose_causes, request_id: &self.request.id }
    }

    /// The decision on a root field; none is needed for `__typename` and introspection.
    fn decide(&self, field: &RootField) -> Option<Result<Decision>> {
        let RootKind::Operation(operation) = &field.kind else {
            return None;
        };
        let entry = &self.engine.model.operations[operation.operation];
        let definition = &entry.definition;
        let (chain, actor) = (&self.engine.chain, &self.request.actor);
        let decision = match self.inspection {
            None => chain.authorize(actor, definition.name, &definition.audience),
            Some(inspection) => inspection.decide(chain, actor, field, definition),
        };
        Some(decision.map(|decision| decision.about(definition.output.entity())))
    }

    /// A denied non-null root field nulls the whole answer, so nothing else is run: all denials are listed. In a mutation a
    /// nullable one does too: clients send a refused mutation again, so nothing of it may have been written (50 A8).
    fn refuse_denied(&self, plan: &'a Plan, decisions: &[Option<Result<Decision>>], data: &mut Data) {
        for (field, decision) in plan.fields.iter().zip(decisions) {
            let (RootKind::Operation(operation), Some(Err(error))) = (&field.kind, decision) else {
                continue;
            };
            if !operation.nullable || plan.root == Root::Mutation {
                let mut writer =
                    Writer::new(&field.name, field.location, operation.operation, self.masking(), Vec::new());
                writer.fail(error);
                data.errors.append(&mut writer.errors);
                data.nulled = true;
            }
        }
    }

    async fn root_field(&self, root: Root, field: &'a RootField, decision: Option<&Result<Decision>>, data: &mut Data) {
        let operation = match &field.kind {
            RootKind::Operation(operation) => operation,
            RootKind::Typename(name) => return crate::output::writer::write_text(name, &mut data.bytes),
            RootKind::Ping => return data.bytes.extend_from_slice(b"\"pong\""),
            RootKind::Introspection => {
                let answer = self.introspection.get(&*field.name).map_or(&b"null"[..], Vec::as_slice);
                return data.bytes.extend_from_slice(answer);
            }
        };
        let bytes = std::mem::take(&mut data.bytes);
        let start = bytes.len();
        let mut writer = Writer::new(&field.name, field.location, operation.operation, self.masking(), bytes)
            .limited(self.engine.options.max_answer_bytes);
        let written = match decision {
            Some(Ok(decision)) => self.operation(root, operation, decision, &mut writer).await,
            Some(Err(error)) => {
                writer.fail(error);
                Err(Nulled)
            }
            None => Err(Nulled),
        };
        if writer.overflowed {
            writer.errors.clear();
            writer.fail(&Error::new(code::ANSWER_TOO_LARGE, 400));
            data.nulled = true;
        }
        data.errors.append(&mut writer.errors);
        data.bytes = writer.bytes;
        match written {
            Ok(()) => {}
            Err(Nulled) if operation.nullable && !data.nulled => {
                data.bytes.truncate(start);
                data.bytes.extend_from_slice(b"null");
            }
            Err(Nulled) => data.nulled = true,
        }
    }

    async fn operation(
        &self,
        root: Root,
        plan: &'a OperationPlan,
        decision: &Decision,
        writer: &mut Writer<'a>,
    ) -> Written {
        let entry = &self.engine.model.operations[plan.operation];
        let outcome = match arguments::values(&plan.arguments, self.variables, &self.engine.inputs) {
            Ok(values) if root == Root::Mutation => self.mutate(entry, plan, decision, values, writer).await,
            Ok(values) => self.query(entry, plan, decision, values, writer).await,
            Err(error) => Err(error),
        };
        outcome.unwrap_or_else(|error| {
            writer.fail(&error);
            Err(Nulled)
        })
    }

    async fn query(
        &self,
        entry: &OperationEntry,
        plan: &'a OperationPlan,
        decision: &Decision,
        arguments: ArgumentValues,
        writer: &mut Writer<'a>,
    ) -> Result<Written> {
        let context = self.context(decision);
        let call = Authorized { context: &context, arguments: arguments.clone() };
        let resolution = (entry.definition.resolve)(call).await?.0;
        self.complete(&context, plan, resolution, &arguments, writer).await
    }

    /// Runs the resolver in a transaction of its own, commits, and reads the payload after that: its errors undo nothing.
    async fn mutate(
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
                ..self.context(decision)
            };
            (entry.definition.resolve)(Authorized { context: &context, arguments: arguments.clone() }).await
        };
        let resolution = match resolved {
            Ok(resolved) => resolved.0,
            Err(error) => {
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
        let work = self.commit(transaction, work, plan.operation).await?;
        let context = self.context(decision);
        let written = self.complete(&context, plan, resolution, &arguments, writer).await;
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
            let context = Context { transaction: Some(&transaction), ..self.context(decision) };
            self.complete(&context, plan, resolution, arguments, writer).await
        };
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

    fn context<'c>(&'c self, decision: &'c Decision) -> Context<'c> {
        Context {
            request: self.request,
            model: &self.engine.model,
            database: self.database,
            decision,
            transaction: None,
            after_commit: None,
        }
    }

    /// Reads what the selection asks for, and writes it.
    async fn complete(
        &self,
        context: &Context<'_>,
        plan: &'a OperationPlan,
        resolution: Resolution,
        arguments: &ArgumentValues,
        writer: &mut Writer<'a>,
    ) -> Result<Written> {
        let loader = Loader {
            context,
            variables: self.variables,
            inputs: &self.engine.inputs,
            operation: plan.operation,
            max_rows: self.engine.options.max_rows,
            max_page: self.engine.options.max_page,
            masking: self.masking(),
        };
        let trace = self.database.trace();
        match (resolution, &plan.shape) {
            (Resolution::Null, _) if plan.nullable => {
                writer.bytes.extend_from_slice(b"null");
                Ok(Ok(()))
            }
            (Resolution::Null, _) => Err(null_in_non_null("the root", plan.operation)),
            (Resolution::Row(key), Shape::Row(shape)) => {
                let about = || loader.about("row", &shape.level, &loader.root_scope(&shape.level));
                match within(trace, about, loader.row(&shape.level, key)).await? {
                    Some(level) => Ok(writer.row(&shape.view, &shape.level, &level, 0, &loader)),
                    // Outside the scope or gone: where none may be answered, that looks the same.
                    None if plan.nullable => {
                        writer.bytes.extend_from_slice(b"null");
                        Ok(Ok(()))
                    }
                    None => Err(Error::not_found()),
                }
            }
            (Resolution::List(keys), Shape::List(shape, slot)) => {
                let about = || loader.about("rows", &shape.level, &loader.root_scope(&shape.level));
                let (level, places) = within(trace, about, loader.list(&shape.level, *slot, &keys)).await?;
                Ok(writer.list(shape, &level, &places, &loader))
            }
            (Resolution::Rows(select), Shape::Page(shape)) => {
                let node = match &self.engine.model.operations[plan.operation].definition.output {
                    crate::operation::OutputDef::Connection { node, .. } => *node,
                    _ => return Err(mismatch(plan)),
                };
                let order = page::order(arguments, self.engine.model.orders.get(node), &select);
                let about = || loader.about("page", &shape.level, &loader.root_scope(&shape.level));
                let page = loader.page(shape, &select, &order, arguments);
                let page = within(trace, about, page).await?;
                Ok(writer.page(shape, &page.view(), &loader))
            }
            (Resolution::Value(value), Shape::Value(selection)) => {
                let written = value.write(&mut ValueWriter::new(selection.as_ref(), &mut writer.bytes));
                written.map(Ok).map_err(|Nulled| null_in_non_null("the root", plan.operation))
            }
            _ => Err(mismatch(plan)),
        }
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

fn mismatch(plan: &OperationPlan) -> Error {
    Error::internal(format!("the resolver of `{}` answered with another shape than it declared", plan.operation))
        .with_detail(code::INTERNAL_ERROR)
}
