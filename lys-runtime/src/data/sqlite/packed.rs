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
    stored: Stored,
}

/// What cells are pieces of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stored {
    /// Texts, one behind the other.
    texts: String,
    /// Blobs, one behind the other.
    blobs: Vec<u8>,
}

/// Rows while they are read. That texts are UTF-8 is looked at once for all of them.
#[derive(Debug)]
pub(crate) struct Packing {
    width: usize,
    cells: Vec<PackedCell>,
    texts: Vec<u8>,
    blobs: Vec<u8>,
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

/// A piece of the texts or of the blobs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Packing {
    /// No rows, of `width` cells each.
    pub(crate) fn new(width: usize) -> Self {
        Self { width, cells: Vec::new(), texts: Vec::new(), blobs: Vec::new() }
    }

    /// Adds a cell; the next row begins when one is full.
    pub(crate) fn push(&mut self, value: ValueRef<'_>) -> Result<()> {
        let cell = match value {
            ValueRef::Null => PackedCell::Null,
            ValueRef::Integer(value) => PackedCell::Integer(value),
            ValueRef::Real(value) => PackedCell::Real(value),
            ValueRef::Text(text) => PackedCell::Text(append(text, &mut self.texts)?),
            ValueRef::Blob(blob) => PackedCell::Blob(append(blob, &mut self.blobs)?),
        };
        self.cells.push(cell);
        Ok(())
    }

    /// The rows.
    pub(crate) fn finish(mut self) -> Result<Packed> {
        let texts = match String::from_utf8(std::mem::take(&mut self.texts)) {
            Ok(texts) => texts,
            Err(error) => self.mend(error.as_bytes())?,
        };
        Ok(Packed { width: self.width, cells: self.cells, stored: Stored { texts, blobs: self.blobs } })
    }

    /// A text that is none becomes a blob, so that only whoever reads that cell fails.
    fn mend(&mut self, texts: &[u8]) -> Result<String> {
        let mut mended = String::with_capacity(texts.len());
        for cell in &mut self.cells {
            let PackedCell::Text(span) = cell else { continue };
            let piece = &texts[span.start as usize..span.end as usize];
            *cell = match std::str::from_utf8(piece) {
                Ok(text) => {
                    let start = place(mended.len())?;
                    mended.push_str(text);
                    PackedCell::Text(Span { start, end: place(mended.len())? })
                }
                Err(_) => PackedCell::Blob(append(piece, &mut self.blobs)?),
            };
        }
        Ok(mended)
    }
}

fn append(piece: &[u8], bytes: &mut Vec<u8>) -> Result<Span> {
    let span = Span { start: place(bytes.len())?, end: place(bytes.len() + piece.len())? };
    bytes.extend_from_slice(piece);
    Ok(span)
}

fn place(place: usize) -> Result<u32> {
    u32::try_from(place).map_err(|_| Error::internal("an answer of more than 4 GiB"))
}

impl Packed {
    pub(crate) fn len(&self) -> usize {
        self.cells.len().checked_div(self.width).unwrap_or(0)
    }

    /// The cells of the row at `index`, which is below [`len`](Self::len).
    pub(crate) fn row(&self, index: usize) -> &[PackedCell] {
        let start = index * self.width;
        &self.cells[start..start + self.width]
    }

    pub(crate) fn stored(&self) -> &Stored {
        &self.stored
    }
}

impl Stored {
    #[inline]
    fn text(&self, span: Span) -> Result<&str> {
        self.texts.get(span.range()).ok_or_else(beyond)
    }

    #[inline]
    fn blob(&self, span: Span) -> Result<&[u8]> {
        self.blobs.get(span.range()).ok_or_else(beyond)
    }
}

impl Span {
    fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

#[cold]
fn beyond() -> Error {
    Error::internal("a cell beyond its row")
}

/// SQLite stores any type in any column, so each accessor takes what sqlx takes and refuses the rest.
impl PackedCell {
    #[inline]
    pub(crate) fn text(self, stored: &Stored) -> Result<Option<&str>> {
        match self {
            Self::Null => Ok(None),
            Self::Text(span) => stored.text(span).map(Some),
            Self::Blob(span) => std::str::from_utf8(stored.blob(span)?).map(Some).map_err(Error::internal),
            Self::Integer(_) | Self::Real(_) => Err(self.unexpected("text")),
        }
    }

    #[inline]
    pub(crate) fn bool(self, stored: &Stored) -> Result<Option<bool>> {
        Ok(self.int(stored)?.map(|value| value != 0))
    }

    #[inline]
    pub(crate) fn int(self, _: &Stored) -> Result<Option<i64>> {
        match self {
            Self::Null => Ok(None),
            Self::Integer(value) => Ok(Some(value)),
            _ => Err(self.unexpected("an integer")),
        }
    }

    #[inline]
    pub(crate) fn float(self, _: &Stored) -> Result<Option<f64>> {
        match self {
            Self::Null => Ok(None),
            Self::Real(value) => Ok(Some(value)),
            Self::Integer(value) => Ok(Some(value as f64)),
            _ => Err(self.unexpected("a number")),
        }
    }

    #[inline]
    pub(crate) fn uuid(self, stored: &Stored) -> Result<Option<Uuid>> {
        match self {
            Self::Null => Ok(None),
            Self::Blob(span) => match <[u8; 16]>::try_from(stored.blob(span)?) {
                Ok(bytes) => Ok(Some(Uuid::from_bytes(bytes))),
                Err(_) => Err(self.unexpected("a UUID")),
            },
            _ => Err(self.unexpected("a UUID")),
        }
    }

    pub(crate) fn date(self, stored: &Stored) -> Result<Option<NaiveDate>> {
        let Some(text) = self.text(stored)? else { return Ok(None) };
        parse_date(text).map(Some).ok_or_else(|| self.unexpected("a day"))
    }

    /// As the value of a column of `kind`.
    pub(crate) fn value(self, stored: &Stored, kind: ColumnKind) -> Result<Value> {
        Ok(match kind {
            ColumnKind::Uuid => self.uuid(stored)?.into(),
            ColumnKind::String => self.text(stored)?.map(str::to_owned).into(),
            ColumnKind::Bool => self.bool(stored)?.into(),
            ColumnKind::Int => {
                let value = self.int(stored)?.map(i32::try_from).transpose();
                value.map_err(|_| self.unexpected("a 32-bit integer"))?.into()
            }
            ColumnKind::BigInt => self.int(stored)?.into(),
            ColumnKind::Float => self.float(stored)?.into(),
            ColumnKind::Decimal => {
                let decimal = |value| rust_decimal::prelude::FromPrimitive::from_f64(value);
                let value = self.float(stored)?;
                let read: Option<rust_decimal::Decimal> = value.and_then(decimal);
                if read.is_none() && value.is_some() {
                    return Err(self.unexpected("a decimal number"));
                }
                read.into()
            }
            ColumnKind::DateTime => {
                let Some(text) = self.text(stored)? else { return Ok(Value::ChronoDateTimeUtc(None)) };
                parse_time(text).ok_or_else(|| self.unexpected("a time"))?.into()
            }
            ColumnKind::Date => self.date(stored)?.into(),
            ColumnKind::Json => {
                let Some(text) = self.text(stored)? else { return Ok(Value::Json(None)) };
                serde_json::from_str::<serde_json::Value>(text).map_err(Error::internal)?.into()
            }
            ColumnKind::List(item) => match self.text(stored)? {
                Some(text) => lists::parse(text, item)?,
                None => lists::null(item),
            },
        })
    }

    #[cold]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_none_fails_alone() {
        let mut packing = Packing::new(2);
        for value in [
            ValueRef::Text("Märchen".as_bytes()),
            ValueRef::Text(b"M\xe4rchen"),
            ValueRef::Blob(b"\x00\xff"),
            ValueRef::Text("ä".as_bytes()),
        ] {
            packing.push(value).expect("short");
        }
        let packed = packing.finish().expect("rows");
        let text = |row: usize, slot: usize| packed.row(row)[slot].text(packed.stored()).map_err(drop);
        assert_eq!(packed.len(), 2);
        assert_eq!(text(0, 0), Ok(Some("Märchen")));
        assert_eq!(text(0, 1), Err(()));
        assert_eq!(text(1, 0), Err(()));
        assert_eq!(text(1, 1), Ok(Some("ä")));
    }

    #[test]
    fn texts_that_are_none_apart_are_none_together() {
        // Two bytes of one letter, in two cells.
        let mut packing = Packing::new(1);
        packing.push(ValueRef::Text(b"\xc3")).expect("short");
        packing.push(ValueRef::Text(b"\xa4")).expect("short");
        let packed = packing.finish().expect("rows");
        assert!((0..2).all(|row| packed.row(row)[0].text(packed.stored()).is_err()));
    }
}
