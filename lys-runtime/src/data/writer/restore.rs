//! Rows that are deleted but stay in their table: brought back, or removed for good.

use sea_orm::Value;

use super::{Writer, keyed, rows_of};
use crate::{
    access::{
        audit::Action,
        scope::{Deleted, Scope},
    },
    data::{Select, condition::Term, reader::read, sql::SqlWriter, values},
    entity::{EntityDef, SoftDelete},
    error::{Error, Result},
};

impl Writer<'_> {
    /// Brings the deleted row with this key back.
    pub(super) async fn restore_row<E: SoftDelete>(&self, key: E::Key) -> Result<E> {
        let entity = E::definition();
        let scope = self.writable(&entity)?.showing(Deleted::Only);
        let terms = [keyed(key.clone())];
        let mut sql = SqlWriter::new(self.backend());
        sql.push("UPDATE ").name(entity.table).push(" SET ");
        sql.deleted(&entity, None);
        if let Some(column) = entity.column_index("updated_at") {
            let column = &entity.columns[usize::from(column)];
            sql.push(", ").name(column.name).push(" = ").bind_to(column, values::now().into());
        }
        sql.counted(&entity).filter(&entity, "", &terms, &scope);
        if sql.returning("", &entity) {
            let row = read(&self.transaction.read_all(sql.text, sql.values).await?)?.pop();
            let row = row.ok_or_else(Error::not_found)?;
            self.note(&entity, Action::Restore, rows_of(&terms, 1)).await?;
            return Ok(row);
        }
        if self.transaction.execute(sql.text, sql.values).await? == 0 {
            return Err(Error::not_found());
        }
        self.note(&entity, Action::Restore, rows_of(&terms, 1)).await?;
        self.get(key).await
    }

    /// Removes rows of `terms` from their table.
    pub(super) async fn purge_rows(&self, entity: &EntityDef, terms: &[Term], deleted: Deleted) -> Result<u64> {
        let scope = self.writable(entity)?.showing(deleted);
        self.remove(entity, terms, &scope).await
    }

    pub(super) async fn purge_matching<E: SoftDelete>(&self, select: &Select<E>) -> Result<u64> {
        self.purge_rows(&E::definition(), &select.rows.conditions, select.rows.deleted).await
    }

    /// Dates the end of rows; they stay in their table.
    pub(super) async fn hide(&self, entity: &EntityDef, terms: &[Term], scope: &Scope<'_>) -> Result<u64> {
        let mut sql = SqlWriter::new(self.backend());
        sql.push("UPDATE ").name(entity.table).push(" SET ");
        sql.deleted(entity, Some(values::now().into())).counted(entity).filter(entity, "", terms, scope);
        let number = self.transaction.execute(sql.text, sql.values).await?;
        self.note(entity, Action::Delete, rows_of(terms, number)).await?;
        Ok(number)
    }
}

impl SqlWriter {
    /// `deleted_at = …`
    fn deleted(&mut self, entity: &EntityDef, time: Option<Value>) -> &mut Self {
        let Some(column) = entity.soft_delete.map(|column| &entity.columns[usize::from(column)]) else {
            return self;
        };
        self.name(column.name).push(" = ").bind_to(column, time.unwrap_or_else(|| values::null_of(column)))
    }

    /// `, version = version + 1`
    pub(super) fn counted(&mut self, entity: &EntityDef) -> &mut Self {
        let Some(version) = entity.version.map(|version| entity.columns[usize::from(version)].name) else {
            return self;
        };
        self.push(", ").name(version).push(" = ").name(version).push(" + 1")
    }
}
