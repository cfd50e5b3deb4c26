//! Values of columns: which Rust types a column may have and how the database stores them.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sea_orm::{
    ActiveValue, TryGetable, Value,
    sea_query::{ArrayType, ValueType},
};

use super::{
    Cells,
    bridge::{ActiveCell, Cell},
};
use crate::error::Result;
use uuid::Uuid;

/// What a column holds, independent of the database.
///
/// On SQLite: `Uuid` is a 16-byte BLOB, `DateTime` is RFC 3339 text in UTC (as sqlx writes it), `Decimal` is a REAL that is rounded
/// to the column's scale on the way in and out (exact up to 15 digits; more are refused at start-up), `Json` is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnKind {
    /// A UUID.
    Uuid,
    /// Text.
    String,
    /// A truth value.
    Bool,
    /// A 32-bit integer.
    Int,
    /// A 64-bit integer.
    BigInt,
    /// A 64-bit float.
    Float,
    /// An exact decimal number.
    Decimal,
    /// A point in time, UTC, microseconds.
    DateTime,
    /// A day.
    Date,
    /// A JSON document.
    Json,
    /// A list: an array on PostgreSQL, elsewhere a JSON text.
    List(
        /// What its items are.
        ItemKind,
    ),
}

impl ColumnKind {
    /// Whether it is a list, which is shown and written, not sorted or searched by.
    #[must_use]
    pub const fn is_list(self) -> bool {
        matches!(self, Self::List(_))
    }
}

/// What the items of a list are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ItemKind {
    /// UUIDs.
    Uuid,
    /// Texts.
    String,
    /// Truth values.
    Bool,
    /// 32-bit integers.
    Int,
    /// 64-bit integers.
    BigInt,
    /// 64-bit floats.
    Float,
}

impl ItemKind {
    /// What one item is.
    #[must_use]
    pub const fn kind(self) -> ColumnKind {
        match self {
            Self::Uuid => ColumnKind::Uuid,
            Self::String => ColumnKind::String,
            Self::Bool => ColumnKind::Bool,
            Self::Int => ColumnKind::Int,
            Self::BigInt => ColumnKind::BigInt,
            Self::Float => ColumnKind::Float,
        }
    }

    pub(crate) fn array_type(self) -> ArrayType {
        super::bridge::array_type_of(self.kind())
    }
}

/// A Rust type that a column may have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a column",
    note = "columns hold Uuid, String, bool, i32, i64, f64, Decimal, DateTime<Utc>, NaiveDate, Json, enums with #[derive(Enum)], Vec of Uuid, String, bool, i32, i64 or f64, and Option of these"
)]
pub trait ColumnValue: Into<Value> + TryGetable + ValueType + Clone + Send + Sync + 'static {
    /// What the database stores.
    const KIND: ColumnKind;
    /// Whether the column may be NULL.
    const NULLABLE: bool = false;

    /// The next cell of a row. `#[entity]` reaches cells through these five alone, so that a type without columns is one error.
    ///
    /// # Errors
    /// When the cell does not hold this type.
    #[doc(hidden)]
    fn take(cells: &mut Cells<'_>) -> Result<Self> {
        cells.take()
    }

    /// A cell of SeaORM's model.
    #[doc(hidden)]
    fn cell(&self) -> &dyn Cell {
        self
    }

    /// The same, to write.
    #[doc(hidden)]
    fn cell_mut(&mut self) -> &mut dyn Cell {
        self
    }

    /// A cell of SeaORM's active model.
    #[doc(hidden)]
    fn active_cell(cell: &ActiveValue<Self>) -> &dyn ActiveCell
    where
        Self: PartialEq,
    {
        cell
    }

    /// The same, to write.
    #[doc(hidden)]
    fn active_cell_mut(cell: &mut ActiveValue<Self>) -> &mut dyn ActiveCell
    where
        Self: PartialEq,
    {
        cell
    }
}

macro_rules! column_values {
    ($($type:ty => $kind:ident),* $(,)?) => {$(
        impl ColumnValue for $type {
            const KIND: ColumnKind = ColumnKind::$kind;
        }
    )*};
}

column_values! {
    Uuid => Uuid,
    String => String,
    bool => Bool,
    i32 => Int,
    i64 => BigInt,
    f64 => Float,
    Decimal => Decimal,
    DateTime<Utc> => DateTime,
    NaiveDate => Date,
    serde_json::Value => Json,
}

macro_rules! list_values {
    ($($type:ty => $kind:ident),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl ColumnValue for Vec<$type> {
            const KIND: ColumnKind = ColumnKind::List(ItemKind::$kind);
        }
    )*};
}

list_values! {
    Uuid => Uuid,
    String => String,
    bool => Bool,
    i32 => Int,
    i64 => BigInt,
    f64 => Float,
}

impl<T> ColumnValue for Option<T>
where
    T: ColumnValue,
    Option<T>: Into<Value> + TryGetable + ValueType,
{
    const KIND: ColumnKind = T::KIND;
    const NULLABLE: bool = true;
}

/// A primary key: made by lys for UUIDs, chosen by the author for the business ids of parametric entities.
pub trait Key: ColumnValue + std::hash::Hash + Eq + std::fmt::Display + std::fmt::Debug {
    /// A fresh key, where lys makes them.
    fn generate() -> Option<Self>;

    /// The key inside a global id; `None` when the text is no key of this kind.
    fn parse(text: &str) -> Option<Self>;
}

impl Key for Uuid {
    fn generate() -> Option<Self> {
        Some(Self::new_v4())
    }

    fn parse(text: &str) -> Option<Self> {
        Self::try_parse(text).ok()
    }
}

impl Key for String {
    fn generate() -> Option<Self> {
        None
    }

    /// No stored text has a NUL, and PostgreSQL does not even compare with one.
    fn parse(text: &str) -> Option<Self> {
        (!text.contains('\0')).then(|| text.to_owned())
    }
}
