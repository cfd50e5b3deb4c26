//! What a node shows of its rows: callers may filter, sort and aggregate by that and by nothing else (00-design §2 P3).

use super::{Model, NodeEntry};
use crate::{
    entity::{Join, RelationKind},
    node::{CellOutput, NodeFieldKind},
};

/// A column that a node shows.
pub(super) struct ShownColumn {
    /// The node whose global ids it is shown as.
    pub(super) key: Option<&'static str>,
}

/// How `node` shows `column`: as a field of its own, or as the key of a relation whose row is never hidden.
pub(super) fn column(model: &Model, node: &NodeEntry, column: u16) -> Option<ShownColumn> {
    let entity = &model.entities[node.entity].definition;
    let name = entity.columns[usize::from(column)].name;
    let fields = node.definition.fields.iter().filter_map(|field| match field.kind {
        NodeFieldKind::Column { column: shown, output } if shown == column => Some((field.name, output)),
        _ => None,
    });
    // The field of the same name says how values are written, if several show the column (`id` and `code`).
    if let Some((_, output)) = fields.min_by_key(|(field, _)| *field != name) {
        let key = if let CellOutput::GlobalId(node) = output { Some(node) } else { None };
        return Some(ShownColumn { key });
    }
    let relations = (0_u16..).zip(&entity.relations);
    let mut keyed = relations.filter(|(_, relation)| {
        relation.kind == RelationKind::BelongsTo && relation.on == [Join { here: column, there: 0 }]
    });
    keyed.find_map(|(index, known)| {
        let (target, _) = relation(model, node, index)?;
        let hides = known.is_filtered(&model.entities[target.entity].definition);
        (!hides).then_some(ShownColumn { key: Some(target.definition.name) })
    })
}

/// The node that shows the rows of a relation of `node`, and whether there may be many of them.
pub(super) fn relation<'m>(model: &'m Model, node: &NodeEntry, relation: u16) -> Option<(&'m NodeEntry, bool)> {
    node.definition.fields.iter().find_map(|field| {
        let (_, node) = field.kind.relation().filter(|(shown, _)| *shown == relation)?;
        Some((model.nodes.get(node)?, !matches!(field.kind, NodeFieldKind::ToOne { .. })))
    })
}
