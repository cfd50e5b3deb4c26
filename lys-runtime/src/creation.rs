//! `#[creation]`: a new row.

use futures_util::future::BoxFuture;

use crate::{
    context::Context,
    data::{Draft, Saved, Writer},
    entity::Entity,
    error::{Error, Result},
    node::Node,
    operation::{Arguments, Authorized, Resolved, Resolving},
};

/// Answers with the row that `hook` drafts or has saved. Scope and referenced keys are checked either way.
pub fn resolve<'a, N, A, R>(
    call: Authorized<'a>,
    arguments: A,
    hook: impl FnOnce(&'a Context<'a>, A::Values) -> BoxFuture<'a, Result<R>> + Send + 'a,
) -> Resolving<'a>
where
    N: Node,
    A: Arguments + 'a,
    R: IntoSaved<N::Entity>,
{
    Box::pin(async move {
        let arguments = arguments.decode(call.arguments())?;
        let writer = call.context().writer()?;
        let answer = hook(call.context(), arguments).await?;
        let row = answer.into_saved(&writer, None).await?;
        Ok(Resolved::row(row.key().clone()))
    })
}

/// What the hook of a creation or edition returns: a draft that lys writes, or a row that the hook has written.
#[diagnostic::on_unimplemented(
    message = "a creation or edition of `{E}` cannot return `{Self}`",
    note = "return `Draft<{E}>`, which lys checks and writes, or `Saved<{E}>` for a row that the function has written"
)]
pub trait IntoSaved<E: Entity>: Send + 'static {
    /// The row, written and inside the writer's scope. `edited` is the row of an edition.
    fn into_saved<'w>(self, writer: &'w Writer<'_>, edited: Option<E>) -> BoxFuture<'w, Result<E>>;
}

impl<E: Entity> IntoSaved<E> for Draft<E> {
    fn into_saved<'w>(mut self, writer: &'w Writer<'_>, edited: Option<E>) -> BoxFuture<'w, Result<E>> {
        Box::pin(async move {
            if let Some(edited) = edited {
                let original = self.original.get_or_insert_with(|| edited.clone());
                check_same(original, Some(&edited))?;
            }
            writer.save(self).await
        })
    }
}

/// The hook wrote it, perhaps past the scope: it is read again, and a foreign row rolls the transaction back.
impl<E: Entity> IntoSaved<E> for Saved<E> {
    fn into_saved<'w>(self, writer: &'w Writer<'_>, edited: Option<E>) -> BoxFuture<'w, Result<E>> {
        Box::pin(async move {
            check_same(&self.row, edited.as_ref())?;
            let row = writer.find(self.row.key().clone()).await?;
            row.ok_or_else(|| Error::permission_denied().with_detail(format!("a saved {} outside the scope", E::NAME)))
        })
    }
}

fn check_same<E: Entity>(row: &E, edited: Option<&E>) -> Result<()> {
    match edited {
        Some(edited) if edited.key() != row.key() => {
            Err(Error::internal(format!("an edition of `{}` answered with another row", E::NAME)))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
#[path = "creation_tests.rs"]
mod tests;
