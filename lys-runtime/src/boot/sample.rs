//! A query to paste: the first connection that fits, with a few of its node's columns.

use crate::{
    app::{Model, OperationEntry},
    node::NodeFieldKind,
    operation::{OperationKind, OutputDef},
};

/// Most fields of a sample: it stays on one line.
const FIELDS: usize = 4;

/// A query that everybody may run.
pub(super) fn public(model: &Model) -> Option<String> {
    find(model, |operation| operation.definition.audience.public.is_some())
}

/// A query that needs a token.
pub(super) fn private(model: &Model) -> Option<String> {
    find(model, |operation| operation.definition.audience.public.is_none())
}

fn find(model: &Model, fits: impl Fn(&OperationEntry) -> bool) -> Option<String> {
    let is_plain = |operation: &&OperationEntry| {
        let definition = &operation.definition;
        let optional = definition.arguments.iter().all(|argument| argument.ty.is_nullable());
        definition.kind == OperationKind::Connection && definition.audience.enabled && optional
    };
    let operation = model.operations().filter(is_plain).find(|operation| fits(operation))?;
    let OutputDef::Connection { node, .. } = &operation.definition.output else { return None };
    let node = model.nodes().find(|entry| entry.definition.name == *node)?;
    let columns = node.definition.fields.iter().filter(|field| matches!(field.kind, NodeFieldKind::Column { .. }));
    let names = columns.map(|field| crate::name::camel_case(field.name));
    let others = names.filter(|name| !matches!(name.as_str(), "id" | "createdAt" | "updatedAt")).take(FIELDS - 1);
    let fields: Vec<String> = std::iter::once("id".to_owned()).chain(others).collect();
    Some(format!("{{ {} {{ edges {{ node {{ {} }} }} }} }}", operation.field, fields.join(" ")))
}
