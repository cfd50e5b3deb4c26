//! Subscriptions: the operation is asked once for its events; each event is answered like a query, decided anew.

use std::{fmt, sync::Arc};

use futures_util::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use serde_json::Value as Json;

use super::{
    Answer, Engine, GraphqlRequest, Introspection, arguments, charge,
    coerce::{self, Variables},
    cost,
    document::Document,
    failure::{self, null_in_non_null},
    grants::Grants,
    plan::{OperationPlan, Plan, RootField, RootKind, Shape},
    refused,
    run::{Data, Decided, Run},
    write::Writer,
};
use crate::{
    access::{Actor, Decision, Grant, audit::Journal},
    context::Request,
    data::Consistency,
    error::{Error, Result, code},
    operation::{Answer as Resolution, Authorized},
    output::{Nulled, ValueWriter, Written},
    subscription::{
        Caller,
        events::{Happened, Happenings},
    },
};

/// What came of a request that may be a subscription.
#[derive(Debug)]
pub enum Opened {
    /// It was none, or it was refused: this is all.
    Answer(Answer),
    /// A subscription: an answer for each event.
    Stream(Box<Subscription>),
}

impl Engine {
    /// Runs a request whose answer may be a stream. `caller` tells who asks, also later on.
    pub async fn open(self: &Arc<Self>, mut request: Request, graphql: &GraphqlRequest, mut caller: Caller) -> Opened {
        request.actor = caller.actor();
        let opened = match self.document(graphql, None).await {
            Ok(document) if document.is_subscription() => self.subscribe(document, request, graphql, caller).await,
            Ok(_) => return Opened::Answer(self.execute(&request, graphql).await),
            Err(errors) => Err(errors),
        };
        opened.unwrap_or_else(|errors| Opened::Answer(refused(errors)))
    }

    async fn subscribe(
        self: &Arc<Self>,
        document: Arc<Document>,
        request: Request,
        graphql: &GraphqlRequest,
        caller: Caller,
    ) -> Result<Opened, Vec<Json>> {
        let variables = coerce::variables(document.variables(), &graphql.variables, &self.inputs)?;
        let plan = document.plan(&variables, &self.model, &self.inputs, &self.options, &[])?;
        cost::check(cost::estimate(&plan, &variables, &self.model, &self.options), &self.options)?;
        if let Err(exceeded) = charge::charge(&request, &plan).await {
            return Ok(Opened::Answer(charge::refused(exceeded)));
        }
        let Some((field, operation)) = only_operation(&plan) else {
            return Err(vec![failure::internal_document_error(
                &request.id,
                "the plan of a subscription has no root field",
            )]);
        };
        let (events, grant) = {
            let none = Introspection::default();
            let (grants, journal) = (Grants::default(), self.journal(&request));
            let run = self.at_work(&request, &variables, &none, &grants, &journal);
            let happenings = run.happenings(field, operation).await;
            journal.close(&self.database).await;
            match happenings {
                Ok(opened) => opened,
                Err(error) => {
                    let answer = run.failed(field, operation, &error);
                    return Ok(Opened::Answer(Answer::Executed(answer.into_response(None))));
                }
            }
        };
        let asked = Asked { engine: Arc::clone(self), request, document, plan, variables, grant };
        Ok(Opened::Stream(Box::new(Subscription { asked, events, caller, over: false })))
    }

    /// Events are read where they were written: a replica may not know of them yet.
    fn at_work<'a>(
        &'a self,
        request: &'a Request,
        variables: &'a Variables,
        introspection: &'a Introspection,
        grants: &'a Grants,
        journal: &'a Journal<'a>,
    ) -> Run<'a> {
        let database = &self.primary;
        let (reads, inspection) = (database, None);
        Run { engine: self, request, variables, introspection, database, reads, inspection, grants, journal }
    }
}

/// A subscription's document has one root field (GraphQL spec §5.2.4.1).
fn only_operation(plan: &Plan) -> Option<(&RootField, &OperationPlan)> {
    match &plan.fields[..] {
        [field] => match &field.kind {
            RootKind::Operation(operation) => Some((field, operation)),
            _ => None,
        },
        _ => None,
    }
}

/// A running subscription. While it waits it holds no connection of the database.
pub struct Subscription {
    asked: Asked,
    events: Happenings,
    caller: Caller,
    over: bool,
}

/// What was asked, and by whom.
struct Asked {
    engine: Arc<Engine>,
    request: Request,
    document: Arc<Document>,
    /// Shows everything that is selected.
    plan: Arc<Plan>,
    variables: Variables,
    /// What the operation was asked for its events with.
    grant: Grant,
}

impl Subscription {
    /// The answer to the next event that the caller may know of, `{"data": …, "errors": …}`; none once it is over.
    ///
    /// It is over when the source has ended, after an error of the source, and when the caller lost the right or its token expired; the
    /// last answer tells the code then. Dropping the future may lose an event: keep it, or use [`into_stream`](Self::into_stream).
    pub async fn next(&mut self) -> Option<Vec<u8>> {
        while !self.over {
            let happened = tokio::select! {
                biased;
                () = self.caller.changed() => None,
                happened = self.events.next() => {
                    if happened.is_none() {
                        self.over = true;
                        return None;
                    }
                    happened
                }
            };
            if happened.is_none() {
                self.asked.request.actor = self.caller.actor();
            }
            match self.asked.tell(happened).await {
                Told::Nothing => {}
                Told::Next(data) => return Some(data.into_response(None)),
                Told::Last(data) => {
                    self.over = true;
                    return Some(data.into_response(None));
                }
            }
        }
        None
    }

    /// Its answers as a stream, which loses nothing when somebody else is listened to meanwhile.
    #[must_use]
    pub fn into_stream(self) -> BoxStream<'static, Vec<u8>> {
        stream::unfold(self, async |mut subscription| Some((subscription.next().await?, subscription))).boxed()
    }
}

impl Asked {
    /// Decides anew, and answers to what happened, if anything did.
    async fn tell(&self, happened: Option<Result<Happened>>) -> Told {
        let engine = &self.engine;
        let none = Introspection::default();
        let grants = Grants::decide(&self.plan, &engine.model, &engine.chain, &self.request.actor, None);
        let journal = engine.journal(&self.request);
        let run = engine.at_work(&self.request, &self.variables, &none, &grants, &journal);
        let told = self.told(run, happened).await;
        journal.close(&engine.database).await;
        told
    }

    async fn told(&self, run: Run<'_>, happened: Option<Result<Happened>>) -> Told {
        let Some((field, operation)) = only_operation(&self.plan) else {
            return Told::Nothing;
        };
        let decisions = [Decided::Operation(run.decide_now(field, operation))];
        let decision = match &decisions {
            [Decided::Operation(Ok(decision))] => decision,
            [decided] => {
                let denied = Error::permission_denied();
                return Told::Last(run.failed(field, operation, decided.refusal().unwrap_or(&denied)));
            }
        };
        // Ready values have no scope: which of them a caller gets, the operation decided when it was asked.
        if matches!(operation.shape, Shape::Value(_)) && *decision.grant() != self.grant {
            return Told::Last(run.failed(field, operation, &Error::permission_denied()));
        }
        let happened = match happened {
            None => return Told::Nothing,
            Some(Err(error)) => return Told::Last(run.failed(field, operation, &error)),
            Some(Ok(happened)) => happened,
        };
        let denied = run.denied(&self.plan, &decisions);
        if denied.is_empty() {
            return run.event(&self.plan, field, operation, decision, happened).await;
        }
        let engine = &self.engine;
        let narrowed = self.document.plan(&self.variables, &engine.model, &engine.inputs, &engine.options, &denied);
        match narrowed.as_ref().ok().and_then(|plan| Some((plan, only_operation(plan)?))) {
            Some((plan, (field, operation))) => run.event(plan, field, operation, decision, happened).await,
            None => Told::Last(run.failed(field, operation, &Error::permission_denied())),
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request = &self.asked.request.id;
        f.debug_struct("Subscription").field("request", request).field("over", &self.over).finish_non_exhaustive()
    }
}

enum Told {
    /// The caller may not know of it.
    Nothing,
    Next(Data),
    Last(Data),
}

impl<'a> Run<'a> {
    /// The decision as of now. A token that has expired grants nothing, whoever still holds its claims.
    fn decide_now(&self, field: &RootField, plan: &OperationPlan) -> Result<Decision> {
        if let Actor::User(claims) = &self.request.actor
            && claims.exp <= chrono::Utc::now().timestamp()
        {
            return Err(Error::access_denied());
        }
        self.authorize(field, &self.engine.model.operations[plan.operation].definition)
    }

    /// Asks the operation for its events.
    async fn happenings(&self, field: &RootField, plan: &OperationPlan) -> Result<(Happenings, Grant)> {
        let decision = self.decide_now(field, plan)?;
        let arguments = arguments::values(&plan.arguments, self.variables, &self.engine.inputs)?;
        let context = self.context(plan.operation, &decision, self.reads);
        let entry = &self.engine.model.operations[plan.operation];
        match (entry.definition.resolve)(Authorized { context: &context, arguments, siblings: None }).await?.0 {
            Resolution::Happenings(events) => Ok((events, decision.grant().clone())),
            _ => Err(Error::internal(format!("the resolver of `{}` gave no stream", plan.operation))),
        }
    }

    /// An answer that tells of an error of the root field only.
    fn failed(&self, field: &RootField, plan: &OperationPlan, error: &Error) -> Data {
        let mut data = Data::new();
        let mut writer = Writer::new(&field.name, field.location, plan.operation, self.masking(), Vec::new());
        writer.fail(error);
        data.errors.append(&mut writer.errors);
        data.nulled = true;
        data
    }

    /// Reads what is selected of an event, all of it of one moment if the project reads so.
    async fn event(
        &self,
        plan: &Plan,
        field: &'a RootField,
        operation: &'a OperationPlan,
        decision: &Decision,
        happened: Happened,
    ) -> Told {
        let snapshot = (self.engine.consistency(plan) == Consistency::Snapshot).then(|| self.database.at_one_moment());
        let reads = snapshot.as_ref().unwrap_or(self.reads);
        let run = Run { reads, ..*self };
        let mut data = Data::new();
        data.bytes.extend_from_slice(field.key.bare());
        let start = data.bytes.len();
        let bytes = std::mem::take(&mut data.bytes);
        let mut writer = Writer::new(&field.name, field.location, operation.operation, self.masking(), bytes)
            .limited(self.engine.options.max_answer_bytes);
        let written = run.happened(operation, decision, happened, &mut writer).await;
        reads.end().await;
        let Some(written) = written else {
            return Told::Nothing;
        };
        if writer.overflowed {
            writer.errors.clear();
            writer.fail(&Error::new(code::ANSWER_TOO_LARGE, 400));
        }
        data.errors.append(&mut writer.errors);
        data.bytes = writer.bytes;
        if written.is_err() {
            data.bytes.truncate(start);
            data.bytes.extend_from_slice(b"null");
            data.nulled = !operation.nullable || writer.overflowed;
        }
        Told::Next(data)
    }

    /// Writes one event; none for a row outside the scope, or one that is gone: both look alike, and nobody is told.
    async fn happened(
        &self,
        plan: &'a OperationPlan,
        decision: &Decision,
        happened: Happened,
        writer: &mut Writer<'a>,
    ) -> Option<Written> {
        let context = self.context(plan.operation, decision, self.reads);
        let loader = self.loader(&context, plan.operation);
        let outcome = match (happened, &plan.shape) {
            (Happened::Row(key), Shape::Row(shape)) => match loader.row(&shape.level, key).await {
                Ok(None) => return None,
                Ok(Some(level)) => Ok(writer.row(&shape.view, &shape.level, &level, 0, &loader)),
                Err(error) => Err(error),
            },
            (Happened::Value(value), Shape::Value(selection)) => {
                let written = value.write(&mut ValueWriter::new(selection.as_ref(), &mut writer.bytes));
                written.map(Ok).map_err(|Nulled| null_in_non_null("the root", plan.operation))
            }
            _ => Err(Error::internal(format!(
                "the stream of `{}` tells of something else than it declared",
                plan.operation
            ))),
        };
        Some(outcome.unwrap_or_else(|error| {
            writer.fail(&error);
            Err(Nulled)
        }))
    }
}
