//! Compilation: a validated document becomes a plan.

use std::{cell::RefCell, collections::BTreeSet};

use async_graphql::{
    Pos, Positioned,
    parser::types::{Field as DocumentField, OperationDefinition, OperationType, SelectionSet},
};
use async_graphql_value::{ConstValue, Value};
use serde_json::Value as Json;

use super::{
    coerce::{self, Origin, Variable, Variables},
    collect::{Collected, Fields, Source, collect},
    failure::{VALIDATION_FAILED, document_error},
    level::LevelBuilder,
    plan::{
        ArgumentSource, EdgeField, EdgeFieldKind, InfoField, InfoFieldKind, Lookup, LookupType, OperationPlan,
        PageField, PageFieldKind, PageShape, PageWants, Plan, PlannedArgument, RootField, RootKind, RowShape, Shape,
        Shown,
    },
    positions,
};
use crate::{
    app::{
        Model, OperationEntry,
        getters::{NODE, NODES, root_fields},
        guards::Guarded,
    },
    name::camel_case,
    operation::{OutputDef, Root},
    output::{
        ObjectDef, TypeRef,
        key::Key,
        writer::{ObjectPlan, PlannedField, write_text},
    },
    schema::{InputTable, PAGE_INFO, arguments, connection_name, edge_name},
};

/// What compilation reads.
#[derive(Clone, Copy)]
pub(crate) struct Compiler<'d> {
    pub(crate) model: &'d Model,
    pub(crate) inputs: &'d InputTable,
    pub(crate) source: Source<'d>,
    pub(crate) variables: &'d [Variable],
    /// How often an entity may occur on one path.
    pub(crate) cycle_limit: usize,
    /// Guarded fields that the caller may not read.
    pub(crate) denied: &'d [Shown],
    /// What is found on the way.
    pub(crate) found: &'d RefCell<Found>,
    /// The number of the decision that rows are read with.
    pub(crate) decision: usize,
}

/// What compilation finds beside the plan's fields.
#[derive(Debug, Default)]
pub(crate) struct Found {
    decisions: usize,
    guards: BTreeSet<u16>,
    shown: BTreeSet<Shown>,
}

/// Compiling stops at the first fault: validation has let the document through, so there are hardly any.
pub(crate) type Compiled<T> = Result<T, Json>;

impl<'d> Compiler<'d> {
    /// The plan of `operation`.
    pub(crate) fn operation(&self, operation: &'d OperationDefinition) -> Compiled<Plan> {
        let (root, name) = match operation.ty {
            OperationType::Query => (Root::Query, "Query"),
            OperationType::Mutation => (Root::Mutation, "Mutation"),
            OperationType::Subscription => (Root::Subscription, "Subscription"),
        };
        let fields = self.fields(&[&operation.selection_set.node], name)?;
        let fields = fields
            .iter()
            .map(|(key, collected)| self.root_field(root, name, key, collected))
            .collect::<Compiled<Vec<_>>>()?;
        let mut plan = Plan::new(root, fields);
        let Found { guards, shown, .. } = self.found.take();
        (plan.guards, plan.shown) = (guards.into_iter().collect(), shown.into_iter().collect());
        Ok(plan)
    }

    /// The same, below the next decision of the plan.
    fn below_decision(&self) -> Self {
        let mut found = self.found.borrow_mut();
        found.decisions += 1;
        Self { decision: found.decisions - 1, ..*self }
    }

    /// Notes that a guarded field is selected; whether the caller may read it.
    pub(super) fn shows(&self, guarded: Guarded) -> bool {
        let mut found = self.found.borrow_mut();
        found.guards.insert(guarded.guard);
        found.shown.insert((self.decision, guarded));
        !self.denied.contains(&(self.decision, guarded))
    }

    /// Notes guarded fields that are summed up: a mutation whose caller may not see them is not begun.
    pub(super) fn may_show(&self, guarded: impl IntoIterator<Item = Guarded>) {
        for guarded in guarded {
            let _refused_where_it_stands = self.shows(guarded);
        }
    }

    /// Notes guarded fields that arguments may name.
    pub(super) fn may_use(&self, guarded: impl IntoIterator<Item = Guarded>) {
        self.found.borrow_mut().guards.extend(guarded.into_iter().map(|guarded| guarded.guard));
    }

    /// Collects fields on a type without interfaces.
    pub(super) fn fields(&self, sets: &[&'d SelectionSet], type_name: &str) -> Compiled<Fields<'d>> {
        collect(self.source, sets, &|condition| condition == type_name)
    }

    fn root_field(
        &self,
        root: Root,
        type_name: &'static str,
        key: &str,
        collected: &Collected<'d>,
    ) -> Compiled<RootField> {
        let name = collected.name();
        let kind = match name {
            "__typename" => RootKind::Typename(type_name),
            "__schema" | "__type" => RootKind::Introspection,
            _ => {
                let entry = self.model.operations().find(|entry| entry.definition.root == root && entry.field == name);
                match entry {
                    Some(entry) => RootKind::Operation(self.below_decision().operation_plan(entry, collected)?),
                    None if name == "ping" => RootKind::Ping,
                    None if root == Root::Query && [NODE, NODES].contains(&name) => {
                        RootKind::Lookup(self.lookup(name == NODES, collected)?)
                    }
                    None => return Err(unknown_field(name, type_name, collected.first.pos)),
                }
            }
        };
        Ok(RootField { key: Key::new(key), name: key.into(), location: collected.first.pos, kind })
    }

    fn operation_plan(&self, entry: &'d OperationEntry, collected: &Collected<'d>) -> Compiled<OperationPlan> {
        let declared: Vec<(String, TypeRef)> = arguments::of_operation(entry, self.model)
            .into_iter()
            .map(|argument| (argument.name, argument.ty))
            .collect();
        let arguments = self.arguments(&declared, collected.first)?;
        self.guards_of_arguments(entry, &arguments);
        let (shape, nullable) = match &entry.definition.output {
            OutputDef::Node { node, .. } if entry.definition.many => (self.list(node, &collected.sets)?, false),
            OutputDef::Node { node, nullable, .. } => (Shape::Row(self.row(node, &collected.sets)?), *nullable),
            OutputDef::Connection { node, .. } => {
                let level = LevelBuilder::new(*self, self.node(node)?.entity);
                (Shape::Page(self.page(node, level, &collected.sets)?), false)
            }
            OutputDef::Success { .. } => {
                (Shape::Value(self.object(&TypeRef::named("SuccessNode"), &collected.sets)?), false)
            }
            OutputDef::Value { ty, .. } => (Shape::Value(self.object(ty, &collected.sets)?), ty.is_nullable()),
        };
        let decision = self.decision;
        Ok(OperationPlan { operation: entry.definition.name, arguments, nullable, shape, decision })
    }

    /// What the arguments of an operation may name, as far as they are given.
    fn guards_of_arguments(&self, entry: &OperationEntry, arguments: &[PlannedArgument]) {
        let is_given = |name: &str| arguments.iter().any(|argument| &*argument.name == name);
        let name = entry.definition.name;
        if let Some(filter) = self.model.filters.get(name).filter(|_| is_given("filter")) {
            self.may_use(filter.guards());
        }
        if let Some(sorting) = self.model.sorts.get(name).filter(|_| is_given("sort")) {
            self.may_use(sorting.input.guards());
        }
    }

    /// The selection on `node` or `nodes`, for each type that an id may be of.
    fn lookup(&self, many: bool, collected: &Collected<'d>) -> Compiled<Lookup> {
        let name = if many { NODES } else { NODE };
        let declared = root_fields().into_iter().filter(|field| field.name == name);
        let declared: Vec<_> = declared.map(|field| (field.argument.name, field.argument.ty)).collect();
        let arguments = self.arguments(&declared, collected.first)?;
        let types = self.model.getters.iter().map(|(node, getters)| {
            let node = self.node(node)?;
            let compiler = self.below_decision();
            let mut level = LevelBuilder::new(compiler, node.entity);
            let view = level.view(node, &collected.sets)?;
            let key = level.key_slot(0);
            let rows = RowShape { level: level.finish(), view };
            let (node, decision) = (node.definition.name, compiler.decision);
            Ok(LookupType { node, getters: getters.clone(), rows, key, decision })
        });
        Ok(Lookup { many, arguments, types: types.collect::<Compiled<_>>()? })
    }

    /// The given arguments of a field, literals coerced.
    pub(crate) fn arguments(
        &self,
        declared: &[(String, TypeRef)],
        field: &Positioned<DocumentField>,
    ) -> Compiled<Vec<PlannedArgument>> {
        let mut planned = Vec::new();
        for (name, ty) in declared {
            let Some(value) = field.node.get_argument(name) else {
                continue;
            };
            let invalid = |mistake: coerce::Mistake| {
                let text = format!("Invalid value for argument \"{name}\"; {}.", mistake.describe());
                document_error(VALIDATION_FAILED, &text, &[value.pos])
            };
            if coerce::has_variable(&value.node) {
                positions::check(&value.node, ty, self.variables, self.inputs).map_err(invalid)?;
            }
            let source = match &value.node {
                Value::Variable(variable) => ArgumentSource::Variable(variable.as_str().into()),
                literal if coerce::has_variable(literal) => ArgumentSource::Template(literal.clone()),
                literal => {
                    let literal = coerce::substitute(literal, &Variables::default()).unwrap_or(ConstValue::Null);
                    ArgumentSource::Literal(
                        coerce::coerce(literal, ty, self.inputs, Origin::Literal, 0).map_err(invalid)?,
                    )
                }
            };
            planned.push(PlannedArgument { name: name.as_str().into(), ty: ty.clone(), source });
        }
        Ok(planned)
    }

    fn row(&self, node: &str, sets: &[&'d SelectionSet]) -> Compiled<RowShape> {
        let node = self.node(node)?;
        let mut level = LevelBuilder::new(*self, node.entity);
        let view = level.view(node, sets)?;
        Ok(RowShape { level: level.finish(), view })
    }

    fn list(&self, node: &str, sets: &[&'d SelectionSet]) -> Compiled<Shape> {
        let node = self.node(node)?;
        let mut level = LevelBuilder::new(*self, node.entity);
        let view = level.view(node, sets)?;
        let key = level.key_slot(0);
        Ok(Shape::List(RowShape { level: level.finish(), view }, key))
    }

    /// The node called `name`; the boot checks have made sure that it exists.
    pub(crate) fn node(&self, name: &str) -> Compiled<&'d crate::app::NodeEntry> {
        self.model.nodes.get(name).ok_or_else(|| unknown_field("node", name, Pos::default()))
    }

    /// The selection `sets` on a connection of `node` whose rows are those of `level`.
    pub(crate) fn page(
        &self,
        node: &'d str,
        mut level: LevelBuilder<'d>,
        sets: &[&'d SelectionSet],
    ) -> Compiled<PageShape> {
        let mut wants = PageWants::default();
        let type_name = connection_name(node);
        let (node_name, limited) = (self.node(node)?.definition.name, level.limited);
        // Whatever it is sorted by, `orderBy` or the author's own order: no cursor carries what its reader may not see.
        self.may_use(self.model.guards.of_columns(node_name, limited));
        let (mut fields, mut aggregates) = (Vec::new(), Vec::new());
        for (key, collected) in &self.fields(sets, &type_name)? {
            let kind = match collected.name() {
                "__typename" => PageFieldKind::Typename(json_text(&type_name)),
                "edges" => {
                    wants.rows = true;
                    PageFieldKind::Edges(self.edges(node, &mut level, &collected.sets, &mut wants)?)
                }
                "pageInfo" => PageFieldKind::Info(self.page_info(&collected.sets, &mut wants)?),
                name => {
                    let aggregate = self.aggregate(node, limited, collected)?;
                    aggregates.push(aggregate.ok_or_else(|| unknown_field(name, &type_name, collected.first.pos))?);
                    PageFieldKind::Aggregate(aggregates.len() - 1)
                }
            };
            fields.push(PageField { key: Key::new(key), name: (*key).into(), kind });
        }
        Ok(PageShape { node: node_name, limited, level: level.finish(), fields, wants, aggregates })
    }

    fn edges(
        &self,
        node: &str,
        level: &mut LevelBuilder<'d>,
        sets: &[&'d SelectionSet],
        wants: &mut PageWants,
    ) -> Compiled<Vec<EdgeField>> {
        let type_name = edge_name(node);
        let mut fields = Vec::new();
        for (key, collected) in &self.fields(sets, &type_name)? {
            let kind = match collected.name() {
                "__typename" => EdgeFieldKind::Typename(json_text(&type_name)),
                "cursor" => {
                    wants.cursors = true;
                    EdgeFieldKind::Cursor
                }
                "node" => EdgeFieldKind::Node(level.view(self.node(node)?, &collected.sets)?),
                name => return Err(unknown_field(name, &type_name, collected.first.pos)),
            };
            fields.push(EdgeField { key: Key::new(key), name: (*key).into(), kind });
        }
        Ok(fields)
    }

    fn page_info(&self, sets: &[&'d SelectionSet], wants: &mut PageWants) -> Compiled<Vec<InfoField>> {
        let mut fields = Vec::new();
        for (key, collected) in &self.fields(sets, PAGE_INFO)? {
            let kind = match collected.name() {
                "__typename" => InfoFieldKind::Typename(json_text(PAGE_INFO)),
                "hasNextPage" => InfoFieldKind::HasNextPage,
                "hasPreviousPage" => InfoFieldKind::HasPreviousPage,
                "startCursor" => InfoFieldKind::StartCursor,
                "endCursor" => InfoFieldKind::EndCursor,
                "totalCount" => InfoFieldKind::TotalCount,
                name => return Err(unknown_field(name, PAGE_INFO, collected.first.pos)),
            };
            match kind {
                InfoFieldKind::Typename(_) => {}
                InfoFieldKind::HasNextPage => (wants.rows, wants.has_next) = (true, true),
                InfoFieldKind::HasPreviousPage => (wants.rows, wants.has_previous) = (true, true),
                InfoFieldKind::StartCursor | InfoFieldKind::EndCursor => (wants.rows, wants.cursors) = (true, true),
                InfoFieldKind::TotalCount => wants.total_count = true,
            }
            fields.push(InfoField { key: Key::new(key), kind });
        }
        Ok(fields)
    }

    /// The selection on a plain value: nothing for scalars and enums.
    pub(crate) fn object(&self, ty: &TypeRef, sets: &[&'d SelectionSet]) -> Compiled<Option<ObjectPlan>> {
        let Some(object) = self.model.outputs.objects.get(ty.name()) else {
            return Ok(None);
        };
        let mut fields = Vec::new();
        for (key, collected) in &self.fields(sets, object.name)? {
            fields.push(self.object_field(object, key, collected)?);
        }
        Ok(Some(ObjectPlan { type_name: object.name, fields }))
    }

    fn object_field(&self, object: &ObjectDef, key: &str, collected: &Collected<'d>) -> Compiled<PlannedField> {
        let name = collected.name();
        if name == "__typename" {
            return Ok(PlannedField { key: Key::new(key), field: None, selection: None });
        }
        let index = object.fields.iter().position(|field| camel_case(field.name) == name);
        let index = index.ok_or_else(|| unknown_field(name, object.name, collected.first.pos))?;
        let selection = self.object(&object.fields[index].ty, &collected.sets)?;
        Ok(PlannedField { key: Key::new(key), field: Some(index), selection })
    }
}

/// A field that validation should have refused.
pub(crate) fn unknown_field(name: &str, type_name: &str, location: Pos) -> Json {
    document_error(VALIDATION_FAILED, &format!("Unknown field \"{name}\" on type \"{type_name}\"."), &[location])
}

/// `"text"`
pub(crate) fn json_text(text: &str) -> Box<[u8]> {
    let mut bytes = Vec::with_capacity(text.len() + 2);
    write_text(text, &mut bytes);
    bytes.into()
}
