//! Lists of keys: as a condition on several columns, and as a table to join with.

use sea_orm::{DbBackend, Value};
use serde_json::Value as Json;

use super::{FALSE, SqlWriter};
use crate::{
    data::dialect::{json, stored},
    entity::{ColumnDef, ColumnKind},
};

/// What a table of keys is called.
const KEYS: &str = "lys_keys";

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

    /// Adds a list of keys as a table that [`is_key`](Self::is_key) speaks of: one bound list for any number of keys.
    pub(crate) fn keys(&mut self, columns: &[&ColumnDef], keys: &[Vec<Value>]) -> &mut Self {
        match self.backend {
            #[cfg(feature = "postgres")]
            DbBackend::Postgres => self.keys_in_arrays(columns, keys),
            _ => self.keys_in_json(columns, keys),
        }
    }

    fn keys_in_json(&mut self, columns: &[&ColumnDef], keys: &[Vec<Value>]) -> &mut Self {
        let text = |value: &Value| json(stored(self.backend, value.clone()));
        let list: Vec<Option<Json>> = match columns {
            [_] => keys.iter().map(|key| key.first().and_then(text)).collect(),
            _ => keys.iter().map(|key| key.iter().map(text).collect()).collect(),
        };
        let list: Vec<Json> = list.into_iter().flatten().collect();
        self.push("json_each(").bind(Json::from(list).to_string().into()).push(") AS ").name(KEYS)
    }

    #[cfg(feature = "postgres")]
    fn keys_in_arrays(&mut self, columns: &[&ColumnDef], keys: &[Vec<Value>]) -> &mut Self {
        self.push("unnest(").separated(columns.iter().enumerate(), |sql, (place, column)| {
            let list = keys.iter().filter_map(|key| key.get(place).cloned()).collect();
            sql.bind(Value::Array(crate::entity::bridge::array_type(column), Some(Box::new(list))));
        });
        self.push(") AS ").name(KEYS).push(" (").separated(0..columns.len(), |sql, place| {
            sql.name(&format!("key_{place}"));
        });
        self.push(")")
    }

    /// Adds the condition that `columns` are a key of the table that [`keys`](Self::keys) made.
    pub(crate) fn is_key(&mut self, alias: &str, columns: &[&ColumnDef]) -> &mut Self {
        for (place, column) in columns.iter().enumerate() {
            self.push(if place > 0 { " AND " } else { "" }).column(alias, column.name).push(" = ");
            if self.backend == DbBackend::Postgres {
                self.column(KEYS, &format!("key_{place}"));
                continue;
            }
            let uuid = column.kind == ColumnKind::Uuid;
            self.push(if uuid { "unhex(" } else { "" }).column(KEYS, "value");
            if columns.len() > 1 {
                self.push(&format!(" ->> {place}"));
            }
            self.push(if uuid { ")" } else { "" });
        }
        self
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
