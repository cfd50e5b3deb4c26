//! SQLite's rows, packed: all rows of an answer stand in two allocations, whatever their number.

use chrono::NaiveDate;
use rusqlite::types::ValueRef;
use sea_orm::Value;
use uuid::Uuid;

use crate::{
    data::lists,
    entity::ColumnKind,
    error::{Error, Result},
    input::scalar::{parse_date, parse_time},
};

/// Rows of equal width.
#[derive(Debug, Clone, Default)]
pub(crate) struct Packed {
    width: usize,
    cells: Vec<PackedCell>,
    /// Texts and blobs, one behind the other.
    bytes: Vec<u8>,
}

/// A cell as SQLite stores it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PackedCell {
    Null,
    Integer(i64),
    Real(f64),
    Text(Span),
    Blob(Span),
}

/// A piece of the bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Packed {
    /// No rows, of `width` cells each.
    pub(crate) fn new(width: usize) -> Self {
        Self { width, cells: Vec::new(), bytes: Vec::new() }
    }

    /// Adds a cell; the next row begins when one is full.
    pub(crate) fn push(&mut self, value: ValueRef<'_>) -> Result<()> {
        let cell = match value {
            ValueRef::Null => PackedCell::Null,
            ValueRef::Integer(value) => PackedCell::Integer(value),
            ValueRef::Real(value) => PackedCell::Real(value),
            ValueRef::Text(text) => PackedCell::Text(self.span(text)?),
            ValueRef::Blob(blob) => PackedCell::Blob(self.span(blob)?),
        };
        self.cells.push(cell);
        Ok(())
    }

    fn span(&mut self, piece: &[u8]) -> Result<Span> {
        let start = self.bytes.len();
        let place = |place| u32::try_from(place).map_err(|_| Error::internal("an answer of more than 4 GiB"));
        let span = Span { start: place(start)?, end: place(start + piece.len())? };
        self.bytes.extend_from_slice(piece);
        Ok(span)
    }

    pub(crate) fn len(&self) -> usize {
        self.cells.len().checked_div(self.width).unwrap_or(0)
    }

    /// The cells of the row at `index`, which is below [`len`](Self::len).
    pub(crate) fn row(&self, index: usize) -> &[PackedCell] {
        let start = index * self.width;
        &self.cells[start..start + self.width]
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl Span {
    fn of(self, bytes: &[u8]) -> Result<&[u8]> {
        bytes.get(self.start as usize..self.end as usize).ok_or_else(|| Error::internal("a cell beyond its row"))
    }
}

/// SQLite stores any type in any column, so each accessor takes what sqlx takes and refuses the rest.
impl PackedCell {
    pub(crate) fn text(self, bytes: &[u8]) -> Result<Option<&str>> {
        match self {
            Self::Null => Ok(None),
            Self::Text(span) | Self::Blob(span) => {
                Ok(Some(std::str::from_utf8(span.of(bytes)?).map_err(Error::internal)?))
            }
            Self::Integer(_) | Self::Real(_) => Err(self.unexpected("text")),
        }
    }

    pub(crate) fn bool(self, bytes: &[u8]) -> Result<Option<bool>> {
        Ok(self.int(bytes)?.map(|value| value != 0))
    }

    pub(crate) fn int(self, _: &[u8]) -> Result<Option<i64>> {
        match self {
            Self::Null => Ok(None),
            Self::Integer(value) => Ok(Some(value)),
            _ => Err(self.unexpected("an integer")),
        }
    }

    pub(crate) fn float(self, _: &[u8]) -> Result<Option<f64>> {
        match self {
            Self::Null => Ok(None),
            Self::Real(value) => Ok(Some(value)),
            Self::Integer(value) => Ok(Some(value as f64)),
            _ => Err(self.unexpected("a number")),
        }
    }

    pub(crate) fn uuid(self, bytes: &[u8]) -> Result<Option<Uuid>> {
        match self {
            Self::Null => Ok(None),
            Self::Blob(span) => Uuid::from_slice(span.of(bytes)?).map(Some).map_err(Error::internal),
            _ => Err(self.unexpected("a UUID")),
        }
    }

    pub(crate) fn date(self, bytes: &[u8]) -> Result<Option<NaiveDate>> {
        let Some(text) = self.text(bytes)? else { return Ok(None) };
        parse_date(text).map(Some).ok_or_else(|| self.unexpected("a day"))
    }

    /// As the value of a column of `kind`.
    pub(crate) fn value(self, bytes: &[u8], kind: ColumnKind) -> Result<Value> {
        Ok(match kind {
            ColumnKind::Uuid => self.uuid(bytes)?.into(),
            ColumnKind::String => self.text(bytes)?.map(str::to_owned).into(),
            ColumnKind::Bool => self.bool(bytes)?.into(),
            ColumnKind::Int => {
                let value = self.int(bytes)?.map(i32::try_from).transpose();
                value.map_err(|_| self.unexpected("a 32-bit integer"))?.into()
            }
            ColumnKind::BigInt => self.int(bytes)?.into(),
            ColumnKind::Float => self.float(bytes)?.into(),
            ColumnKind::Decimal => {
                let decimal = |value| rust_decimal::prelude::FromPrimitive::from_f64(value);
                let value = self.float(bytes)?;
                let read: Option<rust_decimal::Decimal> = value.and_then(decimal);
                if read.is_none() && value.is_some() {
                    return Err(self.unexpected("a decimal number"));
                }
                read.into()
            }
            ColumnKind::DateTime => {
                let Some(text) = self.text(bytes)? else { return Ok(Value::ChronoDateTimeUtc(None)) };
                parse_time(text).ok_or_else(|| self.unexpected("a time"))?.into()
            }
            ColumnKind::Date => self.date(bytes)?.into(),
            ColumnKind::Json => {
                let Some(text) = self.text(bytes)? else { return Ok(Value::Json(None)) };
                serde_json::from_str::<serde_json::Value>(text).map_err(Error::internal)?.into()
            }
            ColumnKind::List(item) => match self.text(bytes)? {
                Some(text) => lists::parse(text, item)?,
                None => lists::null(item),
            },
        })
    }

    fn unexpected(self, expected: &str) -> Error {
        let found = match self {
            Self::Null => "NULL",
            Self::Integer(_) => "an integer",
            Self::Real(_) => "a float",
            Self::Text(_) => "text",
            Self::Blob(_) => "a blob",
        };
        Error::internal(format!("a cell holds {found}, not {expected}"))
    }
}
