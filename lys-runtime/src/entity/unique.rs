//! Unique keys as typed handles: `Product::UNIQUE.sku`.

use std::marker::PhantomData;

/// Columns of `E` that no two rows share together: a `#[column(unique)]`, or a set that `unique(…)` declares.
pub struct Unique<E> {
    columns: &'static [u16],
    entity: PhantomData<fn() -> E>,
}

impl<E> Clone for Unique<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Unique<E> {}

impl<E> Unique<E> {
    /// The columns at these places of the entity's definition, which declares them unique.
    #[must_use]
    pub const fn new(columns: &'static [u16]) -> Self {
        Self { columns, entity: PhantomData }
    }

    /// Their places among the entity's columns.
    #[must_use]
    pub const fn columns(self) -> &'static [u16] {
        self.columns
    }
}
