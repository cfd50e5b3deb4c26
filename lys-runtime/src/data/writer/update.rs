//! Changes to rows that were read: one `UPDATE` for all of them, each with its own values.

use sea_orm::Value;

use super::{Writer, keyed, lines_written, rows::Line, scope_values};
use crate::{
    access::{
        audit::{Action, Rows},
        scope::{Scope, scope},
    },
    data::{
        Dialect,
        condition::{Operator, Term},
        sql::SqlWriter,
    },
    entity::{Entity, EntityDef},
    error::Result,
};

/// A column that a batch changes.
struct Changed {
    column: u16,
    /// In every row, so that no row has to say whether it does.
    everywhere: bool,
}

impl Writer<'_> {
    /// Changes rows and answers with them, in any order. Rows that are outside the scope, gone or changed by others are not among
    /// them.
    pub(super) async fn update_lines<E: Entity>(&self, entity: &EntityDef, lines: &[Line]) -> Result<Vec<E>> {
        let scope = scope(self.decision, entity, true);
        if let [line] = lines {
            let rows = self.written(update_of_one(self.dialect(), entity, line, &scope), "", entity, lines).await?;
            self.note(entity, Action::Update, lines_written(lines, rows.len())).await?;
            return Ok(rows);
        }
        let mut rows = Vec::with_capacity(lines.len());
        for lines in lines.chunks(lines_per_update(self.dialect(), entity, lines, &scope)) {
            let changed = changed_columns(entity, lines);
            let sql = if self.dialect().updates_from_values() {
                update_from_values(self.dialect(), entity, lines, &changed, &scope)
            } else {
                update_by_case(self.dialect(), entity, lines, &changed, &scope)
            };
            rows.extend(self.written(sql, entity.table, entity, lines).await?);
        }
        self.note(entity, Action::Update, Rows::Number(rows.len() as u64)).await?;
        Ok(rows)
    }
}

fn lines_per_update(dialect: Dialect, entity: &EntityDef, lines: &[Line], scope: &Scope<'_>) -> usize {
    // A key, a version, and for each column a value with a flag or a key before it.
    let per_row = 2 * changed_columns(entity, lines).len() + 4;
    dialect.rows_per_update(per_row, scope_values(dialect, entity, scope))
}

fn changed_columns(entity: &EntityDef, lines: &[Line]) -> Vec<Changed> {
    let changed = (0_u16..).take(entity.columns.len()).filter(|column| lines.iter().any(|line| line.writes(*column)));
    changed.map(|column| Changed { column, everywhere: lines.iter().all(|line| line.writes(column)) }).collect()
}

fn update_of_one(dialect: Dialect, entity: &EntityDef, line: &Line, scope: &Scope<'_>) -> SqlWriter {
    let mut sql = SqlWriter::new(dialect.backend());
    sql.push("UPDATE ").name(entity.table).push(" SET ");
    for (index, column) in line.written.iter().enumerate() {
        if index > 0 {
            sql.push(", ");
        }
        let value = line.value(*column).clone();
        let column = &entity.columns[usize::from(*column)];
        sql.name(column.name).push(" = ").bind_to(column, value);
    }
    let mut terms = vec![keyed(line.key().clone())];
    if let (Some(column), Some(version)) = (entity.version, &line.version) {
        terms.push(Term::Compare(column, Operator::Equal, version.clone()));
    }
    sql.filter(entity, "", &terms, scope);
    sql
}

/// `UPDATE t SET a = v.column2, … FROM (VALUES (key, a, …), …) AS v WHERE t.id = v.column1 AND …`
fn update_from_values(
    dialect: Dialect,
    entity: &EntityDef,
    lines: &[Line],
    changed: &[Changed],
    scope: &Scope<'_>,
) -> SqlWriter {
    const VALUES: &str = "lys_values";
    let mut sql = SqlWriter::new(dialect.backend());
    sql.push("UPDATE ").name(entity.table).push(" SET ");
    let mut place = 1;
    for (index, Changed { column, everywhere }) in changed.iter().enumerate() {
        let name = entity.columns[usize::from(*column)].name;
        sql.push(if index > 0 { ", " } else { "" }).name(name).push(" = ");
        let new = format!("column{}", place + 1);
        if *everywhere {
            sql.column(VALUES, &new);
            place += 1;
        } else {
            let flag = format!("column{}", place + 2);
            sql.push("CASE WHEN ").column(VALUES, &flag).push(" THEN ").column(VALUES, &new);
            sql.push(" ELSE ").column(entity.table, name).push(" END");
            place += 2;
        }
    }
    sql.push(" FROM (VALUES ");
    for (index, line) in lines.iter().enumerate() {
        sql.push(if index > 0 { ", (" } else { "(" }).bind(line.key().clone());
        for Changed { column, everywhere } in changed {
            sql.push(", ").bind_to(&entity.columns[usize::from(*column)], line.value(*column).clone());
            if !everywhere {
                sql.push(", ").bind(line.writes(*column).into());
            }
        }
        if let Some(version) = &line.version {
            sql.push(", ").bind(version.clone());
        }
        sql.push(")");
    }
    sql.push(") AS ").name(VALUES).push(" WHERE ").column(entity.table, entity.columns[0].name).push(" = ");
    sql.column(VALUES, "column1");
    if let Some(version) = entity.version {
        sql.push(" AND ").column(entity.table, entity.columns[usize::from(version)].name).push(" = ");
        sql.column(VALUES, &format!("column{}", place + 1));
    }
    sql.and_filter(entity, entity.table, &[], scope);
    sql
}

/// `UPDATE t SET a = CASE id WHEN key THEN a … ELSE a END, … WHERE id IN (…) AND …`
fn update_by_case(
    dialect: Dialect,
    entity: &EntityDef,
    lines: &[Line],
    changed: &[Changed],
    scope: &Scope<'_>,
) -> SqlWriter {
    let mut sql = SqlWriter::new(dialect.backend());
    sql.push("UPDATE ").name(entity.table).push(" SET ");
    for (index, Changed { column, .. }) in changed.iter().enumerate() {
        let name = entity.columns[usize::from(*column)].name;
        sql.push(if index > 0 { ", " } else { "" }).name(name).push(" = ");
        let values = lines.iter().filter(|line| line.writes(*column)).map(|line| (line.key(), line.value(*column)));
        case(&mut sql, entity, *column, values).push(" ELSE ").name(name).push(" END");
    }
    sql.filter(
        entity,
        "",
        &[Term::In(0, lines.iter().map(|line| line.key().clone()).collect())],
        &Scope::all(scope.decision),
    );
    if let Some(version) = entity.version {
        sql.push(" AND ").name(entity.columns[usize::from(version)].name).push(" = ");
        let versions = lines.iter().filter_map(|line| Some((line.key(), line.version.as_ref()?)));
        case(&mut sql, entity, version, versions).push(" END");
    }
    sql.and_filter(entity, "", &[], scope);
    sql
}

fn case<'s, 'v>(
    sql: &'s mut SqlWriter,
    entity: &EntityDef,
    column: u16,
    values: impl Iterator<Item = (&'v Value, &'v Value)>,
) -> &'s mut SqlWriter {
    sql.push("CASE ").name(entity.columns[0].name);
    for (key, value) in values {
        let column = &entity.columns[usize::from(column)];
        sql.push(" WHEN ").bind(key.clone()).push(" THEN ").bind_to(column, value.clone());
    }
    sql
}
