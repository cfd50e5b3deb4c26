//! `Select`: which rows of an entity, in which order. A value of ours, so that paging, scopes and plans can see into it.

use std::marker::PhantomData;

use super::condition::{ColumnOrder, Condition, OrderTerm, Term};
use crate::{access::scope::Deleted, entity::SoftDelete};

/// Rows of `E` to read. Scopes are added last, by lys, and cannot be removed.
pub struct Select<E> {
    pub(crate) rows: RowSelect,
    entity: PhantomData<fn() -> E>,
}

/// A select whose entity is known from its surroundings.
#[derive(Debug, Clone, Default)]
pub(crate) struct RowSelect {
    pub(crate) conditions: Vec<Term>,
    pub(crate) order: Vec<ColumnOrder>,
    pub(crate) deleted: Deleted,
}

impl<E> Select<E> {
    /// All rows.
    #[must_use]
    pub fn new() -> Self {
        Self { rows: RowSelect::default(), entity: PhantomData }
    }

    /// Only rows that also satisfy `condition`.
    #[must_use]
    pub fn filter(mut self, condition: Condition<E>) -> Self {
        self.rows.conditions.push(condition.term);
        self
    }

    /// Like [`filter`](Self::filter) when there is a value, unchanged otherwise.
    #[must_use]
    pub fn filter_some<T>(self, value: Option<T>, condition: impl FnOnce(T) -> Condition<E>) -> Self {
        match value {
            Some(value) => self.filter(condition(value)),
            None => self,
        }
    }

    /// Adds a term to the order; the primary key always comes last.
    #[must_use]
    pub fn order_by(mut self, term: OrderTerm<E>) -> Self {
        self.rows.order.push(term.order);
        self
    }
}

impl<E: SoftDelete> Select<E> {
    /// Deleted rows too. What these rows are related to is seen without deleted rows, as everywhere.
    #[must_use]
    pub fn with_deleted(mut self) -> Self {
        self.rows.deleted = Deleted::Shown;
        self
    }

    /// Deleted rows alone.
    #[must_use]
    pub fn only_deleted(mut self) -> Self {
        self.rows.deleted = Deleted::Only;
        self
    }
}

impl<E> Default for Select<E> {
    fn default() -> Self {
        Self::new()
    }
}
