//! The values of a row to be written: checked against their columns, completed, compared.

use chrono::{DateTime, SubsecRound, Utc};
use rust_decimal::Decimal;
use sea_orm::Value;
use serde_json::{Value as Json, json};

use super::{Draft, sql::is_null};
use crate::{
    entity::{ColumnDef, Entity, EntityDef, EntityKind, Key},
    error::{Error, Result, code},
    name::camel_case,
};

/// The values of a new row, in column order.
///
/// A missing key is made, a missing `created_at` is now, a missing `enabled` of reference data is true.
pub(super) fn of_new_row<E: Entity>(entity: &EntityDef, draft: &Draft<E>) -> Result<Vec<Value>> {
    let mut mistakes = Mistakes::default();
    let mut values = Vec::with_capacity(entity.columns.len());
    for (index, column) in entity.columns.iter().enumerate() {
        let value = match draft.values.get(index).cloned().flatten() {
            Some(value) => Some(value),
            None if index == 0 => E::Key::generate().map(Into::into),
            None => default(entity, column),
        };
        values.push(mistakes.check(column, value));
    }
    mistakes.finish(values)
}

/// The values of `original` with the changes of `draft`, and which columns really change.
pub(super) fn of_changed_row<E: Entity>(
    entity: &EntityDef,
    draft: &Draft<E>,
    original: Vec<Value>,
) -> Result<(Vec<Value>, Vec<u16>)> {
    let mut mistakes = Mistakes::default();
    let mut changed = Vec::new();
    let mut values = original;
    for index in 0..u16::try_from(entity.columns.len()).unwrap_or(u16::MAX) {
        let (column, old) = (&entity.columns[usize::from(index)], &mut values[usize::from(index)]);
        let Some(new) = draft.value(index) else {
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
    if let Some(column) = entity.column_index("updated_at")
        && !changed.is_empty()
        && !changed.contains(&column)
    {
        values[usize::from(column)] = now().into();
        changed.push(column);
    }
    mistakes.finish((values, changed))
}

/// The clock of rows: microseconds, as databases keep them.
fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

fn default(entity: &EntityDef, column: &ColumnDef) -> Option<Value> {
    match column.name {
        "created_at" => Some(now().into()),
        "enabled" if entity.kind == EntityKind::Parametric => Some(true.into()),
        _ => None,
    }
}

/// What is wrong with values, by field; in the form of the decoder of inputs.
#[derive(Default)]
struct Mistakes(Vec<Json>);

impl Mistakes {
    /// The value as its column can hold it; NULL after a mistake.
    fn check(&mut self, column: &ColumnDef, value: Option<Value>) -> Value {
        let null = Value::String(None);
        let Some(value) = value.filter(|value| !is_null(value)) else {
            if !column.nullable {
                self.add(column, "required", "a value is required");
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
                if let Some(length) = column.length
                    && text.chars().count() > length as usize
                {
                    self.add(column, "length", format!("length must be at most {length}"));
                }
                text.into()
            }
            // Microseconds, and no leap second: as servers count.
            Value::ChronoDateTimeUtc(Some(time)) => {
                DateTime::from_timestamp_micros(time.timestamp_micros()).unwrap_or(time).into()
            }
            value => value,
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

    fn add(&mut self, column: &ColumnDef, rule: &str, message: impl Into<String>) {
        self.0.push(json!({ "path": [camel_case(column.name)], "rule": rule, "message": message.into() }));
    }

    fn finish<T>(self, values: T) -> Result<T> {
        if self.0.is_empty() {
            return Ok(values);
        }
        Err(Error::new(code::INVALID_INPUT, 400).with_extension("fields", self.0))
    }
}

/// NULL of the column's type, so that it equals what the row says.
fn null_of(column: &ColumnDef) -> Value {
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
    }
}
