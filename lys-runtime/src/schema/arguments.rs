//! All arguments of an operation: its own, and those that its kind adds (10-core §8).

use super::order_name;
use crate::{
    app::{Model, OperationEntry},
    name::camel_case,
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
        if model.orders.contains_key(node) {
            let order = TypeRef::named(order_name(node)).optional();
            arguments.push(added(
                "orderBy",
                "One key: true ascends, false descends. Replaces the default order.",
                order,
            ));
        }
        arguments.extend(paging());
    }
    arguments
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
    SchemaArgument { name: name.to_owned(), description: description.to_owned(), ty }
}
