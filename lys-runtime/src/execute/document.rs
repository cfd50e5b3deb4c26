//! Documents: parsed, limited, validated and compiled once, then found again by their text.
//!
//! A document holds one plan for each combination of the variables in its `@skip` and `@include`. It holds nothing of a request.

use std::{
    cell::RefCell,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{
    Name, Pos, Positioned,
    parser::{
        self, parse_query,
        types::{BaseType, ExecutableDocument, OperationDefinition, OperationType, Type},
    },
};
use moka::sync::Cache;
use serde_json::Value as Json;

use super::{
    EngineOptions,
    coerce::{self, Origin, Variable, Variables},
    collect::{Source, Switches, switch_names},
    compile::Compiler,
    failure::{BAD_USER_INPUT, PARSE_FAILED, VALIDATION_FAILED, document_error},
    limits,
    plan::{Plan, RootKind, Shown},
    positions, single_root, typename,
};
use crate::{
    app::Model,
    output::TypeRef,
    schema::{
        InputTable, LysSchema,
        shapes::{self, Overlaps},
    },
};

/// Plans of one document that are kept; further combinations are compiled on each request.
const PLANS_OF_A_DOCUMENT: usize = 8;
/// Longer documents are not kept.
const LONGEST_KEPT: usize = 64 << 10;
/// What a kept document is charged with: its text as key and as tree, and each plan by its fields, fragments expanded.
const BYTES_PER_DOCUMENT: usize = 2048;
const BYTES_PER_LETTER: usize = 16;
const BYTES_PER_FIELD: usize = 256;

/// What tells the plans of a document apart: switches, and guarded fields that are left out.
type Shape = (Switches, Vec<Shown>);

/// A validated document with the operation to run.
#[derive(Debug)]
pub(crate) struct Document {
    parsed: ExecutableDocument,
    operation_name: Option<Name>,
    variables: Vec<Variable>,
    switches: Vec<Box<str>>,
    /// What it is charged with in the cache.
    weight: u32,
    plans: Mutex<Vec<(Shape, Arc<Plan>)>>,
}

impl Document {
    /// Parses a document, checks its limits and validates it.
    pub(crate) async fn prepare(
        text: &str,
        asked: Option<&str>,
        schema: &LysSchema,
        inputs: &InputTable,
        options: &EngineOptions,
        lookup_types: usize,
    ) -> Result<Self, Vec<Json>> {
        limits::check_tokens(text)?;
        let parsed = parse_query(text).map_err(|error| vec![syntax_error(&error)])?;
        let fields = limits::check(&parsed, options.depth_limit, options.alias_limit)?;
        check_introspection(&parsed, options)?;
        let operation_name = operation_name(&parsed, asked)?;
        let looks_up = !shapes::lookups(&parsed).is_empty();
        validate(&parsed, text, asked, schema, looks_up).await?;
        single_root::check(&parsed)?;

        let operation = &find(&parsed, operation_name.as_ref()).node;
        let variables = operation.variable_definitions.iter().map(|definition| Variable {
            name: definition.node.name.node.as_str().into(),
            ty: type_ref(&definition.node.var_type.node),
            default: definition.node.default_value.as_ref().map(|value| value.node.clone()),
            location: definition.pos,
        });
        let mut variables: Vec<Variable> = variables.collect();
        coerce_defaults(&mut variables, inputs)?;
        let switches = switch_names(&parsed);
        check_switches(&variables, &switches)?;
        // A selection on `node` is planned for each type that an id may be of.
        let fields = if looks_up { fields.saturating_mul(lookup_types.max(1)) } else { fields };
        let weight = weight(text.len(), fields, switches.len());
        Ok(Self { parsed, operation_name, variables, switches, weight, plans: Mutex::default() })
    }

    fn operation(&self) -> &Positioned<OperationDefinition> {
        find(&self.parsed, self.operation_name.as_ref())
    }

    /// The document for async-graphql.
    pub(crate) fn visible(&self) -> ExecutableDocument {
        typename::visible(self.parsed.clone())
    }

    pub(crate) fn is_mutation(&self) -> bool {
        self.operation().node.ty == OperationType::Mutation
    }

    pub(crate) fn is_subscription(&self) -> bool {
        self.operation().node.ty == OperationType::Subscription
    }

    pub(crate) fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// A variable with a default may be declared nullable and still decide on the plan; null is neither true nor false.
    fn check_switches_given(&self, variables: &Variables) -> Result<(), Vec<Json>> {
        let null = async_graphql_value::ConstValue::Null;
        match self.switches.iter().find(|name| variables.get(name) == Some(&null)) {
            Some(name) => {
                let text = format!("Variable \"${name}\" decides on @skip or @include, so it cannot be null.");
                Err(vec![document_error(BAD_USER_INPUT, &text, &[])])
            }
            None => Ok(()),
        }
    }

    /// The plan for the truth values that `variables` give to `@skip` and `@include`, without the fields of `denied`.
    pub(crate) fn plan(
        &self,
        variables: &Variables,
        model: &Model,
        inputs: &InputTable,
        options: &EngineOptions,
        denied: &[Shown],
    ) -> Result<Arc<Plan>, Vec<Json>> {
        self.check_switches_given(variables)?;
        let switches = Switches::of(&self.switches, variables);
        let known = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |(known, left_out): &Shape| *known == switches && left_out[..] == *denied;
        if let Some((_, plan)) = known.iter().find(|(shape, _)| is_same(shape)) {
            return Ok(plan.clone());
        }
        drop(known);
        let source = Source { document: &self.parsed, switches: &switches };
        let cycle_limit = options.cycle_limit;
        let found = RefCell::default();
        let compiler = Compiler {
            model,
            inputs,
            source,
            variables: &self.variables,
            cycle_limit,
            denied,
            found: &found,
            decision: 0,
        };
        let plan = Arc::new(compiler.operation(&self.operation().node).map_err(|error| vec![error])?);
        let mut known = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < PLANS_OF_A_DOCUMENT {
            known.push(((switches, denied.to_vec()), plan.clone()));
        }
        Ok(plan)
    }
}

impl Plan {
    /// Whether async-graphql has to answer a part of it.
    pub(crate) fn wants_introspection(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.kind, RootKind::Introspection))
    }
}

/// What was expected, without the parser's drawing of the line: it repeats literals, and a document may be one long line.
fn syntax_error(error: &parser::Error) -> Json {
    let text = match error {
        parser::Error::Syntax { message, .. } => {
            format!("Syntax Error: {}", message.rsplit("= ").next().unwrap_or_default())
        }
        error => error.to_string(),
    };
    document_error(PARSE_FAILED, &text, &error.positions().collect::<Vec<_>>())
}

/// Which operation of the document to run.
fn operation_name(document: &ExecutableDocument, asked: Option<&str>) -> Result<Option<Name>, Vec<Json>> {
    let refuse = |text: String| Err(vec![document_error(BAD_USER_INPUT, &text, &[])]);
    let mut operations = document.operations.iter();
    match asked {
        Some(asked) => match operations.find(|(name, _)| name.is_some_and(|name| name == asked)) {
            Some((name, _)) => Ok(name.cloned()),
            None => refuse("Unknown operation named in `operationName`.".to_owned()),
        },
        None => match (operations.next(), operations.next()) {
            (Some((name, _)), None) => Ok(name.cloned()),
            (None, _) => refuse("The document has no operation.".to_owned()),
            _ => refuse("Must provide operation name if query contains multiple operations.".to_owned()),
        },
    }
}

fn find<'d>(document: &'d ExecutableDocument, name: Option<&Name>) -> &'d Positioned<OperationDefinition> {
    let mut operations = document.operations.iter();
    let (_, operation) =
        operations.find(|(known, _)| *known == name).expect("the name was taken from the document itself");
    operation
}

/// The text of 10-core §7.2, one error for each field. `__typename` stays allowed.
fn check_introspection(document: &ExecutableDocument, options: &EngineOptions) -> Result<(), Vec<Json>> {
    if options.introspection {
        return Ok(());
    }
    let mut found = Vec::new();
    for (_, operation) in document.operations.iter() {
        introspection_fields(&operation.node.selection_set.node, &mut found);
    }
    for fragment in document.fragments.values() {
        introspection_fields(&fragment.node.selection_set.node, &mut found);
    }
    if found.is_empty() {
        return Ok(());
    }
    let error = |(name, location): (String, Pos)| {
        let text =
            format!("GraphQL introspection has been disabled, but the requested query contained the field '{name}'.");
        document_error(VALIDATION_FAILED, &text, &[location])
    };
    Err(found.into_iter().map(error).collect())
}

fn introspection_fields(set: &async_graphql::parser::types::SelectionSet, found: &mut Vec<(String, Pos)>) {
    use async_graphql::parser::types::Selection;
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                let name = field.node.name.node.as_str();
                if matches!(name, "__schema" | "__type") {
                    found.push((name.to_owned(), field.pos));
                }
                introspection_fields(&field.node.selection_set.node, found);
            }
            Selection::InlineFragment(fragment) => introspection_fields(&fragment.node.selection_set.node, found),
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// async-graphql's rules, without the request's variables: those are coerced by us on every request.
async fn validate(
    parsed: &ExecutableDocument,
    text: &str,
    asked: Option<&str>,
    schema: &LysSchema,
    looks_up: bool,
) -> Result<(), Vec<Json>> {
    let mut request = async_graphql::Request::new(text);
    if looks_up {
        request = request.data(Overlaps(Arc::new(parsed.clone())));
    }
    request.set_parsed_query(typename::visible(parsed.clone()));
    if let Some(name) = asked {
        request = request.operation_name(name);
    }
    let response = schema.execute(request).await;
    if response.errors.is_empty() {
        return Ok(());
    }
    let error = |error: async_graphql::ServerError| document_error(VALIDATION_FAILED, &error.message, &error.locations);
    Err(response.errors.into_iter().map(error).collect())
}

fn type_ref(ty: &Type) -> TypeRef {
    let inner = match &ty.base {
        BaseType::Named(name) => TypeRef::named(name.to_string()),
        BaseType::List(item) => TypeRef::list(type_ref(item)),
    };
    if ty.nullable { inner.optional() } else { inner }
}

/// Every combination of switches may get a plan, as far as plans are kept.
fn weight(letters: usize, fields: usize, switches: usize) -> u32 {
    let plans = 1_usize.checked_shl(u32::try_from(switches).unwrap_or(u32::MAX)).unwrap_or(usize::MAX);
    let bytes =
        BYTES_PER_DOCUMENT + letters * BYTES_PER_LETTER + plans.min(PLANS_OF_A_DOCUMENT) * fields * BYTES_PER_FIELD;
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Documents by text and operation name, bounded by bytes.
pub(crate) struct DocumentCache(Cache<String, Arc<Document>>);

impl DocumentCache {
    pub(crate) fn new(bytes: u64) -> Self {
        let weigher = |_: &String, document: &Arc<Document>| document.weight;
        Self(Cache::builder().max_capacity(bytes).weigher(weigher).build())
    }

    pub(crate) fn get(&self, text: &str, operation: Option<&str>) -> Option<Arc<Document>> {
        match operation {
            None => self.0.get(text),
            Some(name) => self.0.get(&named(name, text)),
        }
    }

    pub(crate) fn insert(&self, text: &str, operation: Option<&str>, document: &Arc<Document>) {
        if text.len() > LONGEST_KEPT {
            return;
        }
        let key = match operation {
            None => text.to_owned(),
            Some(name) => named(name, text),
        };
        self.0.insert(key, document.clone());
    }

    /// Charged bytes and number of documents.
    pub(crate) fn size(&self) -> (u64, u64) {
        self.0.run_pending_tasks();
        (self.0.weighted_size(), self.0.entry_count())
    }
}

/// A document cannot contain NUL, so the key is unambiguous.
fn named(name: &str, query: &str) -> String {
    format!("{name}\0{query}")
}

/// Validation leaves the arguments of directives out.
fn check_switches(variables: &[Variable], switches: &[Box<str>]) -> Result<(), Vec<Json>> {
    for variable in variables.iter().filter(|variable| switches.contains(&variable.name)) {
        positions::check_switch(variable).map_err(|mistake| {
            let text = format!("Invalid value for argument \"if\"; {}.", mistake.describe());
            vec![document_error(VALIDATION_FAILED, &text, &[variable.location])]
        })?;
    }
    Ok(())
}

/// Defaults of variables are coerced like values, once the types are known.
fn coerce_defaults(variables: &mut [Variable], inputs: &InputTable) -> Result<(), Vec<Json>> {
    for variable in variables {
        if let Some(default) = variable.default.take() {
            let coerced = coerce::coerce(default, &variable.ty, inputs, Origin::Literal, 0).map_err(|mistake| {
                let text =
                    format!("Variable \"${}\" has an invalid default value; {}.", variable.name, mistake.describe());
                vec![document_error(VALIDATION_FAILED, &text, &[variable.location])]
            })?;
            variable.default = Some(coerced);
        }
    }
    Ok(())
}
