//! What was written, where the database does not answer a write with its rows: MySQL.
//!
//! A row that the transaction keeps others from changing is known, so it need not be read again. That is what a new row is, and one
//! that was read to be changed.

use std::collections::HashMap;

use sea_orm::Value;

use super::{
    Writer,
    rows::{Line, lookup_text},
};
use crate::{
    access::scope::scope,
    data::{Row, condition::Term, reader::read, sql::SqlWriter},
    entity::{Cells, Entity, EntityDef},
    error::Result,
};

/// Rows that nobody else changes until the transaction ends, as they are: by table and key.
pub(in crate::data) type Kept = HashMap<(&'static str, String), Vec<Value>>;

impl Writer<'_> {
    /// Runs a statement that writes `lines`; answers like [`written`](Self::written).
    pub(super) async fn told<E: Entity>(&self, sql: SqlWriter, entity: &EntityDef, lines: &[Line]) -> Result<Vec<E>> {
        let mut before = self.transaction.take_kept();
        if lines.len() > 1 && entity.version.is_some() && !lines.iter().all(|line| is_known(entity, line, &before)) {
            // Afterwards nobody can tell which of them had another version.
            self.keep(&self.read_lines::<E>(entity, lines, true).await?);
            before = self.transaction.take_kept();
        }
        let count = self.transaction.execute(sql.text, sql.values).await?;
        let is_current =
            |line: &&Line| line.version.is_none() || version(entity, line, &before) == line.version.as_ref();
        let written: Vec<&Line> = lines.iter().filter(is_current).collect();
        let known: Option<Vec<Vec<Value>>> = written.iter().map(|line| as_written(entity, line, &before)).collect();
        let rows: Vec<E> = match known {
            Some(rows) if count == rows.len() as u64 => rows
                .iter()
                .map(|values| E::from_cells(&mut Cells::new(Row::of_values(values))))
                .collect::<Result<_>>()?,
            _ if count == 0 => Vec::new(),
            _ => self.read_lines(entity, lines, false).await?,
        };
        self.keep(&rows);
        Ok(rows)
    }

    /// Notes rows that the transaction has locked, if that is ever asked.
    pub(super) fn keep<'r, E: Entity>(&self, rows: impl IntoIterator<Item = &'r E>) {
        if self.dialect().answers_writes() {
            return;
        }
        let rows = rows.into_iter().filter_map(|row| {
            let key = lookup_text(&row.key().clone().into())?;
            Some(((E::TABLE, key), row.clone().into_values()))
        });
        self.transaction.keep(rows);
    }

    /// The rows of `lines` inside the scope.
    async fn read_lines<E: Entity>(&self, entity: &EntityDef, lines: &[Line], lock: bool) -> Result<Vec<E>> {
        let mut sql = SqlWriter::new(self.backend());
        sql.push("SELECT ").columns(entity).push(" FROM ").name(entity.table);
        let keys = Term::In(0, lines.iter().map(|line| line.key().clone()).collect());
        sql.filter(entity, "", &[keys], &scope(self.decision, entity, true));
        if lock {
            sql.lock_rows();
        }
        read(&self.transaction.read_all(sql.text, sql.values).await?)
    }
}

/// The row of `line` once it is written, if all of it is known.
fn as_written(entity: &EntityDef, line: &Line, kept: &Kept) -> Option<Vec<Value>> {
    if line.written.len() == line.values.len() {
        return Some(line.values.clone());
    }
    let mut values = kept.get(&(entity.table, lookup_text(line.key())?))?.clone();
    for column in &line.written {
        values[usize::from(*column)] = line.value(*column).clone();
    }
    Some(values)
}

fn is_known(entity: &EntityDef, line: &Line, kept: &Kept) -> bool {
    as_written(entity, line, kept).is_some()
}

/// The version that the row of `line` had.
fn version<'k>(entity: &EntityDef, line: &Line, kept: &'k Kept) -> Option<&'k Value> {
    kept.get(&(entity.table, lookup_text(line.key())?))?.get(usize::from(entity.version?))
}
