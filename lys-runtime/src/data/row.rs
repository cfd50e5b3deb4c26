//! Rows that a statement answered with: SeaORM's, or SQLite's packed ones.

#[cfg(feature = "sqlite")]
use super::sqlite::packed::{Packed, PackedCell};
use std::fmt;

use chrono::NaiveDate;
use sea_orm::QueryResult;
use uuid::Uuid;

use crate::{
    entity::ColumnValue,
    error::{Error, Result},
};

/// The rows of an answer, in the order of the statement unless it was turned round.
pub struct Rows {
    store: Store,
    start: usize,
    len: usize,
    reversed: bool,
}

enum Store {
    Driver(Vec<QueryResult>),
    #[cfg(feature = "sqlite")]
    Packed(Packed),
}

/// One row. Cells are read by their place in the statement.
#[derive(Clone, Copy)]
pub struct Row<'a>(Inner<'a>);

#[derive(Clone, Copy)]
enum Inner<'a> {
    Driver(&'a QueryResult),
    #[cfg(feature = "sqlite")]
    Packed {
        cells: &'a [PackedCell],
        bytes: &'a [u8],
    },
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

    fn at(&self, index: usize) -> Row<'_> {
        let at = self.start + if self.reversed { self.len - 1 - index } else { index };
        match &self.store {
            Store::Driver(rows) => Row(Inner::Driver(&rows[at])),
            #[cfg(feature = "sqlite")]
            Store::Packed(packed) => Row(Inner::Packed { cells: packed.row(at), bytes: packed.bytes() }),
        }
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

    /// Turns the order round.
    pub(crate) fn reverse(&mut self) {
        self.reversed = !self.reversed;
    }
}

impl From<Vec<QueryResult>> for Rows {
    fn from(rows: Vec<QueryResult>) -> Self {
        Self { start: 0, len: rows.len(), reversed: false, store: Store::Driver(rows) }
    }
}

#[cfg(feature = "sqlite")]
impl From<Packed> for Rows {
    fn from(packed: Packed) -> Self {
        Self { start: 0, len: packed.len(), reversed: false, store: Store::Packed(packed) }
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

/// Reads a cell of a driver's row without asking the column's type again: the statement is ours.
macro_rules! of_driver {
    ($row:expr, $slot:expr, $type:ty) => {{
        #[cfg(feature = "sqlite")]
        {
            let row = $row.try_as_sqlite_row().ok_or_else(unknown)?;
            sqlx::Row::try_get_unchecked::<Option<$type>, _>(row, $slot).map_err(Error::internal)
        }
        #[cfg(not(feature = "sqlite"))]
        {
            let _ = ($row, $slot);
            Err(unknown())
        }
    }};
}

macro_rules! cells {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => {
        $(
            $(#[$doc])*
            pub(crate) fn $name(self, slot: usize) -> Result<Option<$type>> {
                match self.0 {
                    Inner::Driver(row) => of_driver!(row, slot, $type),
                    #[cfg(feature = "sqlite")]
                    Inner::Packed { cells, bytes } => cell(cells, slot)?.$name(bytes),
                }
            }
        )*
    };
}

impl<'a> Row<'a> {
    /// The cell at `slot`.
    ///
    /// # Errors
    /// When the cell does not hold a `T`.
    pub fn get<T: ColumnValue>(self, slot: usize) -> Result<T> {
        match self.0 {
            Inner::Driver(row) => Ok(row.try_get_by_index(slot)?),
            #[cfg(feature = "sqlite")]
            Inner::Packed { cells, bytes } => {
                let value = cell(cells, slot)?.value(bytes, T::KIND)?;
                <T as sea_orm::sea_query::ValueType>::try_from(value)
                    .map_err(|_| Error::internal("a cell does not hold its column's type"))
            }
        }
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
}

fn unknown() -> Error {
    Error::internal("a row of an unknown database")
}

#[cfg(feature = "sqlite")]
fn cell(cells: &[PackedCell], slot: usize) -> Result<PackedCell> {
    cells.get(slot).copied().ok_or_else(|| Error::internal(format!("a row without a cell {slot}")))
}
