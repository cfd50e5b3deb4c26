//! What `filter(…)` means in a project: types and names come from the nodes that show the rows, so it is settled on the whole.

use indexmap::IndexMap;
use sea_orm::Value;

use super::{
    Model, NodeEntry, StartError,
    guards::{self, Guarded},
    shown,
};
use crate::{
    connection::{FilterDef, FilterValues, Operators},
    entity::{ColumnKind, EntityDef},
    input::{InputTypes, decode::Decode},
    name::pascal_case,
    operation::OutputDef,
    output::TypeRef,
};

/// An input object that chooses rows of one entity.
#[derive(Debug, Clone)]
pub(crate) struct FilterInput {
    /// GraphQL name.
    pub(crate) name: String,
    pub(crate) fields: Vec<FilterField>,
}

/// One field of it.
#[derive(Debug, Clone)]
pub(crate) struct FilterField {
    /// `snake_case` name.
    pub(crate) name: &'static str,
    pub(crate) kind: FilterKind,
    /// What it takes to ask for it.
    pub(crate) guard: Option<Guarded>,
}

#[derive(Debug, Clone)]
pub(crate) enum FilterKind {
    Column { column: u16, operators: OperatorInput, values: Values },
    ToOne { relation: u16, filter: FilterInput },
    ToMany { relation: u16, list: String, filter: FilterInput },
}

/// An input object with what may be asked of a column; columns that are alike share it.
#[derive(Debug, Clone)]
pub(crate) struct OperatorInput {
    pub(crate) operators: Operators,
    /// GraphQL type of one value.
    pub(crate) ty: TypeRef,
    pub(crate) nullable: bool,
}

impl OperatorInput {
    /// GraphQL name.
    pub(crate) fn name(&self) -> String {
        format!("Lys{}{}Filter", if self.nullable { "Nullable" } else { "" }, self.ty.name())
    }
}

/// How values become bound values.
#[derive(Debug, Clone)]
pub(crate) enum Values {
    Scalar(Decode<Value>),
    /// Global ids of this node; their keys are UUIDs or text.
    Key {
        node: &'static str,
        kind: ColumnKind,
    },
}

impl FilterInput {
    /// What it takes to ask for everything in it.
    pub(crate) fn guards(&self) -> impl Iterator<Item = Guarded> {
        self.all().into_iter().flat_map(|input| input.fields.iter().filter_map(|field| field.guard))
    }

    /// This and all filters below it.
    pub(crate) fn all(&self) -> Vec<&Self> {
        let below = self.fields.iter().flat_map(|field| match &field.kind {
            FilterKind::Column { .. } => Vec::new(),
            FilterKind::ToOne { filter, .. } | FilterKind::ToMany { filter, .. } => filter.all(),
        });
        std::iter::once(self).chain(below).collect()
    }
}

/// Every type that filters add to the schema, and what it is.
pub(super) fn type_names(model: &Model) -> Vec<(String, String)> {
    let mut names = Vec::new();
    let mut shared = IndexMap::new();
    for (operation, filter) in &model.filters {
        let what = format!("the filter of `{operation}`");
        for input in filter.all() {
            names.push((input.name.clone(), what.clone()));
            for field in &input.fields {
                match &field.kind {
                    FilterKind::Column { operators, .. } => {
                        shared.insert(operators.name(), "lys".to_owned());
                    }
                    FilterKind::ToMany { list, .. } => names.push((list.clone(), what.clone())),
                    FilterKind::ToOne { .. } => {}
                }
            }
        }
    }
    names.extend(shared);
    names
}

/// Settles the filters of all connections.
pub(super) fn collect(model: &mut Model, faults: &mut StartError) {
    let mut inputs = std::mem::take(&mut model.inputs);
    let mut filters = IndexMap::new();
    for entry in model.operations.values() {
        let OutputDef::Connection { node, filter, .. } = &entry.definition.output else { continue };
        let Some(node) = model.nodes.get(node).filter(|_| !filter.is_empty()) else { continue };
        let place = format!("{}: `{}`", entry.source, entry.definition.name);
        let mut settling = Settling { model, inputs: &mut inputs, faults, place };
        let limited = guards::limits_root(&model.entities[node.entity].definition);
        let input = settling.input(node, filter, pascal_case(entry.definition.name), limited);
        filters.insert(entry.definition.name, input);
    }
    model.inputs = inputs;
    model.filters = filters;
}

struct Settling<'m, 'f> {
    model: &'m Model,
    inputs: &'f mut InputTypes,
    faults: &'f mut StartError,
    /// Where the connection stands, for faults.
    place: String,
}

impl Settling<'_, '_> {
    /// `limited`: its rows are all inside the decision's scope.
    fn input(&mut self, node: &NodeEntry, fields: &[FilterDef], name: String, limited: bool) -> FilterInput {
        let fields = fields.iter().filter_map(|field| self.field(node, field, &name, limited)).collect();
        FilterInput { name: name + "Filter", fields }
    }

    fn field(&mut self, node: &NodeEntry, field: &FilterDef, above: &str, limited: bool) -> Option<FilterField> {
        let entity = &self.model.entities[node.entity].definition;
        match field {
            FilterDef::Column { column, values } => {
                let guard = self.model.guards.of_column(node.definition.name, *column, limited);
                let field = self.column(node, entity, *column, values)?;
                Some(FilterField { guard, ..field })
            }
            FilterDef::Relation { relation, fields } => {
                let name = entity.relations[usize::from(*relation)].name;
                let Some((below, many)) = shown::relation(self.model, node, *relation) else {
                    self.hidden(node, name);
                    return None;
                };
                let path = format!("{above}{}", pascal_case(name));
                let list = format!("{path}ListFilter");
                let along = &entity.relations[usize::from(*relation)];
                let below_is_limited = guards::limits_along(along, &self.model.entities[below.entity].definition);
                let filter = self.input(below, fields, path, below_is_limited);
                let kind = if many {
                    FilterKind::ToMany { relation: *relation, list, filter }
                } else {
                    FilterKind::ToOne { relation: *relation, filter }
                };
                let guard = self.model.guards.of_relation(node.definition.name, *relation, limited);
                Some(FilterField { name, kind, guard })
            }
        }
    }

    fn column(
        &mut self,
        node: &NodeEntry,
        entity: &EntityDef,
        column: u16,
        values: &FilterValues,
    ) -> Option<FilterField> {
        let definition = &entity.columns[usize::from(column)];
        let Some(shown) = shown::column(self.model, node, column) else {
            self.hidden(node, definition.name);
            return None;
        };
        let (operators, ty, values) = match (shown.key(), values) {
            (Some(node), _) => (Operators::Choice, TypeRef::named("ID"), Values::Key { node, kind: definition.kind }),
            (None, FilterValues::Scalar { operators, ty, declare, decode }) => {
                declare(self.inputs);
                (*operators, ty.clone(), Values::Scalar(*decode))
            }
            // Keys are shown as global ids and not otherwise, so the column's own checks have said what is wrong.
            (None, FilterValues::Key) => return None,
        };
        let operators = OperatorInput { operators, ty, nullable: definition.nullable };
        let kind = FilterKind::Column { column, operators, values };
        Some(FilterField { name: definition.name, kind, guard: None })
    }

    /// What a node does not show would be given away by filtering, one guess after the other.
    fn hidden(&mut self, node: &NodeEntry, name: &str) {
        self.faults.add(format!(
            "{} filters by `{name}`, which `{}` does not show, so callers could find it out by guessing; show it, or take it out of `filter(…)`",
            self.place, node.definition.name
        ));
    }
}
