//! `#[getter]`: one row by its global id.

use crate::{
    entity::Key,
    error::{Error, Result},
    global_id::GlobalId,
    node::Node,
    operation::{Authorized, Resolved, Resolving},
};

/// Answers with the row whose global id is the argument `id`. The id's type is checked before anything is loaded.
#[must_use]
pub fn resolve<N: Node>(call: Authorized<'_>) -> Resolving<'_> {
    Box::pin(async move { Ok(Resolved::row(key_of::<N>(&call)?)) })
}

/// The key in the argument `id`, if it is a global id of `N`.
pub(crate) fn key_of<N: Node>(call: &Authorized<'_>) -> Result<<N::Entity as crate::entity::Entity>::Key> {
    let id: GlobalId = call.arguments().decode("id")?;
    Key::parse(id.key_of(N::NAME)?).ok_or_else(Error::not_found)
}
