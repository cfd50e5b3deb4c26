//! `#[edition]`: changes to a row.

use futures_util::future::BoxFuture;

use crate::{
    context::Context,
    creation::{IntoManySaved, IntoSaved},
    entity::Entity,
    error::Result,
    getter::{key_of, keys_of},
    node::Node,
    operation::{Arguments, Authorized, Resolved, Resolving},
};

/// Answers with the row whose global id is the argument `id`, as `hook` changes it. It is loaded inside the scope, and its new
/// values are checked again.
pub fn resolve<'a, N, A, R>(
    call: Authorized<'a>,
    arguments: A,
    hook: impl FnOnce(&'a Context<'a>, N::Entity, A::Values) -> BoxFuture<'a, Result<R>> + Send + 'a,
) -> Resolving<'a>
where
    N: Node,
    A: Arguments + 'a,
    R: IntoSaved<N::Entity>,
{
    Box::pin(async move {
        let key = key_of::<N>(&call)?;
        let arguments = arguments.decode(call.arguments())?;
        let writer = call.context().writer()?;
        let row: N::Entity = writer.get_for_update(key).await?;
        let answer = hook(call.context(), row.clone(), arguments).await?;
        let row = answer.into_saved(&writer, Some(row)).await?;
        Ok(Resolved::row(row.key().clone()))
    })
}

/// Answers with the rows whose global ids are the argument `ids`, as `hook` changes them, in its order. They are loaded inside the
/// scope, and their new values are checked again.
pub fn resolve_many<'a, N, A, R>(
    call: Authorized<'a>,
    arguments: A,
    hook: impl FnOnce(&'a Context<'a>, Vec<N::Entity>, A::Values) -> BoxFuture<'a, Result<R>> + Send + 'a,
) -> Resolving<'a>
where
    N: Node,
    A: Arguments + 'a,
    R: IntoManySaved<N::Entity>,
{
    Box::pin(async move {
        let keys = keys_of::<N>(&call)?;
        let arguments = arguments.decode(call.arguments())?;
        let writer = call.context().writer()?;
        let rows: Vec<N::Entity> = writer.get_all_for_update(&keys).await.map_err(|error| error.at(&["ids".into()]))?;
        let answer = hook(call.context(), rows.clone(), arguments).await?;
        let rows = answer.into_many_saved(&writer, Some(rows)).await?;
        Ok(Resolved::list(rows.iter().map(|row| row.key().clone())))
    })
}
