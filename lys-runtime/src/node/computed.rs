//! Computed fields: a function that gets all rows of its level at once, with the columns it asked for.

use futures_util::future::BoxFuture;

use crate::{
    context::Context,
    data::{Row, Rows},
    entity::{Column, ColumnValue},
    error::{Error, Result},
    node::Node,
    operation::{ArgumentValues, Arguments},
    output::Output,
};

/// One computed field on one level of rows.
pub struct ComputedCall<'a> {
    /// The request.
    pub(crate) context: &'a Context<'a>,
    /// The rows of the level.
    pub(crate) rows: &'a Rows,
    /// Where the wanted columns are in each row, in the order of the field's `columns`.
    pub(crate) slots: &'a [usize],
    /// Coerced arguments.
    pub(crate) arguments: ArgumentValues,
}

/// The values of a computed field, one for each row, in row order.
pub type Computing<'a> = BoxFuture<'a, Result<Vec<Result<Box<dyn ErasedOutput>>>>>;

/// Adapter of a computed field.
pub type ComputeFn = for<'a> fn(ComputedCall<'a>) -> Computing<'a>;

/// An output value whose type is known from the field's definition.
pub trait ErasedOutput: Send {
    /// See [`Output::write`].
    ///
    /// # Errors
    /// As there.
    fn write(&self, writer: &mut crate::output::ValueWriter<'_, '_>) -> crate::output::Written;
}

impl<T: Output> ErasedOutput for T {
    fn write(&self, writer: &mut crate::output::ValueWriter<'_, '_>) -> crate::output::Written {
        Output::write(self, writer)
    }
}

/// A tuple of column values: what a computed field reads from one row.
pub trait ComputedColumns: Sized + Send {
    /// Reads the columns of one row.
    ///
    /// # Errors
    /// When a cell does not hold its column's type.
    fn read(row: Row<'_>, slots: &[usize]) -> Result<Self>;
}

/// A tuple of column slices' owners: what a batch field reads from all rows.
pub trait ComputedBatch: Sized + Send {
    /// Reads the columns of all rows.
    ///
    /// # Errors
    /// When a cell does not hold its column's type.
    fn read(rows: &Rows, slots: &[usize]) -> Result<Self>;
}

macro_rules! column_tuples {
    ($($name:ident $index:tt),*) => {
        impl<$($name: ColumnValue),*> ComputedColumns for ($($name,)*) {
            #[allow(unused_variables, clippy::unused_unit, reason = "the empty tuple reads nothing")]
            fn read(row: Row<'_>, slots: &[usize]) -> Result<Self> {
                Ok(($(row.get::<$name>(slots[$index])?,)*))
            }
        }

        impl<$($name: ColumnValue),*> ComputedBatch for ($(Vec<$name>,)*) {
            #[allow(unused_variables, clippy::unused_unit, reason = "the empty tuple reads nothing")]
            fn read(rows: &Rows, slots: &[usize]) -> Result<Self> {
                Ok(($(
                    rows.iter().map(|row| row.get::<$name>(slots[$index])).collect::<Result<Vec<_>>>()?,
                )*))
            }
        }
    };
}

column_tuples!();
column_tuples!(A 0);
column_tuples!(A 0, B 1);
column_tuples!(A 0, B 1, C 2);
column_tuples!(A 0, B 1, C 2, D 3);
column_tuples!(A 0, B 1, C 2, D 3, F 4);
column_tuples!(A 0, B 1, C 2, D 3, F 4, G 5);
column_tuples!(A 0, B 1, C 2, D 3, F 4, G 5, H 6);
column_tuples!(A 0, B 1, C 2, D 3, F 4, G 5, H 6, I 7);

fn erase<T: Output>(value: T) -> Box<dyn ErasedOutput> {
    Box::new(value)
}

/// The index of a column of `N` that holds a `T`. What `#[field(on = …)]` calls for each column it reads.
#[must_use]
pub fn column<N: Node, T>(column: Column<N::Entity, T>) -> u16 {
    column.index()
}

/// Runs a plain function on the columns of each row. What `#[field(on = …)]` on a `fn` calls.
#[expect(clippy::needless_pass_by_value, reason = "a call is used once")]
pub fn per_row<C, T>(call: ComputedCall<'_>, compute: fn(C) -> T) -> Computing<'_>
where
    C: ComputedColumns + 'static,
    T: IntoComputed + 'static,
{
    Box::pin(async move {
        Ok(call
            .rows
            .iter()
            .map(|row| C::read(row, call.slots).and_then(|columns| compute(columns).into_computed()).map(erase))
            .collect())
    })
}

/// What a computed function returns: a value, or a `Result` of one.
pub trait IntoComputed {
    /// The shown type.
    type Value: Output;

    /// The value, or the error of this row's field.
    ///
    /// # Errors
    /// The function's own.
    fn into_computed(self) -> Result<Self::Value>;
}

impl<T: Output> IntoComputed for T {
    type Value = T;

    fn into_computed(self) -> Result<T> {
        Ok(self)
    }
}

impl<T: Output> IntoComputed for Result<T> {
    type Value = T;

    fn into_computed(self) -> Self {
        self
    }
}

/// What an async computed function returns inside its `Result`: one value for each row.
#[diagnostic::on_unimplemented(
    message = "an async computed field cannot return `{Self}`",
    label = "return one value for each row: `lys::Result<Vec<…>>`"
)]
pub trait Values {
    /// The shown type.
    type Value: Output;
}

impl<T: Output> Values for Vec<T> {
    type Value = T;
}

/// Runs an async function once for the whole level. What `#[field(on = …)]` on an `async fn` calls.
pub fn per_level<'a, C, A, T>(
    call: ComputedCall<'a>,
    arguments: A,
    compute: impl FnOnce(&'a Context<'a>, C, A::Values) -> BoxFuture<'a, Result<Vec<T>>> + Send + 'a,
) -> Computing<'a>
where
    C: ComputedBatch + 'a,
    A: Arguments + 'a,
    T: Output,
{
    Box::pin(async move {
        let columns = C::read(call.rows, call.slots)?;
        let arguments = arguments.decode(&call.arguments)?;
        let values = compute(call.context, columns, arguments).await?;
        if values.len() != call.rows.len() {
            let text = format!("a computed field gave {} values for {} rows", values.len(), call.rows.len());
            return Err(Error::internal(text));
        }
        Ok(values.into_iter().map(|value| Ok(erase(value))).collect())
    })
}
