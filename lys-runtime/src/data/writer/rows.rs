//! Rows on their way into a table, without their type.

use sea_orm::Value;
use serde_json::Value as Json;

/// One row: complete, and checked by itself.
pub(super) struct Line {
    /// All values, in column order; the key comes first.
    pub(super) values: Vec<Value>,
    /// The columns that are written.
    pub(super) written: Vec<u16>,
    /// The version that an edited row was read with.
    pub(super) version: Option<Value>,
    /// Where the row stands in what was given, for errors: nowhere, or in a list.
    pub(super) path: Vec<Json>,
}

impl Line {
    /// A new row.
    pub(super) fn new(values: Vec<Value>, path: Vec<Json>) -> Self {
        let written = (0..).take(values.len()).collect();
        Self { values, written, version: None, path }
    }

    pub(super) fn key(&self) -> &Value {
        &self.values[0]
    }

    pub(super) fn value(&self, column: u16) -> &Value {
        &self.values[usize::from(column)]
    }

    pub(super) fn writes(&self, column: u16) -> bool {
        self.written.contains(&column)
    }
}

/// A value that is looked up, such as a key: equal values have equal texts. NULL is found nowhere.
pub(super) fn lookup_text(value: &Value) -> Option<String> {
    match value {
        Value::Uuid(Some(id)) => Some(id.to_string()),
        Value::String(Some(text)) => Some(text.clone()),
        value if super::super::sql::is_null(value) => None,
        value => Some(format!("{value:?}")),
    }
}
