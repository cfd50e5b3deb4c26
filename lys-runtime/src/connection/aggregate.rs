//! What a connection tells of all its rows together: `aggregate(price)`, `group_by(category_id)`.
//!
//! ```
//! # use lys::prelude::*;
//! # #[entity] pub struct Product { pub name: String, pub price: f64 }
//! # #[node(Product)] pub struct ProductNode { pub name: String, pub price: f64 }
//! # fn resolve(call: lys::operation::Authorized<'_>) -> lys::operation::Resolving<'_> { lys::connection::resolve_all::<ProductNode>(call) }
//! use lys::{connection::aggregate, operation::OperationDef};
//!
//! OperationDef::connection::<ProductNode>("all_products", resolve)
//!     .aggregate(aggregate::column(Product::COLUMN.price))
//!     .group_by(aggregate::group(Product::COLUMN.name));
//! ```

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use super::filter::FilterValue;
use crate::entity::{Column, ColumnValue, Entity};

/// A column that is summed up.
#[derive(Debug, Clone, Copy)]
pub struct Aggregated {
    pub(crate) column: u16,
}

/// A column that rows may be grouped by.
#[derive(Debug, Clone, Copy)]
pub struct GroupedBy {
    pub(crate) column: u16,
}

/// Column types that have a smallest and a greatest value to tell of.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` has no aggregate",
    note = "those of i32, f64 and Decimal have `min`, `max`, `sum` and `avg`, those of String, DateTime<Utc> and NaiveDate `min` and `max`; and Option of these"
)]
pub trait AggregateValue: ColumnValue {}

impl AggregateValue for i32 {}
impl AggregateValue for f64 {}
impl AggregateValue for Decimal {}
impl AggregateValue for String {}
impl AggregateValue for DateTime<Utc> {}
impl AggregateValue for NaiveDate {}
impl<T: AggregateValue> AggregateValue for Option<T> where Option<T>: ColumnValue {}

/// Column types that rows can be grouped by.
#[diagnostic::on_unimplemented(
    message = "rows cannot be grouped by a column of type `{Self}`",
    note = "they can by Uuid, String, bool, i32, f64, Decimal, DateTime<Utc>, NaiveDate, enums with #[derive(Enum)], and Option of these"
)]
pub trait GroupValue: ColumnValue {}

impl<T: FilterValue> GroupValue for T {}
impl<T: FilterValue> GroupValue for Option<T> where Option<T>: ColumnValue {}

/// The smallest and greatest value of `column`, and of numbers the sum and the average.
#[must_use]
pub fn column<E: Entity, T: AggregateValue>(column: Column<E, T>) -> Aggregated {
    Aggregated { column: column.index() }
}

/// Groups by `column`.
#[must_use]
pub fn group<E: Entity, T: GroupValue>(column: Column<E, T>) -> GroupedBy {
    GroupedBy { column: column.index() }
}
