//! `#[getter]`: one row by its global id.

use std::{any::Any, collections::HashSet};

use futures_util::future::BoxFuture;
use serde_json::json;
use tokio::sync::OnceCell;

use crate::{
    context::Context,
    entity::Entity,
    error::{Error, Result, code},
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
        let row = match call.siblings {
            Some(siblings) => siblings.row::<N>(call.context(), &key).await?,
            None => call.context().reader().get::<N::Entity>(key).await?,
        };
        let key = row.key().clone();
        hook(call.context(), row, arguments).await?;
        Ok(Resolved::row(key))
    })
}

/// Ids of one node that are looked up together: the rows that a getter's own function is asked about are read by one statement.
pub(crate) struct Siblings {
    ids: Vec<GlobalId>,
    rows: OnceCell<Box<dyn Any + Send + Sync>>,
}

impl Siblings {
    pub(crate) fn new(ids: Vec<GlobalId>) -> Self {
        Self { ids, rows: OnceCell::new() }
    }

    async fn row<N: Node>(&self, context: &Context<'_>, key: &<N::Entity as Entity>::Key) -> Result<N::Entity> {
        let read = async || {
            let keys: Vec<_> = self.ids.iter().filter_map(|id| id.key::<N>().ok()).collect();
            let rows: Vec<N::Entity> = context.reader().get_multiple(&keys).await?;
            Ok::<_, Error>(Box::new(rows) as Box<dyn Any + Send + Sync>)
        };
        let rows = self.rows.get_or_try_init(read).await?.downcast_ref::<Vec<N::Entity>>();
        let row = rows.and_then(|rows| rows.iter().find(|row| row.key() == key));
        row.cloned().ok_or_else(Error::not_found)
    }
}

/// The keys in the argument `ids`, if all are global ids of `N`; none may stand there twice.
pub(crate) fn keys_of<N: Node>(call: &Authorized<'_>) -> Result<Vec<<N::Entity as Entity>::Key>> {
    let ids: Vec<GlobalId> = call.arguments().decode("ids")?;
    let at = |index: usize, error: Error| error.at(&["ids".into(), index.into()]);
    let mut known = HashSet::with_capacity(ids.len());
    let mut keys = Vec::with_capacity(ids.len());
    for (index, id) in ids.iter().enumerate() {
        let key = id.key::<N>().map_err(|error| at(index, error))?;
        if !known.insert(key.clone()) {
            let twice = json!({ "path": [], "rule": "unique", "message": "must not be given twice" });
            return Err(at(index, Error::new(code::INVALID_INPUT, 400).with_extension("fields", vec![twice])));
        }
        keys.push(key);
    }
    Ok(keys)
}

/// The key in the argument `id`, if it is a global id of `N`.
pub(crate) fn key_of<N: Node>(call: &Authorized<'_>) -> Result<<N::Entity as Entity>::Key> {
    call.arguments().decode::<GlobalId>("id")?.key::<N>()
}
