//! New rows: one `INSERT` for all of a table, cut only where the database binds no more values.

use super::{Writer, lines_written, rows::Line};
use crate::{
    access::audit::Action,
    data::{Dialect, sql::SqlWriter},
    entity::{Entity, EntityDef},
    error::Result,
};

impl Writer<'_> {
    /// Writes new rows and answers with them, in any order.
    pub(super) async fn insert<E: Entity>(&self, entity: &EntityDef, lines: &[Line]) -> Result<Vec<E>> {
        let mut rows = Vec::with_capacity(lines.len());
        for lines in lines.chunks(self.dialect().rows_per_statement(entity.columns.len(), 0)) {
            rows.extend(self.written(insertion(self.dialect(), entity, "", lines), "", entity, lines).await?);
            self.note(entity, Action::Create, lines_written(lines, lines.len())).await?;
        }
        Ok(rows)
    }
}

/// `INSERT INTO … VALUES …`, the table under `alias` if there is one.
pub(super) fn insertion(dialect: Dialect, entity: &EntityDef, alias: &str, lines: &[Line]) -> SqlWriter {
    let mut sql = SqlWriter::new(dialect.backend());
    sql.push("INSERT INTO ").name(entity.table);
    if !alias.is_empty() {
        sql.push(" AS ").name(alias);
    }
    sql.push(" (").columns(entity).push(") VALUES ");
    for (row, line) in lines.iter().enumerate() {
        sql.push(if row > 0 { ", (" } else { "(" });
        for (place, (column, value)) in entity.columns.iter().zip(&line.values).enumerate() {
            if place > 0 {
                sql.push(", ");
            }
            sql.bind_to(column, value.clone());
        }
        sql.push(")");
    }
    sql
}
