//! New rows: one `INSERT` for all of a table, cut only where the database binds no more values.

use sea_orm::DbBackend;

use super::{Writer, dialect, rows::Line};
use crate::{
    data::sql::SqlWriter,
    entity::{Entity, EntityDef},
    error::Result,
};

impl Writer<'_> {
    /// Writes new rows and answers with them, in any order.
    pub(super) async fn insert<E: Entity>(&self, entity: &EntityDef, lines: &[Line]) -> Result<Vec<E>> {
        let mut rows = Vec::with_capacity(lines.len());
        for lines in lines.chunks(lines_per_insert(self.backend(), entity)) {
            rows.extend(self.written(insertion(self.backend(), entity, lines), "", entity, lines).await?);
        }
        Ok(rows)
    }
}

pub(super) fn lines_per_insert(backend: DbBackend, entity: &EntityDef) -> usize {
    dialect::rows_per_statement(backend, entity.columns.len(), 0)
}

fn insertion(backend: DbBackend, entity: &EntityDef, lines: &[Line]) -> SqlWriter {
    let mut sql = SqlWriter::new(backend);
    sql.push("INSERT INTO ").name(entity.table).push(" (").columns(entity).push(") VALUES ");
    for (row, line) in lines.iter().enumerate() {
        sql.push(if row > 0 { ", (" } else { "(" });
        for (column, value) in line.values.iter().enumerate() {
            if column > 0 {
                sql.push(", ");
            }
            sql.bind(value.clone());
        }
        sql.push(")");
    }
    sql
}
