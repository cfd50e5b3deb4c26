//! Relations: what lies between two entities, and what public operations reach.

use std::collections::HashSet;

use crate::{
    app::{EntityEntry, Model, OperationEntry, StartError},
    entity::{EntityDef, RelationDef, RelationKind, ThroughDef},
    operation::OutputDef,
};

/// Every relation leads to an entity of the project, along columns that say which rows.
pub(super) fn check(model: &Model, entity: &EntityEntry, faults: &mut StartError) {
    for relation in &entity.definition.relations {
        let place = format!("{}: `{}.{}`", entity.source, entity.definition.name, relation.name);
        match model.entity_index(relation.target) {
            None => faults.add(format!("{place} leads to `{}`, whose app is not in the project", relation.target_name)),
            Some(target) => check_key(&place, relation, &model.entities[target].definition, faults),
        }
        if let Some(through) = &relation.through {
            match model.entity_index(through.entity) {
                None => {
                    faults.add(format!("{place} leads through `{}`, whose app is not in the project", through.name));
                }
                Some(index) => check_link(&place, relation, through, &model.entities[index].definition, faults),
            }
        }
    }
}

/// A relation to one row follows columns that one row has. A constraint wants them as they are declared, in that order.
fn check_key(place: &str, relation: &RelationDef, target: &EntityDef, faults: &mut StartError) {
    let columns: Vec<u16> = relation.on.iter().map(|join| join.there).collect();
    let (is_unique, other) = match relation.kind {
        RelationKind::BelongsTo => {
            (columns.len() == 1 && target.is_unique(&columns) || target.unique.contains(&columns), "")
        }
        RelationKind::HasOne => (target.is_unique(&columns), ", or make it a `has_many`"),
        RelationKind::HasMany | RelationKind::ManyToMany => (true, ""),
    };
    if relation.kind == RelationKind::BelongsTo && target.soft_delete.is_some() && columns != [0] {
        faults.add(format!(
            "{place} refers to {} of `{}`, which only rows that are not deleted share with no other; refer to its `id`",
            names(target, &columns),
            target.name
        ));
    } else if !is_unique {
        faults.add(format!(
            "{place} leads to one row, but more rows of `{}` may have the same {}; {}{other}",
            target.name,
            names(target, &columns),
            uniqueness(target, &columns)
        ));
    }
}

/// Two rows are linked once, so that none is listed twice.
fn check_link(place: &str, relation: &RelationDef, through: &ThroughDef, link: &EntityDef, faults: &mut StartError) {
    let by = relation.on.iter().map(|join| join.there);
    let columns: Vec<u16> = by.chain(through.on.iter().map(|join| join.here)).collect();
    if !link.is_unique(&columns) {
        faults.add(format!(
            "{place}: `{}` may link the same two rows twice, and the list would show one twice; {}",
            link.name,
            uniqueness(link, &columns)
        ));
    }
}

/// `` `client_id` and `number` ``
fn names(entity: &EntityDef, columns: &[u16]) -> String {
    let names: Vec<String> =
        columns.iter().map(|column| format!("`{}`", entity.columns[usize::from(*column)].name)).collect();
    names.join(" and ")
}

fn uniqueness(entity: &EntityDef, columns: &[u16]) -> String {
    match columns {
        [_] => format!("add `#[column(unique)]` to {} of `{}`", names(entity, columns), entity.name),
        _ => format!(
            "add `unique({})` to `{}`",
            names(entity, columns).replace('`', "").replace(" and ", ", "),
            entity.name
        ),
    }
}

/// From a public operation, a relation to rows with an owner or tenant must say what it does.
pub(super) fn check_public(model: &Model, operation: &OperationEntry, faults: &mut StartError) {
    if operation.definition.audience.public.is_none() {
        return;
    }
    let (OutputDef::Node { node, .. } | OutputDef::Connection { node, .. }) = &operation.definition.output else {
        return;
    };
    let (mut seen, mut open) = (HashSet::new(), vec![*node]);
    while let Some(name) = open.pop() {
        let Some(entry) = model.nodes.get(name).filter(|_| seen.insert(name)) else {
            continue;
        };
        let entity = &model.entities[entry.entity].definition;
        for field in &entry.definition.fields {
            let Some((relation, node)) = field.kind.relation() else {
                continue;
            };
            let relation = &entity.relations[usize::from(relation)];
            let through = relation.through.as_ref().map(|through| through.entity);
            let reached = through.into_iter().chain([relation.target]).filter_map(|entity| model.entity_index(entity));
            let mut scoped = reached.map(|entity| &model.entities[entity].definition).filter(|it| it.is_scoped());
            if let (None, Some(target)) = (relation.access, scoped.next()) {
                // Without the operation's name: one fault for each relation, however many operations lead to it.
                faults.add(format!(
                    "{}: public operations reach `{}` through `{}.{}`; say `access = inherit`, `access = filter` or `access = check` on that relation",
                    model.entities[entry.entity].source, target.name, entity.name, relation.name
                ));
            }
            open.push(node);
        }
    }
}
