//! Execution: a document becomes a plan, a plan becomes bytes.

mod aggregate;
mod arguments;
mod by_origin;
mod cell;
mod charge;
mod child_page;
mod children;
mod coerce;
mod collect;
mod compile;
mod compile_aggregate;
mod cost;
mod cursor;
mod document;
mod failure;
mod filter;
mod grants;
mod input_path;
pub mod inspect;
mod level;
mod limits;
mod load;
mod lookup;
mod mutate;
mod options;
mod order;
mod page;
mod page_cut;
mod plan;
mod positions;
mod row_key;
mod run;
mod single_root;
mod sort;
pub mod subscribe;
#[cfg(all(test, feature = "sqlite"))]
mod tests;
mod trusted;
mod typename;
mod write;
mod write_aggregate;
mod write_page;

use std::{collections::HashMap, sync::Arc, time::Instant};

use async_graphql_value::ConstValue;
use serde_json::{Map, Value as Json};

pub use by_origin::ByOrigin;
pub use options::EngineOptions;
pub use subscribe::{Opened, Subscription};
pub use trusted::TrustedDocuments;

use self::{
    document::{Document, DocumentCache},
    failure::document_error,
    grants::Grants,
    inspect::{Inspection, PlanReport},
    plan::Plan,
    run::{Data, Run},
};
use crate::{
    access::{PermissionChain, audit::Journal},
    app::{Model, StartError},
    context::Request,
    data::{Consistency, Database},
    operation::Root,
    schema::{self, InputTable, LysSchema},
    subscription::{PubSub, Subscriptions, code::SUBSCRIPTION_NEEDS_STREAM},
};

/// Most errors that a refused document is told: an answer does not outgrow its request.
const MOST_ERRORS: usize = 100;

/// What a client is told whose transport has one answer.
const NEEDS_STREAM: &str = "A subscription is answered by a stream: use a WebSocket, or accept `text/event-stream` or `multipart/mixed;subscriptionSpec=1.0`.";

/// One GraphQL request, whatever carried it.
#[derive(Debug, Clone, Default)]
pub struct GraphqlRequest {
    /// The document; empty when it is asked for by its id alone.
    pub query: String,
    /// Its id in the list of trusted documents.
    pub document_id: Option<String>,
    /// Which of its operations to run.
    pub operation_name: Option<String>,
    /// Variables as sent.
    pub variables: Map<String, Json>,
    /// Only queries may run (HTTP GET).
    pub read_only: bool,
    /// Tell how it was answered, in `extensions.plan`; heard where [`EngineOptions::plans`] is on.
    pub plan: bool,
}

/// What came of a GraphQL request.
#[derive(Debug)]
pub enum Answer {
    /// The operation ran: a whole response, `{"data": …, "errors": …}`.
    Executed(Vec<u8>),
    /// The document was refused before anything ran (syntax, validation, limits, variables): the JSON list of errors.
    Refused(Vec<u8>),
    /// A mutation where only queries may run: the JSON list of errors.
    ReadOnly(Vec<u8>),
    /// The caller has asked for more than it may in this time, and nothing ran.
    RateLimited {
        /// The JSON list of errors.
        errors: Vec<u8>,
        /// How long to wait.
        seconds: u32,
    },
    /// A subscription where one answer was asked for: the JSON list of errors.
    NotStreamed(Vec<u8>),
}

/// An answer, and how it came about.
#[derive(Debug)]
pub struct Explained {
    /// The answer.
    pub answer: Answer,
    /// How it came about; none when the document was refused.
    pub plan: Option<PlanReport>,
}

/// What came of a request that was not refused.
enum Ran {
    Executed(Data),
    /// Nothing ran.
    Not(Answer),
}

fn refused(mut errors: Vec<Json>) -> Answer {
    errors.truncate(MOST_ERRORS);
    Answer::Refused(Json::from(errors).to_string().into_bytes())
}

/// async-graphql's answers to `__schema` and `__type` as JSON, their keys in selection order; by response key.
pub(crate) type Introspection = HashMap<String, Vec<u8>>;

/// Runs GraphQL requests on a model and a database. Cheap to share behind an `Arc`.
pub struct Engine {
    model: Arc<Model>,
    database: Database,
    /// The same, for mutations: a replica may not know yet what they have written.
    primary: Database,
    chain: PermissionChain,
    options: EngineOptions,
    inputs: Arc<InputTable>,
    schema: LysSchema,
    documents: DocumentCache,
    trusted: Option<TrustedDocuments>,
    subscriptions: Arc<Subscriptions>,
}

impl Engine {
    /// An engine over a checked model.
    #[must_use]
    pub fn new(model: Arc<Model>, database: Database, chain: PermissionChain, options: EngineOptions) -> Self {
        let inputs = Arc::new(InputTable::of(&model));
        let schema = schema::build(&model, &inputs, options.introspection, options.suggestions);
        let documents = DocumentCache::new(options.plan_cache_bytes);
        let primary = database.primary();
        let subscriptions = Arc::default();
        Self { model, database, primary, chain, options, inputs, schema, documents, trusted: None, subscriptions }
    }

    /// The same engine, which runs these documents and no others.
    ///
    /// # Errors
    /// Every document that the schema does not answer, or that is beyond the limits.
    pub async fn trusting(mut self, documents: TrustedDocuments) -> Result<Self, StartError> {
        documents.check(&self.schema, &self.inputs, &self.options, self.model.getters.len()).await?;
        self.trusted = Some(documents);
        Ok(self)
    }

    /// The engine with events that `pub_sub` carries, instead of those of its own process.
    #[must_use]
    pub fn with_pub_sub(mut self, pub_sub: Arc<dyn PubSub>) -> Self {
        self.subscriptions = Arc::new(Subscriptions::new(pub_sub));
        self
    }

    /// What its streams share: publishes events, ends and changes sessions.
    #[must_use]
    pub fn subscriptions(&self) -> &Arc<Subscriptions> {
        &self.subscriptions
    }

    /// The model it serves.
    #[must_use]
    pub fn model(&self) -> &Arc<Model> {
        &self.model
    }

    /// Its database.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Who decides.
    #[must_use]
    pub fn chain(&self) -> &PermissionChain {
        &self.chain
    }

    /// The input types of its schema.
    #[cfg(feature = "testing")]
    pub(crate) fn inputs(&self) -> &InputTable {
        &self.inputs
    }

    /// Where a request's reads and writes of sensitive rows are recorded.
    pub(crate) fn journal<'r>(&self, request: &'r Request) -> Journal<'r> {
        Journal::new(request, self.options.audit_table)
    }

    /// The schema in SDL.
    #[must_use]
    pub fn sdl(&self) -> String {
        schema::sdl(&self.schema)
    }

    /// Bytes that cached plans are charged with, and how many documents they belong to.
    #[must_use]
    pub fn plan_cache(&self) -> (u64, u64) {
        self.documents.size()
    }

    /// Runs one request: looks its document up or prepares it, coerces the variables, decides, loads and writes.
    pub async fn execute(&self, request: &Request, graphql: &GraphqlRequest) -> Answer {
        let inspection = (graphql.plan && self.options.plans).then(|| Inspection::new(&self.database, false));
        // In a box: without its layers the type is one that callers can nest.
        match Box::pin(self.run(request, graphql, inspection.as_ref())).await {
            Ok(Ran::Executed(data)) => {
                let plan = inspection.and_then(|inspection| serde_json::to_vec(&inspection.report()).ok());
                Answer::Executed(data.into_response(plan.as_deref()))
            }
            Ok(Ran::Not(answer)) => answer,
            Err(errors) => refused(errors),
        }
    }

    /// Runs one request in order to tell how it is answered. Whatever a mutation writes is undone, and its work after commit is
    /// not begun; its payload is read before that.
    pub async fn explain(&self, request: &Request, graphql: &GraphqlRequest) -> Explained {
        let inspection = Inspection::new(&self.database, true);
        match Box::pin(self.run(request, graphql, Some(&inspection))).await {
            Ok(Ran::Executed(data)) => {
                Explained { answer: Answer::Executed(data.into_response(None)), plan: Some(inspection.report()) }
            }
            Ok(Ran::Not(answer)) => Explained { answer, plan: None },
            Err(errors) => Explained { answer: refused(errors), plan: None },
        }
    }

    async fn run(
        &self,
        request: &Request,
        graphql: &GraphqlRequest,
        inspection: Option<&Inspection>,
    ) -> Result<Ran, Vec<Json>> {
        let document = self.document(graphql, inspection).await?;
        if graphql.read_only && document.is_mutation() {
            let error = document_error(failure::READ_ONLY, "mutations are not allowed when using GET", &[]);
            return Ok(Ran::Not(Answer::ReadOnly(Json::from(vec![error]).to_string().into_bytes())));
        }
        if document.is_subscription() {
            let error = document_error(SUBSCRIPTION_NEEDS_STREAM, NEEDS_STREAM, &[]);
            return Ok(Ran::Not(Answer::NotStreamed(Json::from(vec![error]).to_string().into_bytes())));
        }
        let variables = coerce::variables(document.variables(), &graphql.variables, &self.inputs)?;
        let plan = document.plan(&variables, &self.model, &self.inputs, &self.options, &[])?;
        let cost = cost::estimate(&plan, &variables, &self.model, &self.options);
        if let Some(inspection) = inspection {
            inspection.saw_cost(cost);
        }
        cost::check(cost, &self.options)?;
        if let Err(exceeded) = charge::charge(request, &plan).await {
            return Ok(Ran::Not(charge::refused(exceeded)));
        }
        let introspection = if plan.wants_introspection() {
            Box::pin(self.introspect(&document, graphql, request)).await?
        } else {
            Introspection::default()
        };
        let inspected;
        let database = match (inspection, plan.root) {
            (None, Root::Query | Root::Subscription) => &self.database,
            (None, Root::Mutation) => &self.primary,
            (Some(inspection), Root::Query | Root::Subscription) => &inspection.database,
            (Some(inspection), Root::Mutation) => {
                inspected = inspection.database.primary();
                &inspected
            }
        };
        if let Some(inspection) = inspection {
            inspection.saw_consistency(self.consistency(&plan));
        }
        let reads = self.reads(&plan, database);
        let reads = reads.as_ref().unwrap_or(database);
        let variables = &variables;
        let introspection = &introspection;
        let grants = Grants::decide(&plan, &self.model, &self.chain, &request.actor, inspection);
        let narrowed;
        let journal = self.journal(request);
        let (grants, journal) = (&grants, &journal);
        let run = Run { engine: self, database, reads, request, variables, introspection, inspection, grants, journal };
        let decisions = run.decide(&plan);
        let denied = run.denied(&plan, &decisions);
        let data = if denied.is_empty() || plan.root == Root::Mutation {
            run.data(&plan, &decisions, &denied).await
        } else {
            narrowed = document.plan(variables, &self.model, &self.inputs, &self.options, &denied)?;
            run.data(&narrowed, &decisions, &[]).await
        };
        reads.end().await;
        journal.close(&self.database).await;
        Ok(Ran::Executed(data))
    }

    /// The handle that a query's rows are read with, if it needs one of its own. A mutation's payloads are read after their commits,
    /// each of its own moment.
    fn reads(&self, plan: &Plan, database: &Database) -> Option<Database> {
        match (plan.root, self.consistency(plan)) {
            (Root::Query, Consistency::Snapshot) => Some(database.at_one_moment()),
            _ if plan.branches && self.options.lanes > 1 => Some(database.in_lanes(self.options.lanes)),
            _ => None,
        }
    }

    /// A query is of one moment as a whole as soon as one of its operations asks for that.
    fn consistency(&self, plan: &Plan) -> Consistency {
        let project = self.options.consistency;
        let of_operation = |name: &str| self.model.operations[name].definition.consistency;
        let getters = plan.lookups().flat_map(|lookup| &lookup.types).flat_map(|ty| &ty.getters).copied();
        let mut operations = plan.operations().map(|plan| plan.operation).chain(getters);
        match plan.root {
            Root::Query | Root::Subscription
                if operations.any(|name| of_operation(name).unwrap_or(project) == Consistency::Snapshot) =>
            {
                Consistency::Snapshot
            }
            Root::Query | Root::Subscription => Consistency::Statement,
            Root::Mutation => project,
        }
    }

    /// The document of a request: known, or parsed, limited, validated and remembered.
    async fn document(
        &self,
        graphql: &GraphqlRequest,
        inspection: Option<&Inspection>,
    ) -> Result<Arc<Document>, Vec<Json>> {
        let inspection = inspection.map(|inspection| (inspection, Instant::now()));
        let (text, operation) = (trusted::text(self.trusted.as_ref(), graphql)?, graphql.operation_name.as_deref());
        let known = self.documents.get(text, operation);
        let is_known = known.is_some();
        let document = match known {
            Some(document) => document,
            None => Box::pin(self.prepare(text, operation)).await?,
        };
        if let Some((inspection, started)) = inspection {
            inspection.saw_document(is_known, started.elapsed());
        }
        Ok(document)
    }

    async fn prepare(&self, text: &str, operation: Option<&str>) -> Result<Arc<Document>, Vec<Json>> {
        let types = self.model.getters.len();
        let document = Document::prepare(text, operation, &self.schema, &self.inputs, &self.options, types).await?;
        let document = Arc::new(document);
        self.documents.insert(text, operation, &document);
        Ok(document)
    }

    /// async-graphql's answers to `__schema` and `__type`, by response key.
    async fn introspect(
        &self,
        document: &Document,
        graphql: &GraphqlRequest,
        request: &Request,
    ) -> Result<Introspection, Vec<Json>> {
        let failed = |cause: &str| vec![failure::internal_document_error(&request.id, cause)];
        let mut introspection = async_graphql::Request::new(&graphql.query)
            .variables(async_graphql::Variables::from_json(graphql.variables.clone().into()))
            .data(schema::Introspect);
        introspection.set_parsed_query(document.visible());
        if let Some(name) = &graphql.operation_name {
            introspection = introspection.operation_name(name);
        }
        let response = self.schema.execute(introspection).await;
        match response.data {
            ConstValue::Object(data) if response.errors.is_empty() => data
                .iter()
                .map(|(key, value)| Ok((key.to_string(), serde_json::to_vec(value)?)))
                .collect::<serde_json::Result<_>>()
                .map_err(|error| failed(&error.to_string())),
            _ => Err(failed(&format!("introspection: {:?}", response.errors))),
        }
    }
}
