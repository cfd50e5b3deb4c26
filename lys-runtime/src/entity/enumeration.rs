//! Enums in columns, as the text of their names. The stored half of `#[derive(Enum)]`.

use sea_orm::{ColIdx, DbErr, QueryResult, TryGetError, TryGetable, Value, sea_query::ValueTypeErr};

use crate::output::EnumValue;

/// The value that a column holds.
#[must_use]
pub fn store<T: EnumValue>(value: &T) -> Value {
    value.name().into()
}

/// The value in a cell.
///
/// # Errors
/// When the cell holds no name of the enum.
pub fn load<T: EnumValue, I: ColIdx>(row: &QueryResult, index: I) -> Result<T, TryGetError> {
    let name = String::try_get_by(row, index)?;
    T::from_name(&name).ok_or_else(|| DbErr::Type(format!("no value of {} is stored as this text", T::NAME)).into())
}

/// The value in a bound value.
///
/// # Errors
/// When it holds no name of the enum.
pub fn read<T: EnumValue>(value: Value) -> Result<T, ValueTypeErr> {
    match value {
        Value::String(Some(name)) => T::from_name(&name).ok_or(ValueTypeErr),
        _ => Err(ValueTypeErr),
    }
}
