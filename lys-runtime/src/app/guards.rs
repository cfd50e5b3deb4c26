//! Fields with an access of their own: who may read one may also filter, sort and sum up by it, and nobody else (00-design §2 P3, §6).

use std::collections::HashMap;

use indexmap::IndexMap;

use super::{Model, NodeEntry, Source};
use crate::{
    entity::{EntityDef, Join, RelationDef},
    name::snake_case,
    node::{NodeFieldDef, NodeFieldKind},
    operation::Audience,
};

/// A field that takes a right of its own.
#[derive(Debug, Clone)]
pub struct GuardEntry {
    /// `snake_case` name of the node and of the field, e.g. `employee_node.salary`: the id in claims.
    pub name: String,
    /// GraphQL name of the node.
    pub node: &'static str,
    /// `snake_case` name of the field.
    pub field: &'static str,
    /// Who may read it.
    pub audience: Audience,
    /// The app that registered the node last.
    pub app: &'static str,
    /// Where the node stands.
    pub source: Source,
}

/// All of them, and what they stand before.
#[derive(Debug, Default)]
pub(crate) struct Guards {
    /// By node and field.
    fields: IndexMap<(&'static str, &'static str), GuardEntry>,
    /// By node and column that the field shows.
    columns: HashMap<(&'static str, u16), u16>,
    /// By node and relation that the field shows.
    relations: HashMap<(&'static str, u16), u16>,
}

/// A guarded field at a place of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Guarded {
    /// Index of the guard.
    pub(crate) guard: u16,
    /// All rows there are inside the scope of the decision on the operation.
    pub(crate) limited: bool,
}

impl Guards {
    pub(crate) fn entries(&self) -> impl Iterator<Item = &GuardEntry> {
        self.fields.values()
    }

    pub(crate) fn entry(&self, guard: u16) -> Option<&GuardEntry> {
        self.fields.get_index(usize::from(guard)).map(|(_, entry)| entry)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// What stands before a field of a node.
    pub(crate) fn of_field(&self, node: &NodeEntry, field: &NodeFieldDef, limited: bool) -> Option<Guarded> {
        if field.access.is_empty() {
            return None;
        }
        let index = self.fields.get_index_of(&(node.definition.name, field.name))?;
        u16::try_from(index).ok().map(|guard| Guarded { guard, limited })
    }

    /// What stands before the field that shows a column of a node.
    pub(crate) fn of_column(&self, node: &'static str, column: u16, limited: bool) -> Option<Guarded> {
        self.columns.get(&(node, column)).map(|guard| Guarded { guard: *guard, limited })
    }

    /// What stands before the field that shows a relation of a node.
    pub(crate) fn of_relation(&self, node: &'static str, relation: u16, limited: bool) -> Option<Guarded> {
        self.relations.get(&(node, relation)).map(|guard| Guarded { guard: *guard, limited })
    }

    /// What stands before columns of a node.
    pub(crate) fn of_columns(&self, node: &'static str, limited: bool) -> impl Iterator<Item = Guarded> {
        let columns = self.columns.iter().filter(move |((name, _), _)| *name == node);
        columns.map(move |(_, guard)| Guarded { guard: *guard, limited })
    }
}

/// Whether all rows of `entity` that are read by themselves are inside the decision's scope.
pub(crate) fn limits_root(entity: &EntityDef) -> bool {
    entity.is_scoped()
}

/// Whether all rows of `entity` that are read along `relation` are inside the decision's scope.
pub(crate) fn limits_along(relation: &RelationDef, entity: &EntityDef) -> bool {
    entity.is_scoped() && relation.is_filtered(entity)
}

/// Finds the guards of all nodes.
pub(super) fn collect(model: &mut Model) {
    let mut guards = Guards::default();
    for node in model.nodes.values() {
        for field in node.definition.fields.iter().filter(|field| !field.access.is_empty()) {
            add(&mut guards, model, node, field);
        }
    }
    model.guards = guards;
}

fn add(guards: &mut Guards, model: &Model, node: &NodeEntry, field: &NodeFieldDef) {
    let name = node.definition.name;
    let entry = GuardEntry {
        name: format!("{}.{}", snake_case(name), field.name),
        node: name,
        field: field.name,
        audience: Audience { levels: field.access.clone(), licensed: false, ..Audience::default() },
        app: node.app,
        source: node.source.clone(),
    };
    let (index, _) = guards.fields.insert_full((name, field.name), entry);
    let Ok(index) = u16::try_from(index) else { return };
    if let NodeFieldKind::Column { column, .. } = field.kind {
        guards.columns.insert((name, column), index);
    }
    let Some((relation, _)) = field.kind.relation() else { return };
    guards.relations.insert((name, relation), index);
    // Its key is what the related row's id says.
    if let [Join { here, there: 0 }] = model.entities[node.entity].definition.relations[usize::from(relation)].on[..] {
        let is_shown =
            |other: &NodeFieldDef| matches!(other.kind, NodeFieldKind::Column { column, .. } if column == here);
        if here != 0 && !node.definition.fields.iter().any(is_shown) {
            guards.columns.entry((name, here)).or_insert(index);
        }
    }
}
