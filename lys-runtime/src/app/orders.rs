//! Orders: the keys by which clients may sort a node's connections.

use indexmap::{IndexMap, IndexSet};

use super::{Model, NodeEntry, Source, StartError, implicit};
use crate::{
    name::camel_case,
    node::{NodeFieldDef, NodeFieldKind},
    operation::{OrderKeyDef, OutputDef},
    schema::{order_name, relation_order_name},
};

/// One `orderBy` input per node: its root connections must agree on the keys. A relation's connection without keys of its own has
/// those too.
pub(super) fn collect(model: &mut Model, faults: &mut StartError) {
    let mut first: IndexMap<&'static str, (Vec<OrderKeyDef>, Source)> = IndexMap::new();
    let mut unordered = IndexSet::new();
    for entry in model.operations.values() {
        let OutputDef::Connection { node, entity, order_by, .. } = &entry.definition.output else {
            continue;
        };
        let keys = match (order_by, model.entity_index(*entity)) {
            (Some(keys), _) => keys.clone(),
            (None, Some(entity)) => implicit::order_keys(&model.entities[entity].definition),
            (None, None) => continue,
        };
        if keys.is_empty() {
            unordered.insert(*node);
            continue;
        }
        match first.get(node) {
            Some((known, source)) if *known != keys => faults.add(format!(
                "`{node}OderByType` has other keys at {source} than at {}; give both connections the same `order_by(…)`",
                entry.source
            )),
            Some(_) => {}
            None => {
                first.insert(node, (keys, entry.source.clone()));
            }
        }
    }
    model.orders = first.into_iter().map(|(node, (keys, _))| (node, keys)).collect();
    let fields = model.nodes.values().flat_map(|node| &node.definition.fields);
    let shown = fields.filter_map(|field| match field.kind {
        NodeFieldKind::Connection { node, order_by: None, .. } if !unordered.contains(node) => Some(node),
        _ => None,
    });
    for node in shown {
        if let Some(target) = model.nodes.get(node).filter(|_| !model.orders.contains_key(node)) {
            model.orders.insert(node, implicit::order_keys(&model.entities[target.entity].definition));
        }
    }
}

impl Model {
    /// Name of the `orderBy` input of a relation's connection, and its keys; `None` where clients may not sort.
    pub(crate) fn order_of<'m>(
        &'m self,
        node: &NodeEntry,
        field: &'m NodeFieldDef,
    ) -> Option<(String, &'m [OrderKeyDef])> {
        let NodeFieldKind::Connection { node: target, order_by, .. } = &field.kind else {
            return None;
        };
        match order_by {
            None => self.orders.get(target).map(|keys| (order_name(target), &keys[..])),
            Some(keys) if keys.is_empty() => None,
            Some(keys) => Some((relation_order_name(node.definition.name, &camel_case(field.name)), &keys[..])),
        }
    }

    /// The `orderBy` inputs of relations that have keys of their own.
    pub(crate) fn own_orders(&self) -> impl Iterator<Item = (String, &NodeEntry, &NodeFieldDef)> {
        self.nodes.values().flat_map(move |node| {
            let own = node
                .definition
                .fields
                .iter()
                .filter(|field| matches!(&field.kind, NodeFieldKind::Connection { order_by: Some(_), .. }));
            own.filter_map(move |field| Some((self.order_of(node, field)?.0, node, field)))
        })
    }
}
