//! `#[getter]`: one row by its global id.

use futures_util::future::BoxFuture;

use crate::{
    context::Context,
    entity::Entity,
    error::Result,
    global_id::GlobalId,
    node::Node,
    operation::{Arguments, Authorized, Resolved, Resolving},
};

/// Answers with the row whose global id is the argument `id`. The id's type is checked before anything is loaded.
#[must_use]
pub fn resolve<N: Node>(call: Authorized<'_>) -> Resolving<'_> {
    Box::pin(async move { Ok(Resolved::row(key_of::<N>(&call)?)) })
}

/// Answers with the row whose global id is the argument `id`, after `hook`, which may refuse.
pub fn resolve_with<'a, N, A>(
    call: Authorized<'a>,
    arguments: A,
    hook: impl FnOnce(&'a Context<'a>, N::Entity, A::Values) -> BoxFuture<'a, Result<()>> + Send + 'a,
) -> Resolving<'a>
where
    N: Node,
    A: Arguments + 'a,
{
    Box::pin(async move {
        let key = key_of::<N>(&call)?;
        let arguments = arguments.decode(call.arguments())?;
        let row: N::Entity = call.context().reader().get(key).await?;
        let key = row.key().clone();
        hook(call.context(), row, arguments).await?;
        Ok(Resolved::row(key))
    })
}

/// The key in the argument `id`, if it is a global id of `N`.
pub(crate) fn key_of<N: Node>(call: &Authorized<'_>) -> Result<<N::Entity as Entity>::Key> {
    call.arguments().decode::<GlobalId>("id")?.key::<N>()
}
