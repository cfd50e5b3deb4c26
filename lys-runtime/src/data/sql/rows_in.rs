//! `(a, b) IN (…)`: keys of several columns.

use sea_orm::{DbBackend, Value};
use serde_json::Value as Json;

use super::{FALSE, SqlWriter};
use crate::{
    data::dialect::{json, stored},
    entity::{ColumnDef, ColumnKind},
};

impl SqlWriter {
    /// Several columns together. One bound list on SQLite; elsewhere the number of rows is a power of two, the last one repeated, so
    /// that there are few texts.
    pub(super) fn rows_in(&mut self, alias: &str, columns: &[&ColumnDef], rows: &[Vec<Value>]) -> &mut Self {
        let Some(last) = rows.last() else { return self.push(FALSE) };
        self.push("(").separated(columns.iter(), |sql, column| {
            sql.column(alias, column.name);
        });
        self.push(") IN (");
        if self.backend == DbBackend::Sqlite {
            return self.rows_in_json(columns, rows);
        }
        let padding = rows.len().next_power_of_two() - rows.len();
        self.separated(rows.iter().chain(std::iter::repeat_n(last, padding)), |sql, row| {
            sql.push("(").separated(columns.iter().zip(row), |sql, (column, value)| {
                sql.bind_to(column, value.clone());
            });
            sql.push(")");
        });
        self.push(")")
    }

    fn rows_in_json(&mut self, columns: &[&ColumnDef], rows: &[Vec<Value>]) -> &mut Self {
        self.push("SELECT ").separated(columns.iter().enumerate(), |sql, (place, column)| {
            let item = format!("value ->> {place}");
            sql.push(&if column.kind == ColumnKind::Uuid { format!("unhex({item})") } else { item });
        });
        let item = |row: &Vec<Value>| row.iter().map(|value| json(stored(self.backend, value.clone()))).collect();
        let list: Vec<Option<Json>> = rows.iter().map(item).collect();
        let list: Vec<Json> = list.into_iter().flatten().collect();
        self.push(" FROM json_each(").bind(Json::from(list).to_string().into()).push("))")
    }

    fn separated<T>(&mut self, items: impl Iterator<Item = T>, mut item: impl FnMut(&mut Self, T)) -> &mut Self {
        for (index, value) in items.enumerate() {
            if index > 0 {
                self.push(", ");
            }
            item(self, value);
        }
        self
    }
}
