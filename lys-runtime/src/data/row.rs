//! Rows that a statement answered with: a driver's, or SQLite's packed ones.

#[cfg(feature = "postgres")]
use super::server::cells::Numeric;
#[cfg(feature = "sqlite")]
use super::sqlite::packed::{Packed, PackedCell, Stored};
#[cfg(feature = "postgres")]
use crate::entity::ItemKind;
use std::fmt;
#[cfg(feature = "sqlite")]
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sea_orm::{QueryResult, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    entity::{ColumnKind, ColumnValue},
    error::{Error, Result},
};

/// The rows of an answer, in the order of the statement unless it was turned round.
pub struct Rows {
    store: Store,
    start: usize,
    len: usize,
    reversed: bool,
    /// Which of the stored rows these are, where they are not all that stand between two.
    picked: Option<Vec<usize>>,
}

enum Store {
    Driver(Vec<QueryResult>),
    #[cfg(feature = "sqlite")]
    /// Shared, so that a measure of lys alone gives them again without copying.
    Packed(Arc<Packed>),
}

/// One row. Cells are read by their place in the statement.
#[derive(Clone, Copy)]
pub struct Row<'a>(Inner<'a>);

#[derive(Clone, Copy)]
enum Inner<'a> {
    Driver(&'a QueryResult),
    /// What was written, where the database does not answer with it.
    Values(&'a [Value]),
    #[cfg(feature = "sqlite")]
    Packed {
        cells: &'a [PackedCell],
        stored: &'a Stored,
    },
}

/// A point in time as the database keeps it.
#[cfg_attr(not(any(feature = "postgres", feature = "mysql")), allow(dead_code, reason = "SQLite has one form"))]
pub(crate) enum StoredTime<'a> {
    /// SQLite's text.
    Text(&'a str),
    /// A server's.
    Point(DateTime<Utc>),
}

/// A decimal as the database keeps it.
#[cfg_attr(not(any(feature = "postgres", feature = "mysql")), allow(dead_code, reason = "SQLite has one form"))]
pub(crate) enum StoredDecimal {
    /// SQLite's float.
    Float(f64),
    /// A server's.
    Exact(Decimal),
}

/// A JSON document as the database keeps it.
#[cfg_attr(not(any(feature = "postgres", feature = "mysql")), allow(dead_code, reason = "SQLite has one form"))]
pub(crate) enum StoredJson<'a> {
    /// SQLite's text.
    Text(&'a str),
    /// A server's.
    Value(Json),
}

impl Rows {
    /// No rows.
    pub(crate) fn none() -> Self {
        Vec::new().into()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The row at `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Row<'_>> {
        (index < self.len).then(|| self.at(index))
    }

    /// The same rows again; the driver's cannot be copied.
    #[cfg(feature = "testing")]
    pub(super) fn copied(&self) -> Option<Self> {
        match &self.store {
            Store::Packed(packed) => {
                Some(Self { store: Store::Packed(Arc::clone(packed)), picked: self.picked.clone(), ..*self })
            }
            Store::Driver(_) => None,
        }
    }

    fn at(&self, index: usize) -> Row<'_> {
        let at = self.place(index);
        match &self.store {
            Store::Driver(rows) => Row(Inner::Driver(&rows[at])),
            #[cfg(feature = "sqlite")]
            Store::Packed(packed) => Row(Inner::Packed { cells: packed.row(at), stored: packed.stored() }),
        }
    }

    /// Where the row at `index` is stored.
    fn place(&self, index: usize) -> usize {
        let at = self.start + if self.reversed { self.len - 1 - index } else { index };
        self.picked.as_ref().map_or(at, |picked| picked[at])
    }

    /// The first row.
    #[must_use]
    pub fn first(&self) -> Option<Row<'_>> {
        self.get(0)
    }

    /// All rows in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        (0..self.len).map(|index| self.at(index))
    }

    /// Leaves out all rows behind the first `len`.
    pub(crate) fn truncate(&mut self, len: usize) {
        let gone = self.len.saturating_sub(len);
        if self.reversed {
            self.start += gone;
        }
        self.len -= gone;
    }

    /// Leaves out all rows before the last `len`.
    pub(crate) fn keep_last(&mut self, len: usize) {
        let gone = self.len.saturating_sub(len);
        if !self.reversed {
            self.start += gone;
        }
        self.len -= gone;
    }

    /// Leaves out all rows but those at these places, which are in order.
    pub(crate) fn pick(&mut self, places: impl Iterator<Item = usize>) {
        let picked: Vec<usize> = places.map(|index| self.place(index)).collect();
        (self.start, self.len, self.reversed, self.picked) = (0, picked.len(), false, Some(picked));
    }

    /// Turns the order round.
    pub(crate) fn reverse(&mut self) {
        self.reversed = !self.reversed;
    }
}

impl From<Vec<QueryResult>> for Rows {
    fn from(rows: Vec<QueryResult>) -> Self {
        Self { start: 0, len: rows.len(), reversed: false, picked: None, store: Store::Driver(rows) }
    }
}

#[cfg(feature = "sqlite")]
impl From<Packed> for Rows {
    fn from(packed: Packed) -> Self {
        Self { start: 0, len: packed.len(), reversed: false, picked: None, store: Store::Packed(Arc::new(packed)) }
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("len", &self.len).finish_non_exhaustive()
    }
}

impl fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row").finish_non_exhaustive()
    }
}

/// Runs the same code on the row of whichever driver it is.
macro_rules! of_driver {
    ($result:expr, $row:ident => $read:expr) => {{
        #[cfg(feature = "sqlite")]
        if let Some($row) = $result.try_as_sqlite_row() {
            return $read;
        }
        #[cfg(feature = "postgres")]
        if let Some($row) = $result.try_as_pg_row() {
            return $read;
        }
        #[cfg(feature = "mysql")]
        if let Some($row) = $result.try_as_mysql_row() {
            return $read;
        }
        Err(unknown())
    }};
}

/// The column's type is not asked again: the statement is ours.
macro_rules! cells {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => {
        $(
            $(#[$doc])*
            #[inline]
            pub(crate) fn $name(self, slot: usize) -> Result<Option<$type>> {
                #[allow(clippy::needless_lifetimes, reason = "one of the types borrows")]
                fn of_driver<'a>(result: &'a QueryResult, slot: usize) -> Result<Option<$type>> {
                    of_driver!(result, row => sqlx::Row::try_get_unchecked(row, slot).map_err(Error::internal))
                }
                match self.0 {
                    Inner::Driver(result) => of_driver(result, slot),
                    Inner::Values(_) => Err(unknown()),
                    #[cfg(feature = "sqlite")]
                    Inner::Packed { cells, stored } => cell(cells, slot)?.$name(stored),
                }
            }
        )*
    };
}

impl<'a> Row<'a> {
    /// A row of values that were written.
    pub(crate) fn of_values(values: &'a [Value]) -> Self {
        Self(Inner::Values(values))
    }

    /// The cell at `slot`.
    ///
    /// # Errors
    /// When the cell does not hold a `T`.
    pub fn get<T: ColumnValue>(self, slot: usize) -> Result<T> {
        let value = match (self.0, T::KIND) {
            (Inner::Values(values), _) => values.get(slot).ok_or_else(|| without(slot))?.clone(),
            (_, ColumnKind::List(item)) => self.list(slot, item)?,
            (Inner::Driver(row), _) => return Ok(row.try_get_by_index(slot)?),
            #[cfg(feature = "sqlite")]
            (Inner::Packed { cells, stored }, kind) => cell(cells, slot)?.value(stored, kind)?,
        };
        <T as sea_orm::sea_query::ValueType>::try_from(value)
            .map_err(|_| Error::internal("a cell does not hold its column's type"))
    }

    cells! {
        /// Text that borrows from the row, or nothing when it is NULL, as for all of these.
        text: &'a str;
        /// A truth value.
        bool: bool;
        /// An integer.
        int: i64;
        /// A float.
        float: f64;
        /// A UUID.
        uuid: Uuid;
        /// A day.
        date: NaiveDate;
    }

    /// A point in time.
    pub(crate) fn time(self, slot: usize) -> Result<Option<StoredTime<'a>>> {
        #[cfg(any(feature = "postgres", feature = "mysql"))]
        if let Inner::Driver(result) = self.0 {
            #[cfg(feature = "postgres")]
            if let Some(row) = result.try_as_pg_row() {
                let time: Option<DateTime<Utc>> = sqlx::Row::try_get_unchecked(row, slot).map_err(Error::internal)?;
                return Ok(time.map(StoredTime::Point));
            }
            #[cfg(feature = "mysql")]
            if let Some(row) = result.try_as_mysql_row() {
                let time: Option<DateTime<Utc>> = sqlx::Row::try_get_unchecked(row, slot).map_err(Error::internal)?;
                return Ok(time.map(StoredTime::Point));
            }
        }
        Ok(self.text(slot)?.map(StoredTime::Text))
    }

    /// A decimal.
    pub(crate) fn decimal(self, slot: usize) -> Result<Option<StoredDecimal>> {
        #[cfg(any(feature = "postgres", feature = "mysql"))]
        if let Inner::Driver(result) = self.0 {
            #[cfg(feature = "postgres")]
            if let Some(row) = result.try_as_pg_row() {
                let numeric: Option<Numeric> = sqlx::Row::try_get_unchecked(row, slot).map_err(Error::internal)?;
                return Ok(numeric.map(|numeric| StoredDecimal::Exact(numeric.0)));
            }
            #[cfg(feature = "mysql")]
            if let Some(row) = result.try_as_mysql_row() {
                let decimal: Option<Decimal> = sqlx::Row::try_get_unchecked(row, slot).map_err(Error::internal)?;
                return Ok(decimal.map(StoredDecimal::Exact));
            }
        }
        Ok(self.float(slot)?.map(StoredDecimal::Float))
    }

    /// A list that PostgreSQL answered with.
    #[cfg(feature = "postgres")]
    pub(super) fn array(self, slot: usize, item: ItemKind) -> Result<Option<Value>> {
        let Inner::Driver(row) = self.0 else { return Ok(None) };
        if row.try_as_pg_row().is_none() {
            return Ok(None);
        }
        Ok(Some(match item {
            ItemKind::Uuid => row.try_get_by_index::<Option<Vec<Uuid>>>(slot)?.into(),
            ItemKind::String => row.try_get_by_index::<Option<Vec<String>>>(slot)?.into(),
            ItemKind::Bool => row.try_get_by_index::<Option<Vec<bool>>>(slot)?.into(),
            ItemKind::Int => row.try_get_by_index::<Option<Vec<i32>>>(slot)?.into(),
            ItemKind::BigInt => row.try_get_by_index::<Option<Vec<i64>>>(slot)?.into(),
            ItemKind::Float => row.try_get_by_index::<Option<Vec<f64>>>(slot)?.into(),
        }))
    }

    /// A JSON document. Servers write it in their own way, with other spaces and another order of keys, so it is read there.
    pub(crate) fn json(self, slot: usize) -> Result<Option<StoredJson<'a>>> {
        #[cfg(any(feature = "postgres", feature = "mysql"))]
        if let Inner::Driver(result) = self.0
            && is_of_server(result)
        {
            return Ok(self.get::<Option<Json>>(slot)?.map(StoredJson::Value));
        }
        Ok(self.text(slot)?.map(StoredJson::Text))
    }
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
fn is_of_server(row: &QueryResult) -> bool {
    #[cfg(feature = "sqlite")]
    {
        row.try_as_sqlite_row().is_none()
    }
    #[cfg(not(feature = "sqlite"))]
    {
        let _ = row;
        true
    }
}

#[cold]
fn unknown() -> Error {
    Error::internal("a row of an unknown database")
}

#[cold]
fn without(slot: usize) -> Error {
    Error::internal(format!("a row without a cell {slot}"))
}

#[cfg(feature = "sqlite")]
#[inline]
fn cell(cells: &[PackedCell], slot: usize) -> Result<PackedCell> {
    cells.get(slot).copied().ok_or_else(|| without(slot))
}
