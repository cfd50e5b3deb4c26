//! Fields with an access of their own: what the macros cannot see of them.

use super::check_levels_of;
use crate::{
    app::{Model, NodeEntry, StartError},
    entity::Join,
    node::{NodeFieldDef, NodeFieldKind},
};

/// The levels of guarded fields fit the entity, and no other field of the node shows the same.
pub(super) fn check(model: &Model, node: &NodeEntry, faults: &mut StartError) {
    let entity = &model.entities[node.entity].definition;
    for field in node.definition.fields.iter().filter(|field| !field.access.is_empty()) {
        let place = format!("{}: `{}.{}`", node.source, node.definition.name, field.name);
        check_levels_of(&place, &field.access, entity, faults);
        let NodeFieldKind::Column { column, .. } = field.kind else { continue };
        let others =
            node.definition.fields.iter().filter(|other| other.name != field.name && other.access != field.access);
        for other in others.filter(|other| shows(model, node, other, column)) {
            faults.add(format!(
                "{place} takes a right of its own, but `{}` shows the same without it; give both the same `access(…)`",
                other.name
            ));
        }
    }
}

/// Whether a field tells what is in a column: as it is, or as the key of a related row.
fn shows(model: &Model, node: &NodeEntry, field: &NodeFieldDef, column: u16) -> bool {
    match field.kind {
        NodeFieldKind::Column { column: shown, .. } => shown == column,
        NodeFieldKind::ToOne { relation, .. } => {
            let relation = &model.entities[node.entity].definition.relations[usize::from(relation)];
            relation.on[..] == [Join { here: column, there: 0 }]
        }
        _ => false,
    }
}
