//! All arguments of an operation: its own, and those that its kind adds (10-core §8).

use super::{
    aggregates::{BY, by_type},
    order_name,
};
use crate::{
    app::{Model, NodeEntry, OperationEntry},
    name::camel_case,
    node::{NodeFieldDef, NodeFieldKind},
    operation::{OperationKind, OutputDef},
    output::TypeRef,
};

/// One argument as the schema shows it.
#[derive(Debug, Clone)]
pub(crate) struct SchemaArgument {
    /// `camelCase` name.
    pub(crate) name: String,
    /// Description.
    pub(crate) description: String,
    /// Type.
    pub(crate) ty: TypeRef,
}

/// The arguments of `operation`, in schema order.
pub(crate) fn of_operation(operation: &OperationEntry, model: &Model) -> Vec<SchemaArgument> {
    let definition = &operation.definition;
    let mut arguments = Vec::new();
    if matches!(definition.kind, OperationKind::Getter | OperationKind::Edition | OperationKind::Deletion) {
        arguments.push(if definition.many {
            added("ids", "Global ids of the rows.", TypeRef::list(TypeRef::named("ID")))
        } else {
            added("id", "Global id of the row.", TypeRef::named("ID"))
        });
    }
    arguments.extend(definition.arguments.iter().map(|argument| SchemaArgument {
        name: camel_case(argument.name),
        description: argument.description.to_owned(),
        ty: argument.ty.clone(),
    }));
    if let OutputDef::Connection { node, .. } = definition.output {
        if let Some(filter) = model.filters.get(definition.name) {
            let ty = TypeRef::named(filter.name.clone()).optional();
            arguments.push(added("filter", "Only rows that match.", ty));
        }
        if model.orders.contains_key(node) {
            arguments.push(order_by(order_name(node)));
        }
        if let Some(sorting) = model.sorts.get(definition.name) {
            let ty = TypeRef::list(TypeRef::named(sorting.input.name.clone())).optional();
            arguments.push(added("sort", "Several keys, the first one first; instead of `orderBy`.", ty));
        }
        arguments.extend(paging());
    }
    arguments
}

/// The arguments of a field of `node`, in schema order.
pub(crate) fn of_field(node: &NodeEntry, field: &NodeFieldDef, model: &Model) -> Vec<SchemaArgument> {
    let mut arguments: Vec<SchemaArgument> = field
        .arguments
        .iter()
        .map(|argument| SchemaArgument {
            name: camel_case(argument.name),
            description: argument.description.to_owned(),
            ty: argument.ty.clone(),
        })
        .collect();
    if matches!(field.kind, NodeFieldKind::Connection { .. }) {
        arguments.extend(model.order_of(node, field).map(|(name, _)| order_by(name)));
        arguments.extend(paging());
    }
    arguments
}

/// The arguments of a field of a connection that tells of all its rows.
pub(crate) fn of_aggregate(node: &str, field: &str) -> Vec<SchemaArgument> {
    match field {
        "groups" => vec![added(BY, "What the rows of a group share.", by_type(node))],
        _ => Vec::new(),
    }
}

fn order_by(name: String) -> SchemaArgument {
    let text = "One key: true ascends, false descends. Replaces the default order.";
    added("orderBy", text, TypeRef::named(name).optional())
}

fn paging() -> impl Iterator<Item = SchemaArgument> {
    [
        ("limit", "Most rows of the page, beside `first` or `last`.", "Int"),
        ("before", "Only rows before this cursor.", "String"),
        ("after", "Only rows after this cursor.", "String"),
        ("first", "The first rows.", "Int"),
        ("last", "The last rows.", "Int"),
    ]
    .into_iter()
    .map(|(name, description, ty)| added(name, description, TypeRef::named(ty).optional()))
}

fn added(name: &str, description: &str, ty: TypeRef) -> SchemaArgument {
    SchemaArgument::added(name, description, ty)
}

impl SchemaArgument {
    /// One that lys adds.
    pub(crate) fn added(name: &str, description: &str, ty: TypeRef) -> Self {
        Self { name: name.to_owned(), description: description.to_owned(), ty }
    }
}
