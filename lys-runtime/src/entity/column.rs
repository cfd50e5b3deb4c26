//! Columns and relations as typed handles: `Product::COLUMN.name`.

use std::marker::PhantomData;

use super::{Entity, KeyOfTarget, value::ColumnValue};
use crate::data::condition::{Condition, Operator, OrderTerm, Place, Quantifier};

/// A column of entity `E` with values of type `T`.
pub struct Column<E, T> {
    index: u16,
    name: &'static str,
    types: Marker<(E, T)>,
}

impl<E, T> Clone for Column<E, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E, T> Copy for Column<E, T> {}

impl<E, T> Column<E, T> {
    /// The column at `index` of the entity's definition.
    #[must_use]
    pub const fn new(index: u16, name: &'static str) -> Self {
        Self { index, name, types: PhantomData }
    }

    /// Its place among the entity's columns.
    #[must_use]
    pub const fn index(self) -> u16 {
        self.index
    }

    /// Its name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl<E: Entity, T: ColumnValue> Column<E, T> {
    fn compare(self, operator: Operator, value: impl Into<T>) -> Condition<E> {
        Condition::compare(self.index, operator, value.into().into())
    }

    /// The same with what comes in an order.
    fn compare_order(self, operator: Operator, value: impl Into<T>) -> Condition<E> {
        const { assert!(!T::KIND.is_list(), "lists have no order") }
        self.compare(operator, value)
    }

    /// `column = value`.
    pub fn eq(self, value: impl Into<T>) -> Condition<E> {
        self.compare(Operator::Equal, value)
    }

    /// `column <> value`; rows with NULL are not among them.
    pub fn ne(self, value: impl Into<T>) -> Condition<E> {
        self.compare(Operator::NotEqual, value)
    }

    /// `column < value`.
    pub fn lt(self, value: impl Into<T>) -> Condition<E> {
        self.compare_order(Operator::Less, value)
    }

    /// `column <= value`.
    pub fn le(self, value: impl Into<T>) -> Condition<E> {
        self.compare_order(Operator::LessOrEqual, value)
    }

    /// `column > value`.
    pub fn gt(self, value: impl Into<T>) -> Condition<E> {
        self.compare_order(Operator::Greater, value)
    }

    /// `column >= value`.
    pub fn ge(self, value: impl Into<T>) -> Condition<E> {
        self.compare_order(Operator::GreaterOrEqual, value)
    }

    /// `column IN (values)`; an empty list matches no row.
    pub fn is_in(self, values: impl IntoIterator<Item = impl Into<T>>) -> Condition<E> {
        const { assert!(!T::KIND.is_list(), "lists are compared one by one") }
        Condition::is_in(self.index, values.into_iter().map(|value| value.into().into()).collect())
    }

    /// `column IS NULL`.
    #[must_use]
    pub fn is_null(self) -> Condition<E> {
        Condition::is_null(self.index)
    }

    /// Ascending order; NULL comes first. Lists have none:
    ///
    /// ```compile_fail
    /// # use lys::prelude::*;
    /// #[entity]
    /// pub struct Product {
    ///     pub tags: Vec<String>,
    /// }
    ///
    /// fn main() {
    ///     let _ = Product::COLUMN.tags.asc();
    /// }
    /// ```
    #[must_use]
    pub fn asc(self) -> OrderTerm<E> {
        const { assert!(!T::KIND.is_list(), "lists have no order") }
        OrderTerm::new(self.index, false)
    }

    /// Descending order; NULL comes last.
    #[must_use]
    pub fn desc(self) -> OrderTerm<E> {
        const { assert!(!T::KIND.is_list(), "lists have no order") }
        OrderTerm::new(self.index, true)
    }
}

/// Columns that hold text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no text to search in",
    note = "parts of texts are searched, and indexed, in columns of String and Option<String>"
)]
pub trait TextValue: ColumnValue {}
impl TextValue for String {}
impl TextValue for Option<String> {}

impl<E: Entity, T: TextValue> Column<E, T> {
    /// Contains `text`; `%` and `_` in it stand for themselves.
    pub fn contains(self, text: impl Into<String>) -> Condition<E> {
        Condition::text(self.index, Place::Anywhere, false, text.into())
    }

    /// Contains `text`, whatever the case.
    pub fn contains_ci(self, text: impl Into<String>) -> Condition<E> {
        Condition::text(self.index, Place::Anywhere, true, text.into())
    }

    /// Starts with `text`.
    pub fn starts_with(self, text: impl Into<String>) -> Condition<E> {
        Condition::text(self.index, Place::Start, false, text.into())
    }

    /// Starts with `text`, whatever the case.
    pub fn starts_with_ci(self, text: impl Into<String>) -> Condition<E> {
        Condition::text(self.index, Place::Start, true, text.into())
    }

    /// Ends with `text`.
    pub fn ends_with(self, text: impl Into<String>) -> Condition<E> {
        Condition::text(self.index, Place::End, false, text.into())
    }

    /// Ends with `text`, whatever the case.
    pub fn ends_with_ci(self, text: impl Into<String>) -> Condition<E> {
        Condition::text(self.index, Place::End, true, text.into())
    }
}

/// Ties a handle to types without holding a value of them.
type Marker<T> = PhantomData<fn() -> T>;

/// A relation from `E` to at most one `T`, by a key of type `K` in `E`, or by one in `T` when `K` is [`KeyOfTarget`].
pub struct ToOne<E, T, K> {
    index: u16,
    types: Marker<(E, T, K)>,
}

/// A relation from `E` to many `T`, by a key in `T`, or in an entity between the two when `K` is [`KeyOfLink`](super::KeyOfLink).
pub struct ToMany<E, T, K = KeyOfTarget> {
    index: u16,
    types: Marker<(E, T, K)>,
}

impl<E, T, K> ToOne<E, T, K> {
    /// The relation at `index` of the entity's definition.
    #[must_use]
    pub const fn new(index: u16) -> Self {
        Self { index, types: PhantomData }
    }

    /// Its place among the entity's relations.
    #[must_use]
    pub const fn index(&self) -> u16 {
        self.index
    }
}

impl<E: Entity, T: Entity, K> ToOne<E, T, K> {
    /// There is a related row that satisfies `condition`.
    #[must_use]
    pub fn is(&self, condition: Condition<T>) -> Condition<E> {
        Condition::related(self.index, Quantifier::Some, condition)
    }
}

impl<E: Entity, T: Entity, K> ToMany<E, T, K> {
    /// A related row satisfies `condition`. Rows that the reader may not see count neither here nor below.
    #[must_use]
    pub fn some(&self, condition: Condition<T>) -> Condition<E> {
        Condition::related(self.index, Quantifier::Some, condition)
    }

    /// No related row satisfies `condition`.
    #[must_use]
    pub fn none(&self, condition: Condition<T>) -> Condition<E> {
        Condition::related(self.index, Quantifier::None, condition)
    }

    /// Every related row satisfies `condition`; so it is where there are none.
    #[must_use]
    pub fn every(&self, condition: Condition<T>) -> Condition<E> {
        Condition::related(self.index, Quantifier::Every, condition)
    }
}

impl<E, T, K> ToMany<E, T, K> {
    /// The relation at `index` of the entity's definition.
    #[must_use]
    pub const fn new(index: u16) -> Self {
        Self { index, types: PhantomData }
    }

    /// Its place among the entity's relations.
    #[must_use]
    pub const fn index(&self) -> u16 {
        self.index
    }
}

/// What a `#[has_many(…)]` or `#[many_to_many(…)]` field is declared as. It holds nothing: relations are declared on an entity, not loaded into it.
#[derive(Debug, Clone, Copy)]
pub struct Many<T>(PhantomData<fn() -> T>);

/// What a `#[has_one(…)]` field is declared as, and a `#[belongs_to(…)]` of several columns. It holds nothing either.
#[derive(Debug, Clone, Copy)]
pub struct One<T>(PhantomData<fn() -> T>);
