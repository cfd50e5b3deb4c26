//! `#[deletion]`: a row's end.

use futures_util::future::BoxFuture;

use crate::{
    context::Context,
    error::{Error, Result},
    getter::{key_of, keys_of},
    node::Node,
    operation::{Arguments, Authorized, Resolved, Resolving},
    output::{ObjectDef, Output, OutputTypes, TypeRef, ValueWriter, Written},
};

/// Deletes the row whose global id is the argument `id`.
#[must_use]
pub fn resolve<N: Node>(call: Authorized<'_>) -> Resolving<'_> {
    Box::pin(async move {
        let key = key_of::<N>(&call)?;
        call.context().writer()?.delete::<N::Entity>(key).await?;
        Ok(Resolved::value(SuccessNode::succeeded()))
    })
}

/// Deletes the row whose global id is the argument `id`, after `hook`, which may refuse. Where the entity has a version, the row that
/// goes is the one that the hook has seen.
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
        let writer = call.context().writer()?;
        let row: N::Entity = writer.get(key).await?;
        hook(call.context(), row.clone(), arguments).await?;
        writer.delete_read(row).await?;
        Ok(Resolved::value(SuccessNode::succeeded()))
    })
}

/// Deletes the rows whose global ids are the argument `ids`, or none of them.
#[must_use]
pub fn resolve_many<N: Node>(call: Authorized<'_>) -> Resolving<'_> {
    Box::pin(async move {
        let keys = keys_of::<N>(&call)?;
        let deleted = call.context().writer()?.delete_many::<N::Entity>(&keys).await;
        deleted.map_err(|error| error.at(&["ids".into()]))?;
        Ok(Resolved::value(SuccessNode::succeeded()))
    })
}

/// Deletes the rows whose global ids are the argument `ids`, or none of them, after `hook`, which may refuse.
pub fn resolve_many_with<'a, N, A>(
    call: Authorized<'a>,
    arguments: A,
    hook: impl FnOnce(&'a Context<'a>, Vec<N::Entity>, A::Values) -> BoxFuture<'a, Result<()>> + Send + 'a,
) -> Resolving<'a>
where
    N: Node,
    A: Arguments + 'a,
{
    Box::pin(async move {
        let keys = keys_of::<N>(&call)?;
        let arguments = arguments.decode(call.arguments())?;
        let writer = call.context().writer()?;
        let at_ids = |error: Error| error.at(&["ids".into()]);
        let rows: Vec<N::Entity> = writer.get_all_for_update(&keys).await.map_err(at_ids)?;
        hook(call.context(), rows, arguments).await?;
        writer.delete_many::<N::Entity>(&keys).await.map_err(at_ids)?;
        Ok(Resolved::value(SuccessNode::succeeded()))
    })
}

/// Whether an operation without a row to show has succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuccessNode {
    /// Whether it has.
    pub succeed: bool,
    /// What there is to say about it.
    pub message: Option<String>,
}

impl SuccessNode {
    /// It has, and there is nothing to say.
    #[must_use]
    pub fn succeeded() -> Self {
        Self { succeed: true, message: None }
    }
}

impl Output for SuccessNode {
    fn type_ref() -> TypeRef {
        TypeRef::named("SuccessNode")
    }

    fn declare(types: &mut OutputTypes) {
        let object = ObjectDef::new("SuccessNode", "Whether an operation has succeeded.")
            .field::<bool>("succeed", "Whether it has.")
            .field::<Option<String>>("message", "What there is to say about it.");
        types.declare_object(object, &[]);
    }

    fn write(&self, writer: &mut ValueWriter<'_, '_>) -> Written {
        writer.object(|field, writer| match field {
            0 => Output::write(&self.succeed, writer),
            _ => Output::write(&self.message, writer),
        })
    }
}
