//! Keyset positions in a list: where a page begins and ends.

use async_graphql::connection::{CursorType, OpaqueCursor};
use sea_orm::{
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, Value},
};
use serde::{Deserialize, Serialize};

use super::error::{ApiError, Result};

/// The order of a list: one column, then the primary key as tiebreak.
#[derive(Clone, Copy)]
pub(crate) struct SortBy<C> {
    pub(crate) column: C,
    pub(crate) key: C,
    pub(crate) ascending: bool,
}

/// A column's value inside a cursor.
#[derive(Serialize, Deserialize)]
enum CursorValue {
    Text(String),
    Number(Decimal),
    Time(DateTimeUtc),
    Id(Uuid),
}

impl TryFrom<Value> for CursorValue {
    type Error = ApiError;

    fn try_from(value: Value) -> Result<Self> {
        match value {
            Value::String(Some(text)) => Ok(Self::Text(text)),
            Value::Decimal(Some(number)) => Ok(Self::Number(number)),
            Value::ChronoDateTimeUtc(Some(time)) => Ok(Self::Time(time)),
            Value::Uuid(Some(id)) => Ok(Self::Id(id)),
            _ => Err(ApiError::Internal("a column of this type cannot order a list")),
        }
    }
}

impl From<CursorValue> for Expr {
    fn from(value: CursorValue) -> Self {
        match value {
            CursorValue::Text(text) => Expr::value(text),
            CursorValue::Number(number) => Expr::value(number),
            CursorValue::Time(time) => Expr::value(time),
            CursorValue::Id(id) => Expr::value(id),
        }
    }
}

/// A row's position: the column that orders the list, its value and the row's key.
type Cursor = OpaqueCursor<(String, CursorValue, CursorValue)>;

impl<C: ColumnTrait> SortBy<C> {
    /// The cursor of a row in this order.
    pub(crate) fn cursor<M>(&self, row: &M) -> Result<String>
    where
        M: ModelTrait,
        M::Entity: EntityTrait<Column = C>,
    {
        let value = row.get(self.column).try_into()?;
        let key = row.get(self.key).try_into()?;
        let cursor: Cursor = OpaqueCursor((self.column.as_str().to_owned(), value, key));
        Ok(cursor.encode_cursor())
    }

    /// The condition on the rows behind a cursor, or in front of it.
    pub(crate) fn beyond(&self, cursor: &str, behind: bool) -> Result<Expr> {
        let OpaqueCursor((column, value, key)) = Cursor::decode_cursor(cursor).map_err(|_| ApiError::InvalidCursor)?;
        if column != self.column.as_str() {
            return Err(ApiError::InvalidCursor);
        }
        let row = Expr::tuple([Expr::col(self.column.as_column_ref()), Expr::col(self.key.as_column_ref())]);
        let position = Expr::tuple([value.into(), key.into()]);
        Ok(if behind == self.ascending { row.gt(position) } else { row.lt(position) })
    }
}
