//! Writes inside a transaction and a decision's scope.

use std::ops::Deref;

use sea_orm::Value;

use super::{
    Database, Draft, Reader, Row, Transaction,
    condition::{Operator, Term},
    reader::read,
    sql::SqlWriter,
    values,
};
use crate::{
    access::{
        Decision, Grant,
        scope::{Reach, admits, holds, scope},
    },
    entity::{Cells, Entity, EntityDef, RelationKind},
    error::{Error, Result, code},
};

/// Writes rows that its decision allows, in the transaction of one root mutation field. It reads like a [`Reader`].
#[derive(Clone, Copy)]
pub struct Writer<'a> {
    pub(crate) reader: Reader<'a>,
    pub(crate) transaction: &'a Transaction,
}

impl<'a> Deref for Writer<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

impl<'a> Writer<'a> {
    pub(crate) fn new(database: &'a Database, transaction: &'a Transaction, decision: &'a Decision) -> Self {
        Self { reader: Reader::new(database, Some(transaction), decision), transaction }
    }

    /// The same writer without a scope, because of `reason`. Every use is recorded.
    #[must_use]
    #[track_caller]
    pub fn unscoped(&self, reason: &'static str) -> Self {
        Self { reader: self.reader.unscoped(reason), transaction: self.transaction }
    }

    /// Writes a new row.
    ///
    /// # Errors
    /// `INVALID_INPUT` for values that do not fit or are missing, `PERMISSION_DENIED` for a row outside the scope, `NOT_FOUND` for
    /// a referenced row that does not exist or is outside the scope, `ALREADY_EXISTS` for a unique value that is taken.
    pub async fn create<E: Entity>(&self, draft: Draft<E>) -> Result<E> {
        let entity = E::definition();
        let values = values::of_new_row(&entity, &draft)?;
        if !admits(self.decision, &entity, |column| values.get(usize::from(column))) {
            return Err(Error::permission_denied().with_detail(format!("a new {} outside the scope", entity.name)));
        }
        let all: Vec<u16> = (0..).take(values.len()).collect();
        self.check_references(&entity, &values, &all).await?;

        let mut sql = SqlWriter::new(self.backend());
        sql.push("INSERT INTO ").name(entity.table).push(" (").columns(&entity).push(") VALUES (");
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                sql.push(", ");
            }
            sql.bind(value.clone());
        }
        sql.push(")");
        self.written(sql, &entity, values).await?.ok_or_else(|| Error::internal("an insert returned no row"))
    }

    /// Changes the row with this key: `change` gets the row as it is now.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is none inside the scope, and those of [`save`](Self::save).
    pub async fn update<E: Entity>(&self, key: E::Key, change: impl FnOnce(&mut E) + Send) -> Result<E> {
        let row: E = self.get(key).await?;
        let mut changed = row.clone();
        change(&mut changed);
        let values = changed.into_values().into_iter().map(Some).collect();
        self.save(Draft { values, original: Some(row) }).await
    }

    /// Writes a draft: a new row, or the columns that changed. Without a change nothing is written.
    ///
    /// # Errors
    /// Those of [`create`](Self::create); `NOT_FOUND` when the edited row is not inside the scope; `PERMISSION_DENIED` when the
    /// changes move it out, or into an organization that the decision does not reach.
    pub async fn save<E: Entity>(&self, mut draft: Draft<E>) -> Result<E> {
        let Some(original) = draft.original.take() else {
            return self.create(draft).await;
        };
        let entity = E::definition();
        let key = original.key().clone();
        let (values, changed) = values::of_changed_row(&entity, &draft, original.clone().into_values())?;
        if changed.is_empty() {
            return if *self.decision.grant() == Grant::Full { Ok(original) } else { self.get(key).await };
        }
        self.check_move(&entity, &values, &changed)?;
        self.check_references(&entity, &values, &changed).await?;

        let mut sql = SqlWriter::new(self.backend());
        sql.push("UPDATE ").name(entity.table).push(" SET ");
        for (index, column) in changed.iter().map(|column| usize::from(*column)).enumerate() {
            if index > 0 {
                sql.push(", ");
            }
            sql.name(entity.columns[column].name).push(" = ").bind(values[column].clone());
        }
        sql.filter(&entity, "", &[keyed(key)], &scope(self.decision, &entity, true));
        self.written(sql, &entity, values).await?.ok_or_else(Error::not_found)
    }

    /// Deletes the row with this key.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is none inside the scope, `STILL_REFERENCED` when other rows refer to it.
    pub async fn delete<E: Entity>(&self, key: E::Key) -> Result<()> {
        let entity = E::definition();
        let mut sql = SqlWriter::new(self.backend());
        sql.push("DELETE FROM ").name(entity.table);
        sql.filter(&entity, "", &[keyed(key)], &scope(self.decision, &entity, true));
        let deleted = self.transaction.execute(sql.text, sql.values).await.map_err(still_referenced)?;
        if deleted == 0 { Err(Error::not_found()) } else { Ok(()) }
    }

    /// The new values are inside the scope; a new tenant is one that the decision names, whoever owns the row.
    fn check_move(&self, entity: &EntityDef, values: &[Value], changed: &[u16]) -> Result<()> {
        let value = |column: u16| values.get(usize::from(column));
        let foreign = entity
            .tenants
            .iter()
            .filter(|tenant| changed.contains(&tenant.column))
            .any(|tenant| !value(tenant.column).is_some_and(|id| holds(self.decision, entity, tenant.column, id)));
        if foreign || !admits(self.decision, entity, value) {
            return Err(Error::permission_denied().with_detail(format!("a {} moved out of the scope", entity.name)));
        }
        Ok(())
    }

    /// Referenced rows are inside the scope; where there is no scope, the database's own constraint says the same.
    async fn check_references(&self, entity: &EntityDef, values: &[Value], changed: &[u16]) -> Result<()> {
        for relation in &entity.relations {
            let RelationKind::BelongsTo { column } = relation.kind else {
                continue;
            };
            let value = &values[usize::from(column)];
            if !changed.contains(&column) || super::sql::is_null(value) {
                continue;
            }
            let target = (relation.target_definition)();
            let scope = scope(self.decision, &target, false);
            let exists = match scope.reach {
                Reach::All => true,
                Reach::Nothing => false,
                Reach::Where(_) => {
                    self.has_row(&target, &[Term::Compare(0, Operator::Equal, value.clone())], &scope).await?
                }
            };
            if !exists {
                return Err(Error::not_found().with_detail(format!("{}.{}", entity.name, relation.name)));
            }
        }
        Ok(())
    }

    /// Runs a statement that writes one row: the row as the database has it, or, where it does not answer with rows, as it was told
    /// to have it; nothing when no row was found.
    async fn written<E: Entity>(
        &self,
        mut sql: SqlWriter,
        entity: &EntityDef,
        values: Vec<Value>,
    ) -> Result<Option<E>> {
        if sql.returning(entity) {
            return Ok(read(&self.transaction.read_all(sql.text, sql.values).await?)?.pop());
        }
        if self.transaction.execute(sql.text, sql.values).await? == 0 {
            return Ok(None);
        }
        E::from_cells(&mut Cells::new(Row::of_values(&values))).map(Some)
    }
}

fn keyed(key: impl Into<Value>) -> Term {
    Term::Compare(0, Operator::Equal, key.into())
}

/// On deletion a broken foreign key means that others refer to the row.
fn still_referenced(error: Error) -> Error {
    if error.code() != code::NOT_FOUND {
        return error;
    }
    Error::new(code::STILL_REFERENCED, 409).with_detail(error.detail().unwrap_or_default().to_owned())
}
