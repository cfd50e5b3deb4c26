//! What is checked of all rows before any is written.

use std::collections::HashSet;

use sea_orm::Value;

use super::{
    Writer,
    holders::may_move,
    nested::ParentKey,
    rows::{Line, lookup_text},
};
use crate::{
    access::scope::{Reach, Scope, admits, holds, looks_beyond, scope},
    data::{
        Row,
        condition::{Operator, Term},
        refusal::{UNNAMED, missing_reference},
        sql::{SqlWriter, is_null},
    },
    entity::{ColumnKind, EntityDef, RelationKind},
    error::{Error, Result, code},
};

/// A row that others are about to refer to.
struct Target<'l> {
    definition: EntityDef,
    /// Its columns that they refer to.
    key: Vec<u16>,
    references: Vec<Reference<'l>>,
}

struct Reference<'l> {
    key: Vec<&'l Value>,
    line: &'l Line,
    columns: Vec<&'static str>,
    relation: &'static str,
}

impl Target<'_> {
    /// The row that `reference` refers to.
    fn row(&self, reference: &Reference<'_>) -> Vec<Term> {
        let parts = self.key.iter().zip(&reference.key);
        parts.map(|(column, value)| Term::Compare(*column, Operator::Equal, (*value).clone())).collect()
    }
}

impl Reference<'_> {
    fn not_found(&self, entity: &EntityDef) -> Error {
        let detail = format!("{}.{}", entity.name, self.relation);
        missing_reference(&self.columns).with_detail(detail).at(&self.line.path)
    }
}

impl Writer<'_> {
    /// New rows are inside the scope. Answers with those of which their own columns do not tell, where something else may.
    pub(super) fn check_new<'l>(&self, entity: &EntityDef, lines: &'l [Line]) -> Result<Vec<&'l Line>> {
        let open = self.not_admitted(entity, lines);
        match open.first() {
            Some(line) if !looks_beyond(self.decision, entity) => {
                let detail = format!("a new {} outside the scope", entity.name);
                Err(Error::permission_denied().with_detail(detail).at(&line.path))
            }
            _ => Ok(open),
        }
    }

    /// Changed rows are inside the scope; a new tenant is one that the decision names, whoever owns the row. Answers like
    /// [`check_new`](Self::check_new).
    pub(super) fn check_moves<'l>(&self, entity: &EntityDef, lines: &'l [Line]) -> Result<Vec<&'l Line>> {
        for line in lines {
            self.check_tenants(entity, line)?;
        }
        let open = self.not_admitted(entity, lines);
        match open.first() {
            Some(line) if !looks_beyond(self.decision, entity) => Err(moved(entity, line)),
            // The statement that changes the others asks for them inside the scope, and nothing takes them out of it.
            _ => Ok(open.into_iter().filter(|line| may_move(entity, line)).collect()),
        }
    }

    fn not_admitted<'l>(&self, entity: &EntityDef, lines: &'l [Line]) -> Vec<&'l Line> {
        let is_admitted = |line: &&Line| admits(self.decision, entity, |column| line.values.get(usize::from(column)));
        lines.iter().filter(|line| !is_admitted(line)).collect()
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

    /// Referenced rows are inside the scope: one statement for each table that is referred to. For a single row where nothing
    /// hides rows, the database's own constraint says the same.
    pub(super) async fn check_references(&self, entity: &EntityDef, lines: &[&Line]) -> Result<()> {
        self.check_targets(entity, targets(entity, lines), lines.len() < 2).await
    }

    /// The same for rows that are written with those that `parent` leads to, which need not be asked for.
    pub(super) async fn check_other_references(
        &self,
        entity: &EntityDef,
        lines: &[&Line],
        parent: &ParentKey,
    ) -> Result<()> {
        let is_other = |target: &Target<'_>| !parent.is_of(target.definition.type_id, &target.key);
        let mut targets = targets(entity, lines);
        for target in targets.iter_mut().filter(|target| !is_other(target)) {
            target.references.retain(|reference| reference.columns != parent.names);
        }
        targets.retain(|target| !target.references.is_empty());
        self.check_targets(entity, targets, false).await
    }

    /// `alone`: there is a single row, so that the database's constraint tells enough.
    async fn check_targets(&self, entity: &EntityDef, targets: Vec<Target<'_>>, alone: bool) -> Result<()> {
        for target in targets {
            let scope = scope(self.decision, &target.definition, false);
            let missing = match scope.reach {
                Reach::All if alone && target.definition.soft_delete.is_none() => None,
                Reach::Nothing => target.references.first(),
                _ => self.missing(&target, &scope).await?,
            };
            if let Some(missing) = missing {
                return Err(missing.not_found(entity));
            }
        }
        Ok(())
    }

    /// Says which reference is missing, where the database has not.
    pub(super) async fn name_reference(&self, entity: &EntityDef, lines: &[&Line], error: Error) -> Error {
        let unnamed = error.code() == code::NOT_FOUND && error.detail().is_some_and(|detail| detail.contains(UNNAMED));
        if !unnamed {
            return error;
        }
        for target in targets(entity, lines) {
            for reference in &target.references {
                let mut sql = SqlWriter::new(self.backend());
                sql.push("SELECT 1 FROM ").name(target.definition.table);
                sql.filter(&target.definition, "", &target.row(reference), &Scope::all(self.decision)).push(" LIMIT 1");
                let found = self.transaction.ask_after_failure(sql.text, sql.values).await;
                if found.is_ok_and(|rows| rows.is_empty()) {
                    return reference.not_found(entity);
                }
            }
        }
        error
    }

    /// The first reference to a row that is not inside `scope`.
    async fn missing<'t, 'l>(&self, target: &'t Target<'l>, scope: &Scope<'_>) -> Result<Option<&'t Reference<'l>>> {
        let Some(first) = target.references.first() else { return Ok(None) };
        if target.references.iter().all(|reference| reference.key == first.key) {
            let is_there = self.has_row(&target.definition, &target.row(first), scope).await?;
            return Ok(if is_there { None } else { Some(first) });
        }
        let keys = target.references.iter().map(|reference| reference.key.iter().copied().cloned().collect()).collect();
        let found = self.known(&target.definition, &target.key, keys, scope).await?;
        let is_known = |key: &[&Value]| lookup_texts(key.iter().copied()).is_some_and(|key| found.contains(&key));
        Ok(target.references.iter().find(|reference| !is_known(&reference.key)))
    }

    /// Which of these keys have a row inside `scope`.
    pub(super) async fn known_keys(
        &self,
        entity: &EntityDef,
        keys: Vec<Value>,
        scope: &Scope<'_>,
    ) -> Result<HashSet<String>> {
        let keys = keys.into_iter().map(|key| vec![key]).collect();
        Ok(self.known(entity, &[0], keys, scope).await?.into_iter().flatten().collect())
    }

    /// Which of these values of `columns` have a row inside `scope`.
    pub(super) async fn known(
        &self,
        entity: &EntityDef,
        columns: &[u16],
        mut keys: Vec<Vec<Value>>,
        scope: &Scope<'_>,
    ) -> Result<HashSet<Vec<String>>> {
        let mut asked = HashSet::new();
        keys.retain(|key| lookup_texts(key).is_some_and(|text| asked.insert(text)));
        let mut found = HashSet::with_capacity(keys.len());
        for keys in keys.chunks(self.keys_per_statement(columns)) {
            let mut sql = SqlWriter::new(self.backend());
            for (index, column) in columns.iter().enumerate() {
                sql.push(if index == 0 { "SELECT " } else { ", " }).name(entity.columns[usize::from(*column)].name);
            }
            let wanted = match columns {
                [column] => Term::In(*column, keys.iter().flatten().cloned().collect()),
                _ => Term::InRows(columns.to_vec(), keys.to_vec()),
            };
            sql.push(" FROM ").name(entity.table).filter(entity, "", &[wanted], scope);
            for row in self.transaction.read_all(sql.text, sql.values).await?.iter() {
                let kinds = columns.iter().map(|column| entity.columns[usize::from(*column)].kind);
                let key = kinds.enumerate().map(|(slot, kind)| part(row, slot, kind)).collect::<Result<Vec<_>>>()?;
                found.extend(lookup_texts(&key));
            }
        }
        Ok(found)
    }

    /// Each part of a key of several columns is bound by itself.
    pub(super) fn keys_per_statement(&self, columns: &[u16]) -> usize {
        let most = self.dialect().keys_per_statement();
        if columns.len() > 1 { most.min(8192) } else { most }
    }
}

/// A part of a key.
fn part(row: Row<'_>, slot: usize, kind: ColumnKind) -> Result<Value> {
    Ok(match kind {
        ColumnKind::Uuid => row.get::<uuid::Uuid>(slot)?.into(),
        ColumnKind::Int => row.get::<i32>(slot)?.into(),
        ColumnKind::BigInt => row.get::<i64>(slot)?.into(),
        _ => row.get::<String>(slot)?.into(),
    })
}

/// See [`lookup_text`].
pub(super) fn lookup_texts<'v>(key: impl IntoIterator<Item = &'v Value>) -> Option<Vec<String>> {
    key.into_iter().map(lookup_text).collect()
}

pub(super) fn moved(entity: &EntityDef, line: &Line) -> Error {
    Error::permission_denied().with_detail(format!("a {} moved out of the scope", entity.name)).at(&line.path)
}

/// The rows that `lines` newly refer to, by table.
fn targets<'l>(entity: &EntityDef, lines: &[&'l Line]) -> Vec<Target<'l>> {
    let mut targets: Vec<Target<'l>> = Vec::new();
    for relation in &entity.relations {
        if relation.kind != RelationKind::BelongsTo {
            continue;
        }
        let here = || relation.on.iter().map(|join| join.here);
        let refers =
            |line: &Line| here().any(|column| line.writes(column)) && !here().any(|column| is_null(line.value(column)));
        let references: Vec<Reference<'l>> = lines
            .iter()
            .filter(|line| refers(line))
            .map(|line| Reference {
                key: here().map(|column| line.value(column)).collect(),
                line,
                columns: here().map(|column| entity.columns[usize::from(column)].name).collect(),
                relation: relation.name,
            })
            .collect();
        if references.is_empty() {
            continue;
        }
        let key: Vec<u16> = relation.on.iter().map(|join| join.there).collect();
        let is_same = |target: &&mut Target<'l>| target.definition.type_id == relation.target && target.key == key;
        match targets.iter_mut().find(is_same) {
            Some(target) => target.references.extend(references),
            None => targets.push(Target { definition: (relation.target_definition)(), key, references }),
        }
    }
    targets
}
