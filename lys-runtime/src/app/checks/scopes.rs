//! Scopes through relations: each step is a key, and the end can hold the id of a user or an organization. Macros see to that; what
//! is written by hand is checked here, and whatever lies beyond the first step of either.

use crate::{
    app::{EntityEntry, StartError},
    entity::{ColumnKind, EntityDef, RelatedScope, RelationKind},
};

/// Every scope leads to whom rows belong.
pub(super) fn check(entity: &EntityEntry, faults: &mut StartError) {
    for scope in &entity.definition.related_scopes {
        if let Err(fault) = check_one(&entity.definition, scope) {
            let whose = scope.level.map_or("its owner".to_owned(), |level| format!("its tenant `{level}`"));
            let name = entity.definition.name;
            faults.add(format!("{}: `{name}` does not say {whose}: {fault}", entity.source));
        }
    }
}

fn check_one(entity: &EntityDef, scope: &RelatedScope) -> Result<(), String> {
    if scope.path.is_empty() {
        return Err("it names no relation; name a column of its own as `owner` or `tenant`".to_owned());
    }
    let mut holder = entity.clone();
    for step in &scope.path {
        let relation = holder.relations.get(usize::from(*step));
        let relation = relation.ok_or_else(|| format!("`{}` has no relation at place {step}", holder.name))?;
        if relation.kind != RelationKind::BelongsTo {
            return Err(format!(
                "`{}.{}` is no key of `{}`, so it does not say whose a row is; go along a `#[belongs_to]`",
                holder.name, relation.name, holder.name
            ));
        }
        holder = (relation.target_definition)();
    }
    let Some(column) = holder.columns.get(usize::from(scope.column)) else {
        return Err(format!("`{}` has no column at place {}", holder.name, scope.column));
    };
    if !matches!(column.kind, ColumnKind::Uuid | ColumnKind::String) {
        return Err(format!(
            "`{}.{}` cannot hold the id of an owner or tenant; name a column that is a Uuid",
            holder.name, column.name
        ));
    }
    Ok(())
}

#[cfg(test)]
#[path = "scopes_tests.rs"]
mod tests;
