//! The same change to all rows of a select, without reading them.

use sea_orm::Value;

use super::{
    Writer,
    holders::{may_move, outside},
    nested::not_new,
    rows::Line,
};
use crate::{
    access::{
        audit::{Action, Rows},
        scope::{Reach, Scope, admits, looks_beyond, moved_out},
    },
    data::{
        Draft, Select,
        condition::Term,
        reader::read,
        select::RowSelect,
        sql::{SqlWriter, is_null},
        values::{self, Mistakes},
    },
    entity::{Entity, EntityDef, RelationKind},
    error::{Error, Result},
};

impl Writer<'_> {
    pub(super) async fn update_matching<E: Entity>(&self, select: &Select<E>, changes: &Draft<E>) -> Result<u64> {
        let entity = E::definition();
        let scope = self.writable(&entity)?.showing(select.rows.deleted);
        if !changes.children.is_empty() {
            return Err(not_new(&entity));
        }
        let Some(line) = changed_columns(&entity, &changes.values)? else {
            return Ok(0);
        };
        self.check_tenants(&entity, &line)?;
        check_whole_keys(&entity, &line)?;
        self.check_references(&entity, &[&line]).await?;
        let held = self.check_new_holders(&entity, &[&line]).await?;
        if looks_beyond(self.decision, &entity) {
            let changed = |column| line.writes(column).then(|| line.value(column));
            if held.is_empty() && may_move(&entity, &line) && !admits(self.decision, &entity, changed) {
                return self.update_and_look::<E>(select, &line, &scope).await;
            }
        } else {
            self.check_staying(&entity, select, &line, &scope).await?;
        }
        self.update_all(&entity, &line, &select.rows.conditions, &scope).await
    }

    async fn update_all(&self, entity: &EntityDef, line: &Line, terms: &[Term], scope: &Scope<'_>) -> Result<u64> {
        let mut sql = SqlWriter::new(self.backend());
        sql.push("UPDATE ").name(entity.table).push(" SET ");
        for (index, column) in line.written.iter().enumerate() {
            let name = entity.columns[usize::from(*column)].name;
            sql.push(if index > 0 { ", " } else { "" }).name(name).push(" = ").bind(line.value(*column).clone());
        }
        sql.counted(entity);
        sql.filter(entity, "", terms, scope);
        let number = self.transaction.execute(sql.text, sql.values).await?;
        self.note(entity, Action::Update, Rows::Number(number)).await?;
        Ok(number)
    }

    /// The same where only the database can tell whether rows stay inside the scope: they are noted before, and looked for after.
    async fn update_and_look<E: Entity>(&self, select: &Select<E>, line: &Line, scope: &Scope<'_>) -> Result<u64> {
        let entity = E::definition();
        let mut sql = self.reader.select::<E>(&RowSelect { order: Vec::new(), ..select.rows.clone() });
        sql.lock_rows();
        let rows: Vec<E> = read(&self.transaction.read_all(sql.text, sql.values).await?)?;
        let keys: Vec<Value> = rows.iter().map(|row| row.key().clone().into()).collect();
        let mut updated = 0;
        for keys in keys.chunks(self.dialect().keys_per_statement()) {
            updated += self.update_all(&entity, line, &[Term::In(0, keys.to_vec())], scope).await?;
        }
        let outside_of = self.first_outside(&entity, keys, select.rows.deleted).await?;
        outside_of.map_or(Ok(updated), |_| Err(outside(&entity)))
    }

    /// No row leaves the scope. Rows are asked for only where their other columns decide that.
    async fn check_staying<E: Entity>(
        &self,
        entity: &EntityDef,
        select: &Select<E>,
        line: &Line,
        scope: &Scope<'_>,
    ) -> Result<()> {
        let changed = |column| line.writes(column).then(|| line.value(column));
        let leaves = match moved_out(self.decision, entity, changed) {
            Reach::Nothing => false,
            Reach::All => true,
            Reach::Where(term) => {
                let mut terms = select.rows.conditions.clone();
                terms.push(term);
                self.has_row(entity, &terms, scope).await?
            }
        };
        if leaves {
            let detail = format!("rows of {} moved out of the scope", entity.name);
            return Err(Error::permission_denied().with_detail(detail));
        }
        Ok(())
    }
}

/// A key of several columns changes as a whole or becomes empty: of a part of it nobody knows to which rows it refers then.
fn check_whole_keys(entity: &EntityDef, line: &Line) -> Result<()> {
    for relation in entity.relations.iter().filter(|relation| relation.kind == RelationKind::BelongsTo) {
        let written = || relation.on.iter().map(|join| join.here).filter(|column| line.writes(*column));
        let is_empty = written().any(|column| is_null(line.value(column)));
        if (1..relation.on.len()).contains(&written().count()) && !is_empty {
            let text = format!("`{}.{}`: of many rows at once the key changes as a whole", entity.name, relation.name);
            return Err(Error::internal(text));
        }
    }
    Ok(())
}

/// The columns that `given` sets, with the time of the change; `None` when it sets none.
fn changed_columns(entity: &EntityDef, given: &[Option<Value>]) -> Result<Option<Line>> {
    let mut mistakes = Mistakes::default();
    let mut line = Line { values: Vec::new(), written: Vec::new(), version: None, path: Vec::new() };
    for (index, column) in (0_u16..).zip(&entity.columns) {
        let value = given.get(usize::from(index)).cloned().flatten();
        if value.is_some() {
            line.written.push(index);
        }
        line.values.push(match value {
            Some(value) => mistakes.check(column, Some(value)),
            None => values::null_of(column),
        });
    }
    if line.writes(0) || entity.version.is_some_and(|version| line.writes(version)) {
        let text = format!("the key and the version of a `{}` are not for many rows at once", entity.name);
        return Err(Error::internal(text));
    }
    if entity.soft_delete.is_some_and(|deleted| line.writes(deleted)) {
        return Err(values::not_by_hand(entity));
    }
    mistakes.finish()?;
    if line.written.is_empty() {
        return Ok(None);
    }
    if let Some(column) = entity.column_index("updated_at").filter(|column| !line.writes(*column)) {
        line.values[usize::from(column)] = values::now().into();
        line.written.push(column);
    }
    Ok(Some(line))
}
