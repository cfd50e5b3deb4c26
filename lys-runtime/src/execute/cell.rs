//! Cells: one value of one row, read from the driver's row and written as JSON without anything in between.

use rust_decimal::{Decimal, prelude::FromPrimitive as _};
use sea_orm::Value;
use uuid::{
    Uuid,
    fmt::{Hyphenated, Simple},
};

use super::plan::{Cell, Item};
use crate::{
    data::row::{Row, StoredDecimal, StoredJson, StoredTime},
    entity::{ColumnDef, ColumnKind},
    error::{Error, Result},
    output::{
        base64::Base64Start,
        scalar::{write_decimal, write_float, write_rounded, write_time},
        writer::{is_plain, write_text},
    },
};

/// Writes the cell at `slot`; false when it is NULL or has no JSON form, and nothing was written.
pub(crate) fn write(row: Row<'_>, slot: usize, cell: &Cell, bytes: &mut Vec<u8>) -> Result<bool> {
    match cell {
        Cell::Text => {
            let Some(value) = row.text(slot)? else { return Ok(false) };
            write_text(value, bytes);
        }
        Cell::Bool => {
            let Some(value) = row.bool(slot)? else { return Ok(false) };
            bytes.extend_from_slice(if value { b"true" } else { b"false" });
        }
        Cell::Int => {
            let Some(value) = row.int(slot)? else { return Ok(false) };
            let value = i32::try_from(value).map_err(Error::internal)?;
            bytes.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
        }
        Cell::Float => {
            let Some(value) = row.float(slot)? else { return Ok(false) };
            return Ok(write_float(value, bytes).is_ok());
        }
        Cell::Decimal(scale) => match row.decimal(slot)? {
            None => return Ok(false),
            Some(StoredDecimal::Float(value)) => return Ok(write_rounded(value, *scale, bytes).is_ok()),
            Some(StoredDecimal::Exact(value)) => write_decimal(value, bytes),
        },
        Cell::DateTime => match row.time(slot)? {
            None => return Ok(false),
            Some(StoredTime::Text(stored)) => write_stored_time(stored, bytes)?,
            Some(StoredTime::Point(time)) => write_time(&time, bytes),
        },
        Cell::Date => {
            let Some(value) = row.date(slot)? else { return Ok(false) };
            write_text(&value.to_string(), bytes);
        }
        Cell::Json => match row.json(slot)? {
            None => return Ok(false),
            Some(StoredJson::Text(text)) => {
                let value: &serde_json::value::RawValue = serde_json::from_str(text).map_err(Error::internal)?;
                bytes.extend_from_slice(value.get().as_bytes());
            }
            Some(StoredJson::Value(value)) => serde_json::to_writer(bytes, &value).map_err(Error::internal)?,
        },
        Cell::GlobalUuid(start) => {
            let Some(value) = row.uuid(slot)? else { return Ok(false) };
            write_global_uuid(start, value, bytes);
        }
        Cell::GlobalText(start) => {
            let Some(value) = row.text(slot)? else { return Ok(false) };
            write_global_id(start, value, bytes);
        }
        Cell::List(kind, item) => match row.list(slot, *kind)? {
            Value::Array(_, Some(items)) => write_list(&items, item, bytes)?,
            _ => return Ok(false),
        },
    }
    Ok(true)
}

fn write_list(items: &[Value], how: &Item, bytes: &mut Vec<u8>) -> Result<()> {
    bytes.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            bytes.push(b',');
        }
        match (item, how) {
            (Value::Uuid(Some(uuid)), Item::GlobalUuid(start)) => {
                write_global_uuid(start, *uuid, bytes);
            }
            (Value::String(Some(text)), Item::Plain) => write_text(text, bytes),
            (Value::Bool(Some(value)), Item::Plain) => bytes.extend_from_slice(if *value { b"true" } else { b"false" }),
            (Value::Int(Some(value)), Item::Plain) => {
                bytes.extend_from_slice(itoa::Buffer::new().format(*value).as_bytes());
            }
            (Value::Double(Some(value)), Item::Plain) => write_float(*value, bytes).map_err(|_| not_finite())?,
            _ => return Err(Error::internal("a list holds an item of another type")),
        }
    }
    bytes.push(b']');
    Ok(())
}

#[inline]
fn write_global_id(start: &Base64Start, key: &str, bytes: &mut Vec<u8>) {
    bytes.push(b'"');
    start.write(key.as_bytes(), bytes);
    bytes.push(b'"');
}

fn write_global_uuid(start: &Base64Start, key: Uuid, bytes: &mut Vec<u8>) {
    let mut buffer = [0; Hyphenated::LENGTH];
    write_global_id(start, key.hyphenated().encode_lower(&mut buffer), bytes);
}

/// Our own format is copied, any other is parsed.
fn write_stored_time(stored: &str, bytes: &mut Vec<u8>) -> Result<()> {
    if let Ok(stored) = <&[u8; 32]>::try_from(stored.as_bytes())
        && stored.ends_with(b"+00:00")
        && (stored[10], stored[19]) == (b'T', b'.')
        && stored.is_ascii()
        && is_plain(stored)
    {
        bytes.push(b'"');
        bytes.extend_from_slice(stored);
        bytes.push(b'"');
        return Ok(());
    }
    let time = crate::input::scalar::parse_time(stored);
    write_time(&time.ok_or_else(|| Error::internal("a stored time has an unknown format"))?, bytes);
    Ok(())
}

/// The value in the cell at `slot` as JSON for a cursor.
pub(crate) fn write_cursor_value(row: Row<'_>, slot: usize, column: &ColumnDef, bytes: &mut Vec<u8>) -> Result<()> {
    let cell = match column.kind {
        ColumnKind::Uuid => {
            match row.uuid(slot)? {
                Some(uuid) => {
                    let mut buffer = [0; Simple::LENGTH];
                    bytes.push(b'"');
                    bytes.extend_from_slice(uuid.simple().encode_lower(&mut buffer).as_bytes());
                    bytes.push(b'"');
                }
                None => bytes.extend_from_slice(b"null"),
            }
            return Ok(());
        }
        ColumnKind::BigInt => {
            match row.int(slot)? {
                Some(value) => bytes.extend_from_slice(itoa::Buffer::new().format(value).as_bytes()),
                None => bytes.extend_from_slice(b"null"),
            }
            return Ok(());
        }
        // The cursor has to compare equal to the stored value: a float is not rounded, a decimal loses no digit in a JSON number.
        ColumnKind::Decimal => {
            match row.decimal(slot)? {
                None => bytes.extend_from_slice(b"null"),
                Some(StoredDecimal::Float(value)) => return write_float(value, bytes).map_err(|_| not_finite()),
                Some(StoredDecimal::Exact(value)) => write_text(&value.normalize().to_string(), bytes),
            }
            return Ok(());
        }
        // SQLite compares a time as the text that is stored.
        ColumnKind::DateTime => {
            match row.time(slot)? {
                None => bytes.extend_from_slice(b"null"),
                Some(StoredTime::Text(stored)) => write_text(stored, bytes),
                Some(StoredTime::Point(time)) => write_time(&time, bytes),
            }
            return Ok(());
        }
        ColumnKind::Bool => Cell::Bool,
        ColumnKind::Int => Cell::Int,
        ColumnKind::Float => Cell::Float,
        ColumnKind::Date => Cell::Date,
        ColumnKind::Json => {
            match row.json(slot)? {
                None => bytes.extend_from_slice(b"null"),
                Some(StoredJson::Text(text)) => write_text(text, bytes),
                Some(StoredJson::Value(value)) => write_text(&value.to_string(), bytes),
            }
            return Ok(());
        }
        ColumnKind::String => Cell::Text,
        ColumnKind::List(_) => return Err(Error::internal("a list has no place in an order")),
    };
    if !write(row, slot, &cell, bytes)? {
        bytes.extend_from_slice(b"null");
    }
    Ok(())
}

fn not_finite() -> Error {
    Error::internal("a stored number is none")
}

/// The bound value of a cursor's JSON; `None` when it is none of the column's.
pub(crate) fn cursor_value(json: &serde_json::Value, column: &ColumnDef) -> Option<Value> {
    use serde_json::Value as Json;
    Some(match (column.kind, json) {
        (ColumnKind::Uuid, Json::String(text)) => Uuid::try_parse(text).ok()?.into(),
        (ColumnKind::Int, Json::Number(number)) => i32::try_from(number.as_i64()?).ok()?.into(),
        (ColumnKind::BigInt, Json::Number(number)) => number.as_i64()?.into(),
        (ColumnKind::Float, Json::Number(number)) => number.as_f64()?.into(),
        // A number that is no decimal would be bound as NULL.
        (ColumnKind::Decimal, Json::Number(number)) => {
            number.as_f64().filter(|float| Decimal::from_f64(*float).is_some())?.into()
        }
        (ColumnKind::Decimal, Json::String(text)) => text.parse::<Decimal>().ok()?.into(),
        (ColumnKind::Bool, Json::Bool(value)) => (*value).into(),
        (ColumnKind::DateTime, Json::String(text)) => crate::input::scalar::parse_time(text)?.into(),
        (ColumnKind::Date, Json::String(text)) => crate::input::scalar::parse_date(text)?.into(),
        // No stored text has a NUL, and PostgreSQL does not even compare with one.
        (ColumnKind::String | ColumnKind::Json, Json::String(text)) if !text.contains('\0') => text.clone().into(),
        _ => return None,
    })
}
