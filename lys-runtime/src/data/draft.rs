//! Drafts: values to be written, before anything is.

use std::marker::PhantomData;

use sea_orm::Value;

use super::children::Children;
use crate::entity::{Column, ColumnValue, Entity};

/// A row to be created, or changes to one. Scope, referenced keys and missing values are checked before it is written.
pub struct Draft<E> {
    pub(crate) values: Vec<Option<Value>>,
    pub(crate) original: Option<E>,
    /// Rows that are written with it.
    pub(crate) children: Vec<Children>,
}

/// A row that a hook has already written with its writer; it is checked by key inside the transaction.
pub struct Saved<E> {
    pub(crate) row: E,
    entity: PhantomData<fn() -> E>,
}

/// A row that was created, or changed because it was there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Upserted<E> {
    /// The row as it is now.
    pub row: E,
    /// Whether it was not there before.
    pub created: bool,
}

impl<E: Entity> Draft<E> {
    /// A new row without values.
    #[must_use]
    pub fn new() -> Self {
        Self { values: Vec::new(), original: None, children: Vec::new() }
    }

    /// No changes to `row` yet.
    #[must_use]
    pub fn of(row: E) -> Self {
        Self { values: Vec::new(), original: Some(row), children: Vec::new() }
    }

    /// The row that is edited; `None` for a new one.
    #[must_use]
    pub fn original(&self) -> Option<&E> {
        self.original.as_ref()
    }

    /// Sets a column.
    pub fn set<T: ColumnValue>(&mut self, column: Column<E, T>, value: impl Into<T>) -> &mut Self {
        let index = usize::from(column.index());
        if self.values.len() <= index {
            self.values.resize(index + 1, None);
        }
        self.values[index] = Some(value.into().into());
        self
    }

    /// Sets a column, by value.
    #[must_use]
    pub fn with<T: ColumnValue>(mut self, column: Column<E, T>, value: impl Into<T>) -> Self {
        self.set(column, value);
        self
    }

    /// The value set for the column at `index`.
    pub(crate) fn value(&self, index: u16) -> Option<&Value> {
        self.values.get(usize::from(index))?.as_ref()
    }
}

impl<E: Entity> Default for Draft<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: Entity> Saved<E> {
    /// A row that the hook has written.
    #[must_use]
    pub fn new(row: E) -> Self {
        Self { row, entity: PhantomData }
    }
}
