//! What is checked of all rows before any is written.

use std::collections::HashSet;

use sea_orm::Value;

use super::{
    Writer,
    rows::{Line, lookup_text},
};
use crate::{
    access::scope::{Reach, Scope, admits, holds, scope},
    data::{
        condition::{Operator, Term},
        refusal::missing_reference,
        sql::{SqlWriter, is_null},
    },
    entity::{ColumnKind, EntityDef, RelationKind},
    error::{Error, Result},
};

/// A row that others are about to refer to.
struct Target<'l> {
    definition: EntityDef,
    references: Vec<Reference<'l>>,
}

struct Reference<'l> {
    key: &'l Value,
    line: &'l Line,
    column: &'static str,
    relation: &'static str,
}

impl Reference<'_> {
    fn not_found(&self, entity: &EntityDef) -> Error {
        let detail = format!("{}.{}", entity.name, self.relation);
        missing_reference(&[self.column]).with_detail(detail).at(&self.line.path)
    }
}

impl Writer<'_> {
    /// New rows are inside the scope.
    pub(super) fn check_new(&self, entity: &EntityDef, lines: &[Line]) -> Result<()> {
        for line in lines {
            if !admits(self.decision, entity, |column| line.values.get(usize::from(column))) {
                let detail = format!("a new {} outside the scope", entity.name);
                return Err(Error::permission_denied().with_detail(detail).at(&line.path));
            }
        }
        Ok(())
    }

    /// Changed rows are inside the scope; a new tenant is one that the decision names, whoever owns the row.
    pub(super) fn check_moves(&self, entity: &EntityDef, lines: &[Line]) -> Result<()> {
        for line in lines {
            self.check_tenants(entity, line)?;
            if !admits(self.decision, entity, |column| line.values.get(usize::from(column))) {
                return Err(moved(entity, line));
            }
        }
        Ok(())
    }

    /// The decision reaches the organizations that a row moves to.
    pub(super) fn check_tenants(&self, entity: &EntityDef, line: &Line) -> Result<()> {
        let tenants = entity.tenants.iter().map(|tenant| tenant.column);
        let mut written = tenants.filter(|column| line.writes(*column));
        if written.any(|column| !holds(self.decision, entity, column, line.value(column))) {
            return Err(moved(entity, line));
        }
        Ok(())
    }

    /// Referenced rows are inside the scope: one statement for each table that is referred to. For a single row without a scope the
    /// database's own constraint says the same.
    pub(super) async fn check_references(&self, entity: &EntityDef, lines: &[&Line]) -> Result<()> {
        for target in targets(entity, lines) {
            let scope = scope(self.decision, &target.definition, false);
            let missing = match scope.reach {
                Reach::All if lines.len() < 2 => None,
                Reach::Nothing => target.references.first(),
                _ => self.missing(&target, &scope).await?,
            };
            if let Some(missing) = missing {
                return Err(missing.not_found(entity));
            }
        }
        Ok(())
    }

    /// The first reference to a row that is not inside `scope`.
    async fn missing<'t, 'l>(&self, target: &'t Target<'l>, scope: &Scope<'_>) -> Result<Option<&'t Reference<'l>>> {
        let first = target.references.first();
        if target.references.iter().all(|reference| Some(reference.key) == first.map(|first| first.key)) {
            let Some(first) = first else { return Ok(None) };
            let key = [Term::Compare(0, Operator::Equal, first.key.clone())];
            return Ok(if self.has_row(&target.definition, &key, scope).await? { None } else { Some(first) });
        }
        let keys = target.references.iter().map(|reference| reference.key.clone()).collect();
        let found = self.known_keys(&target.definition, keys, scope).await?;
        let is_known = |key: &Value| lookup_text(key).is_some_and(|key| found.contains(&key));
        Ok(target.references.iter().find(|reference| !is_known(reference.key)))
    }

    /// Which of these keys have a row inside `scope`.
    pub(super) async fn known_keys(
        &self,
        entity: &EntityDef,
        mut keys: Vec<Value>,
        scope: &Scope<'_>,
    ) -> Result<HashSet<String>> {
        let mut asked = HashSet::new();
        keys.retain(|key| lookup_text(key).is_some_and(|text| asked.insert(text)));
        let mut found = HashSet::with_capacity(keys.len());
        let key = &entity.columns[0];
        for keys in keys.chunks(self.dialect().keys_per_statement()) {
            let mut sql = SqlWriter::new(self.backend());
            sql.push("SELECT ").name(key.name).push(" FROM ").name(entity.table);
            sql.filter(entity, "", &[Term::In(0, keys.to_vec())], scope);
            for row in self.transaction.read_all(sql.text, sql.values).await?.iter() {
                let key: Value = if key.kind == ColumnKind::Uuid {
                    row.get::<uuid::Uuid>(0)?.into()
                } else {
                    row.get::<String>(0)?.into()
                };
                found.extend(lookup_text(&key));
            }
        }
        Ok(found)
    }
}

fn moved(entity: &EntityDef, line: &Line) -> Error {
    Error::permission_denied().with_detail(format!("a {} moved out of the scope", entity.name)).at(&line.path)
}

/// The rows that `lines` newly refer to, by table.
fn targets<'l>(entity: &EntityDef, lines: &[&'l Line]) -> Vec<Target<'l>> {
    let mut targets: Vec<Target<'l>> = Vec::new();
    for relation in &entity.relations {
        let RelationKind::BelongsTo { column } = relation.kind else {
            continue;
        };
        let references: Vec<Reference<'l>> = lines
            .iter()
            .filter(|line| line.writes(column) && !is_null(line.value(column)))
            .map(|line| Reference {
                key: line.value(column),
                line,
                column: entity.columns[usize::from(column)].name,
                relation: relation.name,
            })
            .collect();
        if references.is_empty() {
            continue;
        }
        match targets.iter_mut().find(|target| target.definition.type_id == relation.target) {
            Some(target) => target.references.extend(references),
            None => targets.push(Target { definition: (relation.target_definition)(), references }),
        }
    }
    targets
}
