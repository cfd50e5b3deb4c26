//! Values as SQLite stores them: byte for byte what sqlx writes, so that both drivers find each other's rows.

use chrono::SecondsFormat;
use rusqlite::types::{ToSqlOutput, Value as Stored, ValueRef};
use sea_orm::{Value, sea_query::OptionEnum};

use crate::error::{Error, Result};

/// `value` as a parameter.
pub(super) fn bind(value: &Value) -> Result<ToSqlOutput<'_>> {
    let integer = |value: Option<i64>| ToSqlOutput::Owned(value.map_or(Stored::Null, Stored::Integer));
    let text = |value: Option<String>| ToSqlOutput::Owned(value.map_or(Stored::Null, Stored::Text));
    Ok(match value {
        Value::Bool(value) => integer(value.map(i64::from)),
        Value::TinyInt(value) => integer(value.map(i64::from)),
        Value::SmallInt(value) => integer(value.map(i64::from)),
        Value::Int(value) => integer(value.map(i64::from)),
        Value::BigInt(value) => integer(*value),
        Value::TinyUnsigned(value) => integer(value.map(i64::from)),
        Value::SmallUnsigned(value) => integer(value.map(i64::from)),
        Value::Unsigned(value) => integer(value.map(i64::from)),
        Value::BigUnsigned(value) => {
            let value = value.map(i64::try_from).transpose();
            integer(value.map_err(|_| Error::internal("an unsigned value beyond SQLite's integers"))?)
        }
        Value::Float(value) => ToSqlOutput::Owned(value.map_or(Stored::Null, |value| Stored::Real(value.into()))),
        Value::Double(value) => ToSqlOutput::Owned(value.map_or(Stored::Null, Stored::Real)),
        Value::String(value) => borrowed(value.as_deref().map(|text| ValueRef::Text(text.as_bytes()))),
        Value::Enum(OptionEnum::Some(value)) => borrowed(Some(ValueRef::Text(value.value.as_bytes()))),
        Value::Char(value) => text(value.map(String::from)),
        Value::Bytes(value) => borrowed(value.as_deref().map(ValueRef::Blob)),
        Value::Uuid(value) => borrowed(value.as_ref().map(|uuid| ValueRef::Blob(uuid.as_bytes()))),
        Value::ChronoDateTimeUtc(value) => text(value.map(|time| time.to_rfc3339_opts(SecondsFormat::AutoSi, false))),
        Value::ChronoDate(value) => text(value.map(|date| date.to_string())),
        Value::Json(value) => text(value.as_ref().map(ToString::to_string)),
        value if crate::data::sql::is_null(value) => ToSqlOutput::Owned(Stored::Null),
        _ => return Err(Error::internal("a value that SQLite has no type for")),
    })
}

fn borrowed(value: Option<ValueRef<'_>>) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(value.unwrap_or(ValueRef::Null))
}
