//! What callers may filter a connection by: `filter(name, category(name), reviews(rating))`.
//!
//! ```
//! # use lys::prelude::*;
//! # #[entity(parametric)] pub struct Category;
//! # #[entity] pub struct Product { pub name: String, #[belongs_to(Category)] pub category_id: String }
//! # #[node(Category)] pub struct CategoryNode;
//! # #[node(Product)] pub struct ProductNode { pub name: String, pub category: CategoryNode }
//! # fn resolve(call: lys::operation::Authorized<'_>) -> lys::operation::Resolving<'_> { lys::connection::resolve_all::<ProductNode>(call) }
//! use lys::{connection::filter, operation::OperationDef};
//!
//! let members = <Product as Entity>::MEMBER;
//! OperationDef::connection::<ProductNode>("all_products", resolve).filter::<ProductNode>([
//!     filter::column(members.name),
//!     filter::relation(members.category, |members| [filter::column(members.enabled)]),
//! ]);
//! ```

use std::marker::PhantomData;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sea_orm::Value;
use uuid::Uuid;

use crate::{
    entity::{Column, ColumnValue, Entity, ToMany, ToOne},
    input::{Input, InputTypes, decode::Decode},
    output::{EnumValue, TypeRef},
};

/// One field of a filter on rows of `E`.
pub struct Filter<E> {
    pub(crate) definition: FilterDef,
    entity: PhantomData<fn() -> E>,
}

/// One field of a filter whose entity is known from its surroundings.
#[derive(Debug, Clone)]
pub enum FilterDef {
    /// A column and how its values are given.
    Column {
        /// Its index.
        column: u16,
        /// How its values are given.
        values: FilterValues,
    },
    /// The rows of a relation.
    Relation {
        /// Its index.
        relation: u16,
        /// What they may be filtered by.
        fields: Vec<FilterDef>,
    },
}

/// How the values that a column is compared with are given.
#[derive(Debug, Clone)]
pub enum FilterValues {
    /// As a scalar or enum.
    Scalar {
        /// What can be asked of the column.
        operators: Operators,
        /// The GraphQL type of one value.
        ty: TypeRef,
        /// Declares it.
        declare: fn(&mut InputTypes),
        /// Reads one value.
        decode: Decode<Value>,
    },
    /// As a global id of the node that the column leads to.
    Key,
}

/// What can be asked of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operators {
    /// Equal or not.
    Equality,
    /// Equal or not, also to one of a list.
    Choice,
    /// The same, and less and greater.
    Order,
    /// The same, and parts of texts.
    Text,
}

/// A column type that callers may filter by.
#[diagnostic::on_unimplemented(
    message = "callers cannot filter, sort or group by a column of type `{Self}`",
    note = "they can by Uuid, String, bool, i32, f64, Decimal, DateTime<Utc>, NaiveDate, enums with #[derive(Enum)], and Option of these"
)]
pub trait FilterValue: ColumnValue {
    /// How its values are given.
    fn values() -> FilterValues;
}

impl FilterValues {
    /// How those of an enum are. Called by generated code.
    #[must_use]
    pub fn of_enum<T: EnumValue + Input + ColumnValue>() -> Self {
        scalar::<T>(Operators::Choice)
    }
}

fn scalar<T: Input + Into<Value>>(operators: Operators) -> FilterValues {
    let decode: Decode<Value> = |value, decoder| T::decode(value, decoder).map(Into::into);
    FilterValues::Scalar { operators, ty: T::type_ref(), declare: T::declare, decode }
}

macro_rules! filter_values {
    ($($type:ty => $operators:ident),* $(,)?) => {$(
        impl FilterValue for $type {
            fn values() -> FilterValues {
                scalar::<$type>(Operators::$operators)
            }
        }
    )*};
}

filter_values! {
    String => Text,
    bool => Equality,
    i32 => Order,
    f64 => Order,
    Decimal => Order,
    DateTime<Utc> => Order,
    NaiveDate => Order,
}

impl FilterValue for Uuid {
    fn values() -> FilterValues {
        FilterValues::Key
    }
}

/// A column that callers may filter by.
#[diagnostic::on_unimplemented(
    message = "callers cannot filter by `{Self}`",
    label = "not a column to filter by",
    note = "columns of Uuid, String, bool, i32, f64, Decimal, DateTime<Utc>, NaiveDate, enums and Option of these stand alone: `name`",
    note = "a relation says by what its rows are filtered: `reviews(rating)`"
)]
pub trait FilterColumn {
    /// The entity that has it.
    type Entity: Entity;

    /// The filter's field.
    fn filter(self) -> Filter<Self::Entity>;
}

impl<E: Entity, T: FilterValue> FilterColumn for Column<E, T> {
    type Entity = E;

    fn filter(self) -> Filter<E> {
        Filter::new(FilterDef::Column { column: self.index(), values: T::values() })
    }
}

impl<E: Entity, T: FilterValue> FilterColumn for Column<E, Option<T>>
where
    Option<T>: ColumnValue,
{
    type Entity = E;

    fn filter(self) -> Filter<E> {
        Filter::new(FilterDef::Column { column: self.index(), values: T::values() })
    }
}

/// A relation whose rows callers may filter by.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has nothing below it to filter by",
    label = "not a relation",
    note = "a column stands alone, without parentheses: `name`"
)]
pub trait FilterRelation: Sized {
    /// The entity that has it.
    type Entity: Entity;
    /// The entity that it leads to.
    type Target: Entity;

    /// Its place among the entity's relations.
    fn relation(self) -> u16;
}

impl<E: Entity, T: Entity, K> FilterRelation for ToOne<E, T, K> {
    type Entity = E;
    type Target = T;

    fn relation(self) -> u16 {
        self.index()
    }
}

impl<E: Entity, T: Entity, K> FilterRelation for ToMany<E, T, K> {
    type Entity = E;
    type Target = T;

    fn relation(self) -> u16 {
        self.index()
    }
}

impl<E> Filter<E> {
    fn new(definition: FilterDef) -> Self {
        Self { definition, entity: PhantomData }
    }
}

/// Callers may filter by `column`.
pub fn column<C: FilterColumn>(column: C) -> Filter<C::Entity> {
    column.filter()
}

/// Callers may filter by the rows of `relation`: `fields` says by what of them.
pub fn relation<R, F>(relation: R, fields: impl FnOnce(<R::Target as Entity>::Members) -> F) -> Filter<R::Entity>
where
    R: FilterRelation,
    F: IntoIterator<Item = Filter<R::Target>>,
{
    let fields = fields(<R::Target as Entity>::MEMBER).into_iter().map(|field| field.definition).collect();
    Filter::new(FilterDef::Relation { relation: relation.relation(), fields })
}
