//! Cells: one value of one row, read from the driver's row and written as JSON without anything in between.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rust_decimal::{Decimal, prelude::FromPrimitive as _};
use sea_orm::Value;
use uuid::Uuid;

use super::plan::{Cell, Item};
use crate::{
    data::row::{Row, StoredDecimal, StoredJson, StoredTime},
    entity::{ColumnDef, ColumnKind},
    error::{Error, Result},
    output::{
        scalar::{write_decimal, write_float, write_time},
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
            Some(StoredDecimal::Float(value)) => return Ok(write_float(round(value, *scale), bytes).is_ok()),
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
        Cell::GlobalUuid(prefix) => {
            let Some(value) = row.uuid(slot)? else { return Ok(false) };
            let mut buffer = Uuid::encode_buffer();
            write_global_id(prefix, value.hyphenated().encode_lower(&mut buffer), bytes);
        }
        Cell::GlobalText(prefix) => {
            let Some(value) = row.text(slot)? else { return Ok(false) };
            write_global_id(prefix, value, bytes);
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
            (Value::Uuid(Some(uuid)), Item::GlobalUuid(prefix)) => {
                let mut buffer = Uuid::encode_buffer();
                write_global_id(prefix, uuid.hyphenated().encode_lower(&mut buffer), bytes);
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

fn write_global_id(prefix: &str, key: &str, bytes: &mut Vec<u8>) {
    bytes.push(b'"');
    write_base64(&[prefix.as_bytes(), key.as_bytes()], bytes);
    bytes.push(b'"');
}

/// Standard base64 of the joined parts.
pub(crate) fn write_base64(parts: &[&[u8]], bytes: &mut Vec<u8>) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut short = [0_u8; 128];
    let long: Vec<u8>;
    let joined: &[u8] = if length <= short.len() {
        let mut end = 0;
        for part in parts {
            short[end..end + part.len()].copy_from_slice(part);
            end += part.len();
        }
        &short[..end]
    } else {
        long = parts.concat();
        &long
    };
    let start = bytes.len();
    bytes.resize(start + length.div_ceil(3) * 4, 0);
    let written = STANDARD.encode_slice(joined, &mut bytes[start..]).expect("the buffer has the encoded length");
    bytes.truncate(start + written);
}

/// A decimal is stored as a float on SQLite; at the column's scale it is exact again.
fn round(value: f64, scale: u32) -> f64 {
    let factor = 10_f64.powi(i32::try_from(scale).unwrap_or(15));
    let rounded = (value * factor).round() / factor;
    if rounded.is_finite() { rounded } else { value }
}

/// Our own format is copied, any other is parsed.
fn write_stored_time(stored: &str, bytes: &mut Vec<u8>) -> Result<()> {
    let own = stored.len() == 32
        && stored.ends_with("+00:00")
        && stored.as_bytes()[10] == b'T'
        && stored.as_bytes()[19] == b'.';
    if own && stored.is_ascii() && is_plain(stored.as_bytes()) {
        bytes.push(b'"');
        bytes.extend_from_slice(stored.as_bytes());
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
                    let mut buffer = Uuid::encode_buffer();
                    write_text(uuid.simple().encode_lower(&mut buffer), bytes);
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
