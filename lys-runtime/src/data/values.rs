//! The values of a row to be written: checked against their columns, completed, compared.

use chrono::{DateTime, SubsecRound, Utc};
use rust_decimal::Decimal;
use sea_orm::Value;
use serde_json::{Value as Json, json};

use super::sql::is_null;
use crate::{
    entity::{ColumnDef, ColumnKind, EntityDef, EntityKind},
    error::{Error, Result, code},
    name::camel_case,
};

/// The values of a new row, in column order.
///
/// A missing key is made, a missing `created_at` is now, a missing `enabled` of reference data is true, a version is 1.
pub(super) fn of_new_row(
    entity: &EntityDef,
    given: &[Option<Value>],
    key: impl FnOnce() -> Option<Value>,
    mistakes: &mut Mistakes,
) -> Vec<Value> {
    let mut key = Some(key);
    let mut values = Vec::with_capacity(entity.columns.len());
    for (index, column) in entity.columns.iter().enumerate() {
        let given = given.get(index).cloned().flatten();
        if given.as_ref().is_some_and(|value| entity.is_deletion(index) && !is_null(value)) {
            mistakes.by_hand(column);
        }
        let value = match given {
            Some(value) if entity.is_version(index) => Some(mistakes.first_version(column, value)),
            Some(value) => Some(value),
            None if index == 0 => key.take().and_then(|key| key()),
            None if entity.is_version(index) => Some(number(column, 1)),
            None => default(entity, column),
        };
        values.push(mistakes.check(column, value));
    }
    values
}

/// A row as it shall be.
pub(super) struct Change {
    /// All values, in column order.
    pub(super) values: Vec<Value>,
    /// The columns that really change.
    pub(super) changed: Vec<u16>,
    /// The version that the row was read with.
    pub(super) version: Option<Value>,
}

/// The values of `original` with those of `given`, which of them really change, and the next version.
///
/// # Errors
/// `STALE_VERSION` when the given version is another than the row's.
pub(super) fn of_changed_row(
    entity: &EntityDef,
    given: &[Option<Value>],
    original: Vec<Value>,
    mistakes: &mut Mistakes,
) -> Result<Change> {
    let mut changed = Vec::new();
    let mut values = original;
    for (index, column) in (0_u16..).zip(&entity.columns) {
        let old = &mut values[usize::from(index)];
        let Some(Some(new)) = given.get(usize::from(index)) else {
            continue;
        };
        let new = mistakes.check(column, Some(new.clone()));
        if new != *old {
            changed.push(index);
            *old = new;
        }
    }
    if changed.contains(&0) {
        return Err(Error::internal(format!("the key of a `{}` cannot change", entity.name)));
    }
    if entity.soft_delete.is_some_and(|deleted| changed.contains(&deleted)) {
        return Err(not_by_hand(entity));
    }
    if entity.version.is_some_and(|version| changed.contains(&version)) {
        return Err(Error::stale_version());
    }
    let version = entity.version.map(|version| values[usize::from(version)].clone());
    if !changed.is_empty() {
        touch(entity, &mut values, &mut changed)?;
    }
    Ok(Change { values, changed, version })
}

/// `deleted_at` says what became of a row: only what does that to rows writes it.
pub(super) fn not_by_hand(entity: &EntityDef) -> Error {
    Error::internal(format!("`deleted_at` of a `{}` is written by `delete` and `restore` alone", entity.name))
}

/// A change is dated and counted.
fn touch(entity: &EntityDef, values: &mut [Value], changed: &mut Vec<u16>) -> Result<()> {
    if let Some(column) = entity.column_index("updated_at").filter(|column| !changed.contains(column)) {
        values[usize::from(column)] = now().into();
        changed.push(column);
    }
    if let Some(column) = entity.version {
        let version = &mut values[usize::from(column)];
        let next = next_version(version);
        *version = next.ok_or_else(|| Error::internal(format!("the versions of a `{}` are used up", entity.name)))?;
        changed.push(column);
    }
    Ok(())
}

fn next_version(version: &Value) -> Option<Value> {
    match version {
        Value::Int(Some(version)) => Some(version.checked_add(1)?.into()),
        Value::BigInt(Some(version)) => Some(version.checked_add(1)?.into()),
        _ => None,
    }
}

fn number(column: &ColumnDef, number: i32) -> Value {
    if column.kind == ColumnKind::BigInt { i64::from(number).into() } else { number.into() }
}

/// The clock of rows: microseconds, as databases keep them.
pub(super) fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

fn default(entity: &EntityDef, column: &ColumnDef) -> Option<Value> {
    match column.name {
        "created_at" => Some(now().into()),
        "enabled" if entity.kind == EntityKind::Parametric => Some(true.into()),
        _ => None,
    }
}

/// What is wrong with values, by row and field; in the form of the decoder of inputs.
#[derive(Default)]
pub(super) struct Mistakes {
    /// Where the present row stands.
    path: Vec<Json>,
    found: Vec<Json>,
}

impl Mistakes {
    /// Goes on with the row at `path`.
    pub(super) fn enter(&mut self, path: &[Json]) {
        path.clone_into(&mut self.path);
    }

    /// A row stands there twice.
    pub(super) fn given_twice(&mut self) {
        self.found.push(json!({ "path": self.path, "rule": "unique", "message": "must not be given twice" }));
    }

    /// The value as its column can hold it; NULL after a mistake.
    pub(super) fn check(&mut self, column: &ColumnDef, value: Option<Value>) -> Value {
        let null = Value::String(None);
        let Some(value) = value.filter(|value| !is_null(value)) else {
            if !column.nullable {
                self.required(column);
            }
            return null_of(column);
        };
        match value {
            Value::Decimal(Some(decimal)) => self.decimal(column, decimal).map_or(null, Into::into),
            Value::Double(Some(float)) if !float.is_finite() => {
                self.add(column, "range", "must be a finite number");
                null
            }
            Value::String(Some(text)) => {
                self.text(column, &text);
                text.into()
            }
            Value::Array(kind, Some(items)) => {
                items.iter().for_each(|item| self.item(column, item));
                Value::Array(kind, Some(items))
            }
            // Microseconds, and no leap second: as servers count.
            Value::ChronoDateTimeUtc(Some(time)) => {
                DateTime::from_timestamp_micros(time.timestamp_micros()).unwrap_or(time).into()
            }
            value => value,
        }
    }

    fn text(&mut self, column: &ColumnDef, text: &str) {
        if let Some(length) = column.length
            && text.chars().count() > length as usize
        {
            self.add(column, "length", format!("length must be at most {length}"));
        }
    }

    /// An item of a list.
    fn item(&mut self, column: &ColumnDef, item: &Value) {
        match item {
            Value::String(Some(text)) => self.text(column, text),
            Value::Double(Some(float)) if !float.is_finite() => self.add(column, "range", "must be finite numbers"),
            _ => {}
        }
    }

    /// Exact at the column's scale: excess digits are refused, not rounded.
    fn decimal(&mut self, column: &ColumnDef, value: Decimal) -> Option<Decimal> {
        let value = value.normalize();
        let Some((precision, scale)) = column.decimal else {
            return Some(value);
        };
        if value.scale() > scale {
            self.add(column, "scale", format!("must have at most {scale} decimal places"));
            return None;
        }
        let digits = precision.saturating_sub(scale);
        let integer = value.trunc().abs();
        if !integer.is_zero() && integer.to_string().len() > digits as usize {
            self.add(column, "range", format!("must have at most {digits} digits before the point"));
            return None;
        }
        Some(value)
    }

    /// A row that does not exist yet has no version that the caller could have read.
    fn first_version(&mut self, column: &ColumnDef, value: Value) -> Value {
        if value != number(column, 1) {
            self.add(column, "version", "a new row starts at 1");
        }
        value
    }

    /// A value is wanted, of whatever columns may do without.
    pub(super) fn required(&mut self, column: &ColumnDef) {
        self.add(column, "required", "a value is required");
    }

    /// A key that is not for the caller to give.
    pub(super) fn filled_in(&mut self, column: &ColumnDef) {
        self.add(column, "given", "must not be given: it is the key of the row that this one belongs to");
    }

    /// A new row is not deleted.
    fn by_hand(&mut self, column: &ColumnDef) {
        self.add(column, "deleted", "a new row is not deleted");
    }

    fn add(&mut self, column: &ColumnDef, rule: &str, message: impl Into<String>) {
        let mut path = self.path.clone();
        path.push(camel_case(column.name).into());
        self.found.push(json!({ "path": path, "rule": rule, "message": message.into() }));
    }

    /// `INVALID_INPUT` with every mistake, if there is one.
    pub(super) fn finish(self) -> Result<()> {
        if self.found.is_empty() {
            return Ok(());
        }
        Err(Error::new(code::INVALID_INPUT, 400).with_extension("fields", self.found))
    }
}

/// NULL of the column's type, so that it equals what the row says.
pub(crate) fn null_of(column: &ColumnDef) -> Value {
    use crate::entity::ColumnKind as Kind;
    match column.kind {
        Kind::Uuid => Value::Uuid(None),
        Kind::String => Value::String(None),
        Kind::Bool => Value::Bool(None),
        Kind::Int => Value::Int(None),
        Kind::BigInt => Value::BigInt(None),
        Kind::Float => Value::Double(None),
        Kind::Decimal => Value::Decimal(None),
        Kind::DateTime => Value::ChronoDateTimeUtc(None),
        Kind::Date => Value::ChronoDate(None),
        Kind::Json => Value::Json(None),
        Kind::List(item) => super::lists::null(item),
    }
}
