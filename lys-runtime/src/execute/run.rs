//! Running a plan: decide on every root field first, then answer them in order (00-design §2 P2, P4).

use serde_json::Value as Json;

use super::{
    Engine, Introspection, arguments,
    coerce::Variables,
    cursor::Listing,
    failure::{Masking, null_in_non_null},
    filter,
    grants::Grants,
    inspect::{self, Inspection},
    load::Loader,
    lookup::Asked,
    order,
    plan::{OperationPlan, PageShape, Plan, RootField, RootKind, Shape, Shown},
    sort,
    write::Writer,
};
use crate::{
    access::{Decision, audit::Journal},
    app::OperationEntry,
    context::{Context, Request},
    data::{Database, select::RowSelect, trace::within},
    error::{Error, Result, code},
    name::camel_case,
    operation::{Answer as Resolution, ArgumentValues, Authorized, OperationDef, OutputDef, Root},
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
    /// The same, as the rows of this document are to be read.
    pub(crate) reads: &'a Database,
    /// Who watches, if the plan is asked for.
    pub(crate) inspection: Option<&'a Inspection>,
    /// What was decided on fields with an access of their own.
    pub(crate) grants: &'a Grants,
    /// Where reads and writes of sensitive rows are recorded.
    pub(crate) journal: &'a Journal<'a>,
}

/// What was decided on a root field.
pub(crate) enum Decided {
    /// Nothing has to be.
    Nothing,
    Operation(Result<Decision>),
    Lookup(Result<Asked>),
}

impl Decided {
    /// The decision with this number in the plan, if it was made on this root field and allows something.
    fn numbered(&self, number: usize, field: &RootField) -> Option<&Decision> {
        match (self, &field.kind) {
            (Self::Operation(decision), RootKind::Operation(operation)) if operation.decision == number => {
                decision.as_ref().ok()
            }
            (Self::Lookup(Ok(asked)), RootKind::Lookup(lookup)) => {
                let at = lookup.types.iter().position(|ty| ty.decision == number)?;
                asked.decision(at)
            }
            _ => None,
        }
    }

    /// Why the root field is not answered.
    pub(super) fn refusal(&self) -> Option<&Error> {
        match self {
            Self::Nothing => None,
            Self::Operation(decision) => decision.as_ref().err(),
            Self::Lookup(asked) => asked.as_ref().err(),
        }
    }
}

const START: &[u8] = b"{\"data\":{";

/// The response while it is written: `data` is null as soon as a non-null root field is.
pub(crate) struct Data {
    /// `{"data":{` and what follows.
    pub(super) bytes: Vec<u8>,
    pub(super) errors: Vec<Json>,
    pub(super) nulled: bool,
}

impl Data {
    pub(super) fn new() -> Self {
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
    /// What is decided on the root fields of a plan.
    pub(crate) fn decide(&self, plan: &Plan) -> Vec<Decided> {
        plan.fields.iter().map(|field| self.decide_field(field)).collect()
    }

    /// The guarded fields that are selected and that their decision does not show.
    pub(crate) fn denied(&self, plan: &Plan, decisions: &[Decided]) -> Vec<Shown> {
        let is_denied = |(number, guarded): &Shown| {
            let mut decisions = plan.fields.iter().zip(decisions);
            let decision = decisions.find_map(|(field, decided)| decided.numbered(*number, field));
            decision.is_some_and(|decision| self.grants.check(*guarded, decision).is_err())
        };
        plan.shown.iter().filter(|shown| is_denied(shown)).copied().collect()
    }

    /// Everything that is answered. A mutation that shows one of `denied` is not begun: it could be sent again (50 A8).
    pub(crate) async fn data(&self, plan: &'a Plan, decisions: &[Decided], denied: &[Shown]) -> Data {
        let mut data = Data::new();
        self.refuse_denied(plan, decisions, &mut data);
        self.refuse_fields(plan, decisions, denied, &mut data);
        if !data.nulled {
            for (index, (field, decision)) in plan.fields.iter().zip(decisions).enumerate() {
                if index > 0 {
                    data.bytes.push(b',');
                }
                data.bytes.extend_from_slice(field.key.bare());
                let part = || inspect::part(&field.name);
                within(self.database.trace(), part, self.root_field(plan.root, field, decision, &mut data)).await;
                if data.nulled {
                    break;
                }
            }
        }
        data
    }

    pub(super) fn masking(&self) -> Masking<'a> {
        Masking { expose_causes: self.engine.options.expose_causes, request_id: &self.request.id }
    }

    /// The decision on a root field; none is needed for `__typename` and introspection.
    fn decide_field(&self, field: &RootField) -> Decided {
        match &field.kind {
            RootKind::Operation(operation) => {
                let definition = &self.engine.model.operations[operation.operation].definition;
                Decided::Operation(self.authorize(field, definition))
            }
            RootKind::Lookup(lookup) => Decided::Lookup(self.ask(field, lookup)),
            RootKind::Typename(_) | RootKind::Introspection | RootKind::Ping => Decided::Nothing,
        }
    }

    /// The decision on an operation that answers a root field.
    pub(super) fn authorize(&self, field: &RootField, definition: &OperationDef) -> Result<Decision> {
        let (chain, actor) = (&self.engine.chain, &self.request.actor);
        let decision = match self.inspection {
            None => chain.authorize(actor, definition.name, &definition.audience),
            Some(inspection) => inspection.decide(chain, actor, field, definition),
        };
        decision.map(|decision| decision.about(definition.output.entity()))
    }

    /// A denied non-null root field nulls the whole answer, so nothing else is run: all denials are listed. In a mutation a
    /// nullable one does too: clients send a refused mutation again, so nothing of it may have been written (50 A8).
    fn refuse_denied(&self, plan: &'a Plan, decisions: &[Decided], data: &mut Data) {
        for (field, decision) in plan.fields.iter().zip(decisions) {
            let Some(error) = decision.refusal() else { continue };
            if !field.is_nullable() || plan.root == Root::Mutation {
                let mut writer =
                    Writer::new(&field.name, field.location, field.operation(), self.masking(), Vec::new());
                writer.fail(error);
                data.errors.append(&mut writer.errors);
                data.nulled = true;
            }
        }
    }

    /// Lists the fields that a mutation may not show, at its root fields: there is no row yet.
    fn refuse_fields(&self, plan: &'a Plan, decisions: &[Decided], denied: &[Shown], data: &mut Data) {
        for (number, guarded) in denied {
            for (field, decided) in plan.fields.iter().zip(decisions) {
                let Some(decision) = decided.numbered(*number, field) else { continue };
                let Err(error) = self.grants.check(*guarded, decision) else { continue };
                let name = self.engine.model.guards.entry(guarded.guard).map(|entry| camel_case(entry.field));
                let error = error.with_extension("field", name);
                let mut writer =
                    Writer::new(&field.name, field.location, field.operation(), self.masking(), Vec::new());
                writer.fail(&error);
                data.errors.append(&mut writer.errors);
                data.nulled = true;
            }
        }
    }

    async fn root_field(&self, root: Root, field: &'a RootField, decided: &Decided, data: &mut Data) {
        match &field.kind {
            RootKind::Operation(_) | RootKind::Lookup(_) => {}
            RootKind::Typename(name) => return crate::output::writer::write_text(name, &mut data.bytes),
            RootKind::Ping => return data.bytes.extend_from_slice(b"\"pong\""),
            RootKind::Introspection => {
                let answer = self.introspection.get(&*field.name).map_or(&b"null"[..], Vec::as_slice);
                return data.bytes.extend_from_slice(answer);
            }
        }
        let bytes = std::mem::take(&mut data.bytes);
        let start = bytes.len();
        let mut writer = Writer::new(&field.name, field.location, field.operation(), self.masking(), bytes)
            .limited(self.engine.options.max_answer_bytes);
        let written = match (&field.kind, decided) {
            (RootKind::Operation(operation), Decided::Operation(Ok(decision))) => {
                self.operation(root, operation, decision, &mut writer).await
            }
            // In a box of its own, or it would make every request's future as large as it needs.
            (RootKind::Lookup(lookup), Decided::Lookup(Ok(asked))) => {
                Box::pin(self.lookup(lookup, asked, &mut writer)).await
            }
            (_, decided) => {
                if let Some(error) = decided.refusal() {
                    writer.fail(error);
                }
                Err(Nulled)
            }
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
            Err(Nulled) if field.is_nullable() && !data.nulled => {
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
            // In a box of its own, or it would make every query's future as large as it needs.
            Ok(values) if root == Root::Mutation => Box::pin(self.mutate(entry, plan, decision, values, writer)).await,
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
        let context = self.context(plan.operation, decision, self.reads);
        let call = Authorized { context: &context, arguments: arguments.clone(), siblings: None };
        let resolution = (entry.definition.resolve)(call).await?.0;
        self.complete(&context, plan, resolution, &arguments, writer).await
    }

    pub(super) fn context<'c>(
        &'c self,
        operation: &'c str,
        decision: &'c Decision,
        database: &'c Database,
    ) -> Context<'c> {
        Context {
            request: self.request,
            model: &self.engine.model,
            database,
            decision,
            transaction: None,
            after_commit: None,
            subscriptions: &self.engine.subscriptions,
            audit: self.journal.trail(operation),
        }
    }

    /// What reads rows for `operation`.
    pub(super) fn loader<'c>(&self, context: &'c Context<'c>, operation: &'c str) -> Loader<'c>
    where
        'a: 'c,
    {
        Loader {
            context,
            variables: self.variables,
            inputs: &self.engine.inputs,
            operation,
            options: &self.engine.options,
            masking: self.masking(),
            grants: self.grants,
        }
    }

    /// Reads what the selection asks for, and writes it.
    pub(super) async fn complete(
        &self,
        context: &Context<'_>,
        plan: &'a OperationPlan,
        resolution: Resolution,
        arguments: &ArgumentValues,
        writer: &mut Writer<'a>,
    ) -> Result<Written> {
        let loader = self.loader(context, plan.operation);
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
                // In a box of its own, or it would make every request's future as large as the largest page needs.
                Box::pin(self.page(&loader, plan, shape, select, arguments, writer)).await
            }
            (Resolution::Value(value), Shape::Value(selection)) => {
                let written = value.write(&mut ValueWriter::new(selection.as_ref(), &mut writer.bytes));
                written.map(Ok).map_err(|Nulled| null_in_non_null("the root", plan.operation))
            }
            _ => Err(mismatch(plan)),
        }
    }

    async fn page(
        &self,
        loader: &Loader<'_>,
        plan: &'a OperationPlan,
        shape: &'a PageShape,
        mut select: RowSelect,
        arguments: &ArgumentValues,
        writer: &mut Writer<'a>,
    ) -> Result<Written> {
        let model = &self.engine.model;
        let node = match &model.operations[plan.operation].definition.output {
            OutputDef::Connection { node, .. } => *node,
            _ => return Err(mismatch(plan)),
        };
        self.check_arguments(plan, shape, arguments, loader)?;
        if !model.guards.is_empty() {
            // What the caller may not see is no place in the list either: it would be in every cursor.
            let guarded = |column| model.guards.of_column(shape.node, column, shape.limited);
            select.order.retain(|term| guarded(term.column).is_none_or(|guarded| loader.check(guarded).is_ok()));
        }
        let filter = match model.filters.get(plan.operation) {
            Some(filter) => filter::given(filter, arguments)?,
            None => None,
        };
        let (filter, condition) = filter.map(|filter| (filter.value, filter.condition)).unzip();
        select.conditions.extend(condition);
        let sort = match model.sorts.get(plan.operation) {
            Some(sorting) => sort::given(sorting, arguments)?,
            None => None,
        };
        let order = order::order(arguments, model.orders.get(node), &select);
        let list = match &sort {
            None => Listing { entity: loader.entity(&shape.level), order: &order, filter, sort: None },
            Some(sort) => Listing { entity: sort.entity(), order: &sort.order, filter, sort: Some(sort) },
        };
        let about = || loader.about("page", &shape.level, &loader.root_scope(&shape.level));
        let page = within(self.database.trace(), about, loader.page(shape, &select, list, arguments)).await?;
        Ok(writer.page(shape, &page.view(), loader))
    }
}

impl Run<'_> {
    /// Whether the caller may ask for what the arguments of a page name.
    fn check_arguments(
        &self,
        plan: &OperationPlan,
        shape: &PageShape,
        arguments: &ArgumentValues,
        loader: &Loader<'_>,
    ) -> Result<()> {
        let model = &self.engine.model;
        let mut guarded = Vec::new();
        if let (Some(filter), Some(value)) = (model.filters.get(plan.operation), arguments.get("filter")) {
            filter::guards(filter, value, &mut guarded);
        }
        if let (Some(sorting), Some(value)) = (model.sorts.get(plan.operation), arguments.get("sort")) {
            sort::guards(sorting, value, &mut guarded);
        }
        guarded.into_iter().try_for_each(|guarded| loader.check(guarded))?;
        loader.check_order(shape, arguments, model.orders.get(shape.node))
    }
}

fn mismatch(plan: &OperationPlan) -> Error {
    Error::internal(format!("the resolver of `{}` answered with another shape than it declared", plan.operation))
        .with_detail(code::INTERNAL_ERROR)
}
