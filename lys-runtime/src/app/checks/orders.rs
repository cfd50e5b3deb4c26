//! Orders: callers sort by what they are shown, since where a row stands, and its cursor, tell what it is sorted by (00-design §2 P3).

use crate::{
    app::{Model, NodeEntry, StartError, shown},
    node::NodeFieldKind,
    operation::OrderKeyDef,
};

/// Every key of `orderBy` is a column that the node shows.
pub(super) fn check(model: &Model, faults: &mut StartError) {
    for (node, keys) in &model.orders {
        if let Some(shown) = model.nodes.get(node) {
            check_keys(model, shown, shown, keys, faults);
        }
    }
    for (_, node, field) in model.own_orders() {
        let NodeFieldKind::Connection { node: target, order_by: Some(keys), .. } = &field.kind else { continue };
        if let Some(target) = model.nodes.get(target) {
            check_keys(model, node, target, keys, faults);
        }
    }
}

/// `place` is the node that says so.
fn check_keys(model: &Model, place: &NodeEntry, node: &NodeEntry, keys: &[OrderKeyDef], faults: &mut StartError) {
    for key in keys.iter().filter(|key| shown::column(model, node, key.column).is_none()) {
        faults.add(format!(
            "{}: `order_by` names `{}`, which `{}` does not show, so callers could find it out by sorting; show it, or leave it out",
            place.source, key.name, node.definition.name
        ));
    }
}
