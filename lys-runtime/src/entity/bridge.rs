//! From lys's definitions to SeaORM's: what the SeaORM items of `#[entity]` call.

use std::mem;

use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnFromStrErr, ColumnTrait, ColumnType, ColumnTypeTrait, DbErr, EntityTrait,
    IdenStatic, Identity, Iterable, RelationType, Value,
    sea_query::{ArrayType, DynIden, ForeignKeyAction, IntoIden, StringLen},
};

use super::{
    BelongsToOnce, Column, ColumnDef, ColumnKind, ColumnValue, Emptied, Entity, Holds, ItemKind, Join, ReferenceTo,
    ScopeCondition, ScopeKey, TextValue, VersionNumber,
};
use crate::{access::Grant, data::Condition};

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
        ColumnKind::List(item) => ColumnType::Array(item_type(item).into()),
    }
}

fn item_type(item: ItemKind) -> ColumnType {
    match item {
        ItemKind::Uuid => ColumnType::Uuid,
        ItemKind::String => ColumnType::Text,
        ItemKind::Bool => ColumnType::Boolean,
        ItemKind::Int => ColumnType::Integer,
        ItemKind::BigInt => ColumnType::BigInteger,
        ItemKind::Float => ColumnType::Double,
    }
}

/// The kind of SeaORM value that a column holds.
#[must_use]
pub fn array_type(column: &ColumnDef) -> ArrayType {
    array_type_of(column.kind)
}

/// The same, of a kind; of a list, that of its items.
pub(crate) fn array_type_of(kind: ColumnKind) -> ArrayType {
    match kind {
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
        ColumnKind::List(item) => item.array_type(),
    }
}

/// The column called `name`, for `FromStr`.
///
/// # Errors
/// When no column has that name.
pub fn column_called<C: ColumnTrait>(name: &str) -> Result<C, ColumnFromStrErr> {
    C::iter().find(|column| column.as_str() == name).ok_or_else(|| ColumnFromStrErr(name.to_owned()))
}

/// The relation along this entity's key columns.
#[must_use]
pub fn belongs_to<E: Entity, T: Entity>(on: &[Join], on_delete: ForeignKeyAction) -> sea_orm::RelationDef {
    let first = E::SeaOrm::belongs_to(T::SeaOrm::default()).from(column_at::<E>(on[0].here));
    let mut relation: sea_orm::RelationDef = first.to(column_at::<T>(on[0].there)).on_delete(on_delete).into();
    relation.from_col = identity::<E>(on.iter().map(|join| join.here));
    relation.to_col = identity::<T>(on.iter().map(|join| join.there));
    relation
}

/// The relation along the target's key columns, which are `here` in `on`: to one row.
#[must_use]
pub fn has_one<E: Entity, T: Entity>(on: &[Join]) -> sea_orm::RelationDef {
    belongs_to::<T, E>(on, ForeignKeyAction::NoAction).rev()
}

/// The relation along the target's key columns, which are `here` in `on`.
#[must_use]
pub fn has_many<E: Entity, T: Entity>(on: &[Join]) -> sea_orm::RelationDef {
    let mut relation = has_one::<E, T>(on);
    relation.rel_type = RelationType::HasMany;
    relation
}

/// The join from a through-entity to the target of a many-to-many relation.
#[must_use]
pub fn from_through<X: Entity, T: Entity>(on: &[Join]) -> sea_orm::RelationDef {
    belongs_to::<X, T>(on, ForeignKeyAction::NoAction)
}

fn column_at<E: Entity>(index: u16) -> <E::SeaOrm as EntityTrait>::Column {
    let mut columns = <E::SeaOrm as EntityTrait>::Column::iter();
    columns.nth(usize::from(index)).expect("a relation follows declared columns")
}

fn identity<E: Entity>(columns: impl Iterator<Item = u16>) -> Identity {
    let names: Vec<DynIden> = columns.map(|column| column_at::<E>(column).into_iden()).collect();
    match <[DynIden; 1]>::try_from(names) {
        Ok([only]) => Identity::Unary(only),
        Err(names) => match <[DynIden; 2]>::try_from(names) {
            Ok([first, second]) => Identity::Binary(first, second),
            Err(names) => Identity::Many(names),
        },
    }
}

/// The columns behind a `#[belongs_to(T)]` column of type `K`, if that can hold the key of `T`.
#[must_use]
pub const fn refers_to<T, K: ReferenceTo<T>>(column: u16) -> Join {
    Join::new(column, 0)
}

/// The columns of a `#[belongs_to(E)]` of `T` that no two rows hold alike.
#[must_use]
pub const fn once<E, T: BelongsToOnce<E>>() -> &'static [Join] {
    T::ON
}

/// The column that `by = column` names, if it can hold the key of `E`.
#[must_use]
pub const fn by_column<E, T, K: ReferenceTo<E>>(column: Column<T, K>) -> Join {
    Join::new(column.index(), 0)
}

/// The columns behind one pair of `by(…)` and `key(…)`: a key's own column, and one that holds it. In this order the compiler knows
/// the key when it looks at what is to hold it.
#[must_use]
pub const fn holds<E, T, K: Holds<L>, L>(key: Column<T, L>, column: Column<E, K>) -> Join {
    Join::new(column.index(), key.index())
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

/// What a scope function says of a grant, if it answers with a condition on `E`.
pub fn scope_of<E: Entity>(rows: fn(&Grant) -> Option<Condition<E>>, grant: &Grant) -> Option<ScopeCondition> {
    rows(grant).map(Into::into)
}

/// The place of a version column, if its type counts.
#[must_use]
pub const fn version<T: VersionNumber>(column: u16) -> u16 {
    column
}

/// `search_index`, if the column holds text.
#[must_use]
pub const fn searched<T: TextValue>() -> bool {
    true
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
