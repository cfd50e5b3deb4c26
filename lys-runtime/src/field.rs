//! `#[field]` without a node: a custom operation.

use futures_util::future::BoxFuture;

use crate::{
    context::Context,
    entity::Entity,
    error::Result,
    node::Node,
    operation::{Arguments, Authorized, Resolved, Resolving},
    output::Output,
};

/// Answers with the value that `run` gives.
pub fn resolve<'a, R, A>(
    call: Authorized<'a>,
    arguments: A,
    run: impl FnOnce(&'a Context<'a>, A::Values) -> BoxFuture<'a, R> + Send + 'a,
) -> Resolving<'a>
where
    R: Returns + 'a,
    R::Value: Output,
    A: Arguments + 'a,
{
    Box::pin(async move {
        let arguments = arguments.decode(call.arguments())?;
        Ok(Resolved::value(run(call.context(), arguments).await.into_result()?))
    })
}

/// Answers with the row that `run` gives, as `N`; the selected columns are read again inside the decision's scope.
pub fn resolve_node<'a, N, R, A>(
    call: Authorized<'a>,
    arguments: A,
    run: impl FnOnce(&'a Context<'a>, A::Values) -> BoxFuture<'a, R> + Send + 'a,
) -> Resolving<'a>
where
    N: Node,
    R: Returns + 'a,
    R::Value: IntoRow<N::Entity>,
    A: Arguments + 'a,
{
    Box::pin(async move {
        let arguments = arguments.decode(call.arguments())?;
        let row = run(call.context(), arguments).await.into_result()?.into_row();
        Ok(row.map_or_else(Resolved::null, |row| Resolved::row(row.key().clone())))
    })
}

/// What an operation's function returns: a [`Result`] of the answer. Lets generated code name the answer's type.
#[diagnostic::on_unimplemented(
    message = "an operation cannot return `{Self}`",
    label = "wrap it: `lys::Result<{Self}>`"
)]
pub trait Returns {
    /// The answer.
    type Value;

    /// The answer, or the function's error.
    ///
    /// # Errors
    /// The function's own.
    fn into_result(self) -> Result<Self::Value>;
}

impl<T> Returns for Result<T> {
    type Value = T;

    fn into_result(self) -> Self {
        self
    }
}

/// A row, or perhaps one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row of `{E}`",
    note = "with `node = …`, a field returns a row of the node's entity, or an Option of one"
)]
pub trait IntoRow<E>: Send {
    /// Whether there may be none: the field is nullable.
    const NULLABLE: bool;

    /// The row.
    fn into_row(self) -> Option<E>;
}

impl<E: Entity> IntoRow<E> for E {
    const NULLABLE: bool = false;

    fn into_row(self) -> Option<E> {
        Some(self)
    }
}

impl<E: Entity> IntoRow<E> for Option<E> {
    const NULLABLE: bool = true;

    fn into_row(self) -> Option<E> {
        self
    }
}
