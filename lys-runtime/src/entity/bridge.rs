//! From lys's definitions to SeaORM's: what the SeaORM items of `#[entity]` call.

use std::mem;

use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnFromStrErr, ColumnTrait, ColumnType, ColumnTypeTrait, DbErr, EntityTrait,
    IdenStatic, Iterable, PrimaryKeyToColumn, RelationType, Value,
    sea_query::{ArrayType, ForeignKeyAction, StringLen},
};

use super::{Column, ColumnDef, ColumnKind, ColumnValue, Emptied, Entity, ReferenceTo, ScopeKey};

/// A column as SeaORM declares it.
#[must_use]
pub fn column(column: &ColumnDef) -> sea_orm::ColumnDef {
    let mut definition = column_type(column).def();
    if column.nullable {
        definition = definition.nullable();
    }
    if column.unique {
        definition = definition.unique();
    }
    if column.indexed {
        definition = definition.indexed();
    }
    definition
}

/// Its type, as SeaORM declares it.
pub(crate) fn column_type(column: &ColumnDef) -> ColumnType {
    match column.kind {
        ColumnKind::Uuid => ColumnType::Uuid,
        ColumnKind::String => column.length.map_or(ColumnType::Text, |length| ColumnType::String(StringLen::N(length))),
        ColumnKind::Bool => ColumnType::Boolean,
        ColumnKind::Int => ColumnType::Integer,
        ColumnKind::BigInt => ColumnType::BigInteger,
        ColumnKind::Float => ColumnType::Double,
        ColumnKind::Decimal => ColumnType::Decimal(column.decimal),
        ColumnKind::DateTime => ColumnType::TimestampWithTimeZone,
        ColumnKind::Date => ColumnType::Date,
        ColumnKind::Json => ColumnType::JsonBinary,
    }
}

/// The kind of SeaORM value that a column holds.
#[must_use]
pub fn array_type(column: &ColumnDef) -> ArrayType {
    match column.kind {
        ColumnKind::Uuid => ArrayType::Uuid,
        ColumnKind::String => ArrayType::String,
        ColumnKind::Bool => ArrayType::Bool,
        ColumnKind::Int => ArrayType::Int,
        ColumnKind::BigInt => ArrayType::BigInt,
        ColumnKind::Float => ArrayType::Double,
        ColumnKind::Decimal => ArrayType::Decimal,
        ColumnKind::DateTime => ArrayType::ChronoDateTimeUtc,
        ColumnKind::Date => ArrayType::ChronoDate,
        ColumnKind::Json => ArrayType::Json,
    }
}

/// The column called `name`, for `FromStr`.
///
/// # Errors
/// When no column has that name.
pub fn column_called<C: ColumnTrait>(name: &str) -> Result<C, ColumnFromStrErr> {
    C::iter().find(|column| column.as_str() == name).ok_or_else(|| ColumnFromStrErr(name.to_owned()))
}

/// The relation along this entity's `column`.
#[must_use]
pub fn belongs_to<E: Entity, T: Entity>(
    column: <E::SeaOrm as EntityTrait>::Column,
    on_delete: ForeignKeyAction,
) -> sea_orm::RelationDef {
    E::SeaOrm::belongs_to(T::SeaOrm::default()).from(column).to(key::<T>()).on_delete(on_delete).into()
}

/// The relation along the target's `column`.
///
/// # Panics
/// When the target has no such column, which is impossible for columns that `#[entity]` counted.
#[must_use]
pub fn has_many<E: Entity, T: Entity>(column: u16) -> sea_orm::RelationDef {
    let column = <T::SeaOrm as EntityTrait>::Column::iter()
        .nth(usize::from(column))
        .expect("a relation follows a declared column");
    let mut relation = belongs_to::<T, E>(column, ForeignKeyAction::NoAction).rev();
    relation.rel_type = RelationType::HasMany;
    relation
}

fn key<T: Entity>() -> <T::SeaOrm as EntityTrait>::Column {
    let mut keys = <T::SeaOrm as EntityTrait>::PrimaryKey::iter();
    keys.next().expect("an entity has one key column").into_column()
}

/// Place of the column that `#[has_many(T, by = column)]` on `E` names.
#[must_use]
pub const fn by_column<E, T, K: ReferenceTo<E>>(column: Column<T, K>) -> u16 {
    column.index()
}

/// One field of a row.
pub trait Cell {
    /// Its value.
    fn get(&self) -> Value;

    /// Replaces it.
    ///
    /// # Errors
    /// When the value is of another type.
    fn try_set(&mut self, value: Value) -> Result<(), DbErr>;
}

impl<T: ColumnValue> Cell for T {
    fn get(&self) -> Value {
        self.clone().into()
    }

    fn try_set(&mut self, value: Value) -> Result<(), DbErr> {
        *self = read(value)?;
        Ok(())
    }
}

fn read<T: ColumnValue>(value: Value) -> Result<T, DbErr> {
    T::try_from(value).map_err(|error| DbErr::Type(error.to_string()))
}

/// One field of an active model.
pub trait ActiveCell {
    /// See `ActiveModelTrait::take`.
    fn take(&mut self) -> ActiveValue<Value>;
    /// See `ActiveModelTrait::get`.
    fn get(&self) -> ActiveValue<Value>;
    /// See `ActiveModelTrait::set_if_not_equals`.
    fn set_if_not_equals(&mut self, value: Value);
    /// See `ActiveModelTrait::try_set`.
    ///
    /// # Errors
    /// When the value is of another type.
    fn try_set(&mut self, value: Value) -> Result<(), DbErr>;
    /// See `ActiveModelTrait::not_set`.
    fn not_set(&mut self);
    /// See `ActiveModelTrait::is_not_set`.
    fn is_not_set(&self) -> bool;
    /// See `ActiveModelTrait::reset`.
    fn reset(&mut self);
}

impl<T: ColumnValue + PartialEq> ActiveCell for ActiveValue<T> {
    fn take(&mut self) -> ActiveValue<Value> {
        mem::replace(self, ActiveValue::NotSet).into_wrapped_value()
    }

    fn get(&self) -> ActiveValue<Value> {
        self.clone().into_wrapped_value()
    }

    fn set_if_not_equals(&mut self, value: Value) {
        ActiveValue::set_if_not_equals(self, <T as sea_orm::sea_query::ValueType>::unwrap(value));
    }

    fn try_set(&mut self, value: Value) -> Result<(), DbErr> {
        *self = ActiveValue::Set(read(value)?);
        Ok(())
    }

    fn not_set(&mut self) {
        *self = ActiveValue::NotSet;
    }

    fn is_not_set(&self) -> bool {
        ActiveValue::is_not_set(self)
    }

    fn reset(&mut self) {
        ActiveValue::reset(self);
    }
}

/// Iterator over the variants of an enum.
pub type All<T> = std::iter::Copied<std::slice::Iter<'static, T>>;

/// Iterates over the variants of an enum.
pub fn all<T: Copy>(variants: &'static [T]) -> All<T> {
    variants.iter().copied()
}

/// The place of an owner or tenant column, if its type can hold their id.
#[must_use]
pub const fn scope_key<T: ScopeKey>(column: u16) -> u16 {
    column
}

/// `on_delete = set_null`, if the key can be empty.
#[must_use]
pub const fn set_null<T: Emptied>() -> ForeignKeyAction {
    ForeignKeyAction::SetNull
}

/// Refuses an active model with unset fields.
///
/// # Errors
/// Names the first field without a value.
pub fn check_complete<A: ActiveModelTrait>(model: &A) -> Result<(), DbErr> {
    match <A::Entity as EntityTrait>::Column::iter().find(|column| model.is_not_set(*column)) {
        Some(column) => Err(DbErr::AttrNotSet(column.as_str().to_owned())),
        None => Ok(()),
    }
}
