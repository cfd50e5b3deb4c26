//! `(a, b) IN (…)`: keys of several columns.

use sea_orm::{DbBackend, Value};
use serde_json::Value as Json;

use super::{FALSE, SqlWriter, json, stored};
use crate::entity::{ColumnDef, ColumnKind};

impl SqlWriter {
    /// Several columns together; like [`is_in`](Self::is_in), one bound list on SQLite.
    pub(super) fn rows_in(&mut self, alias: &str, columns: &[&ColumnDef], rows: &[Vec<Value>]) -> &mut Self {
        if rows.is_empty() {
            return self.push(FALSE);
        }
        self.push("(").separated(columns, |sql, column| {
            sql.column(alias, column.name);
        });
        self.push(") IN (");
        if self.backend == DbBackend::Sqlite {
            let places: Vec<(usize, &&ColumnDef)> = columns.iter().enumerate().collect();
            self.push("SELECT ").separated(&places, |sql, (place, column)| {
                let item = format!("value ->> {place}");
                sql.push(&if column.kind == ColumnKind::Uuid { format!("unhex({item})") } else { item });
            });
            let item = |row: &Vec<Value>| row.iter().map(|value| json(stored(self.backend, value.clone()))).collect();
            let list: Vec<Option<Json>> = rows.iter().map(item).collect();
            let list: Vec<Json> = list.into_iter().flatten().collect();
            return self.push(" FROM json_each(").bind(Json::from(list).to_string().into()).push("))");
        }
        self.separated(rows, |sql, row| {
            sql.push("(").separated(row, |sql, value| {
                sql.bind(value.clone());
            });
            sql.push(")");
        });
        self.push(")")
    }

    fn separated<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T)) -> &mut Self {
        for (index, value) in items.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            item(self, value);
        }
        self
    }
}
