//! What a node shows of its rows: callers may filter, sort and aggregate by that and by nothing else (00-design §2 P3).

use super::{Model, NodeEntry};
use crate::{
    entity::{Join, RelationKind},
    node::{CellOutput, NodeFieldKind},
    output::TypeRef,
};

/// A column that a node shows.
pub(super) struct ShownColumn {
    pub(super) ty: TypeRef,
    pub(super) output: CellOutput,
}

impl ShownColumn {
    /// The node whose global ids it is shown as.
    pub(super) fn key(&self) -> Option<&'static str> {
        if let CellOutput::GlobalId(node) = self.output { Some(node) } else { None }
    }
}

/// How `node` shows `column`: as a field of its own, or as the key of a relation whose row is never hidden.
pub(super) fn column(model: &Model, node: &NodeEntry, column: u16) -> Option<ShownColumn> {
    let entity = &model.entities[node.entity].definition;
    let name = entity.columns[usize::from(column)].name;
    let fields = node.definition.fields.iter().filter_map(|field| match field.kind {
        NodeFieldKind::Column { column: shown, output } if shown == column => Some((field, output)),
        _ => None,
    });
    // The field of the same name says how values are written, if several show the column (`id` and `code`).
    if let Some((field, output)) = fields.min_by_key(|(field, _)| field.name != name) {
        return Some(ShownColumn { ty: field.ty.clone(), output });
    }
    let relations = (0_u16..).zip(&entity.relations);
    let mut keyed = relations.filter(|(_, relation)| {
        relation.kind == RelationKind::BelongsTo && relation.on == [Join { here: column, there: 0 }]
    });
    keyed.find_map(|(index, known)| {
        let (target, _) = relation(model, node, index)?;
        let entity = &model.entities[target.entity].definition;
        let hides = known.is_filtered(entity) || entity.soft_delete.is_some();
        let output = CellOutput::GlobalId(target.definition.name);
        (!hides).then(|| ShownColumn { ty: TypeRef::named("ID"), output })
    })
}

/// The node that shows the rows of a relation of `node`, and whether there may be many of them.
pub(super) fn relation<'m>(model: &'m Model, node: &NodeEntry, relation: u16) -> Option<(&'m NodeEntry, bool)> {
    let many = model.entities[node.entity].definition.relations[usize::from(relation)].leads_to_many();
    let mut shown = node.definition.fields.iter().filter_map(|field| field.kind.relation());
    shown.find_map(|(shown, node)| if shown == relation { Some((model.nodes.get(node)?, many)) } else { None })
}
