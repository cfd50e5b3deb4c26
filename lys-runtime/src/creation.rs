//! `#[creation]`: a new row.

use std::collections::HashSet;

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

/// Answers with the rows that `hook` drafts or has saved, in its order: all of them are checked before one is written.
pub fn resolve_many<'a, N, A, R>(
    call: Authorized<'a>,
    arguments: A,
    hook: impl FnOnce(&'a Context<'a>, A::Values) -> BoxFuture<'a, Result<R>> + Send + 'a,
) -> Resolving<'a>
where
    N: Node,
    A: Arguments + 'a,
    R: IntoManySaved<N::Entity>,
{
    Box::pin(async move {
        let arguments = arguments.decode(call.arguments())?;
        let writer = call.context().writer()?;
        let answer = hook(call.context(), arguments).await?;
        let rows = answer.into_many_saved(&writer, None).await?;
        Ok(Resolved::list(rows.iter().map(|row| row.key().clone())))
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

/// What the hook of a creation or edition of many rows returns: drafts that lys writes, or rows that the hook has written.
#[diagnostic::on_unimplemented(
    message = "a creation or edition of many `{E}` cannot return `{Self}`",
    note = "return `Vec<Draft<{E}>>`, which lys checks and writes at once, or `Vec<Saved<{E}>>` for rows that the function has written"
)]
pub trait IntoManySaved<E: Entity>: Send + 'static {
    /// The rows, written and inside the writer's scope. `edited` are the rows of an edition.
    fn into_many_saved<'w>(self, writer: &'w Writer<'_>, edited: Option<Vec<E>>) -> BoxFuture<'w, Result<Vec<E>>>;
}

impl<E: Entity> IntoManySaved<E> for Vec<Draft<E>> {
    fn into_many_saved<'w>(self, writer: &'w Writer<'_>, edited: Option<Vec<E>>) -> BoxFuture<'w, Result<Vec<E>>> {
        Box::pin(async move {
            check_among(self.iter().map(Draft::original), edited.as_deref())?;
            writer.save_many(self).await
        })
    }
}

/// The hook wrote them, perhaps past the scope: they are read again, and a foreign row rolls the transaction back.
impl<E: Entity> IntoManySaved<E> for Vec<Saved<E>> {
    fn into_many_saved<'w>(self, writer: &'w Writer<'_>, edited: Option<Vec<E>>) -> BoxFuture<'w, Result<Vec<E>>> {
        Box::pin(async move {
            check_among(self.iter().map(|saved| Some(&saved.row)), edited.as_deref())?;
            let keys: Vec<E::Key> = self.iter().map(|saved| saved.row.key().clone()).collect();
            let rows: Vec<E> = writer.get_multiple(&keys).await?;
            let mut found = rows.iter().map(Entity::key);
            match keys.iter().position(|key| found.next() != Some(key)) {
                None => Ok(rows),
                Some(foreign) => {
                    let detail = format!("a saved {} outside the scope", E::NAME);
                    Err(Error::permission_denied().with_detail(detail).at(&[foreign.into()]))
                }
            }
        })
    }
}

/// An edition answers with rows that it was given, a creation with any.
fn check_among<'r, E: Entity>(rows: impl Iterator<Item = Option<&'r E>>, edited: Option<&[E]>) -> Result<()> {
    let Some(edited) = edited else { return Ok(()) };
    let known: HashSet<&E::Key> = edited.iter().map(Entity::key).collect();
    for row in rows {
        if row.is_none_or(|row| !known.contains(row.key())) {
            return Err(Error::internal(format!("an edition of `{}` answered with another row", E::NAME)));
        }
    }
    Ok(())
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
