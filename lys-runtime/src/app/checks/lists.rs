//! Lists in columns are shown and written, and nothing else: no database sorts, compares or indexes them like the others.

use crate::{
    app::{EntityEntry, Model, StartError},
    entity::{ColumnDef, EntityDef},
    node::NodeFieldKind,
    operation::OrderKeyDef,
};

/// Lists are in no key and no index.
pub(super) fn check(entity: &EntityEntry, faults: &mut StartError) {
    let definition = &entity.definition;
    let sets = || definition.unique.iter().chain(&definition.indexes);
    for (index, column) in (0_u16..).zip(&definition.columns).filter(|(_, column)| is_list(column)) {
        if column.unique || column.indexed || sets().any(|columns| columns.contains(&index)) {
            faults.add(format!(
                "{}: `{}.{}` is a list, which is in no key and no index; take it out of them",
                entity.source, definition.name, column.name
            ));
        }
    }
}

/// Clients do not sort by lists.
pub(super) fn check_orders(model: &Model, faults: &mut StartError) {
    let fault = |source: &dyn std::fmt::Display, name: &str| {
        format!("{source}: `order_by` names `{name}`, which is a list and has no order; leave it out")
    };
    for (node, keys) in &model.orders {
        let Some(node) = model.nodes.get(node) else { continue };
        for name in lists(&model.entities[node.entity].definition, keys) {
            faults.add(fault(&node.source, name));
        }
    }
    for (_, node, field) in model.own_orders() {
        let NodeFieldKind::Connection { node: target, order_by: Some(keys), .. } = &field.kind else { continue };
        let Some(target) = model.nodes.get(target) else { continue };
        for name in lists(&model.entities[target.entity].definition, keys) {
            faults.add(fault(&node.source, name));
        }
    }
}

fn lists<'k>(entity: &'k EntityDef, keys: &'k [OrderKeyDef]) -> impl Iterator<Item = &'static str> + 'k {
    let columns = keys.iter().filter_map(|key| entity.columns.get(usize::from(key.column)));
    columns.filter(|column| is_list(column)).map(|column| column.name)
}

fn is_list(column: &ColumnDef) -> bool {
    column.kind.is_list()
}
