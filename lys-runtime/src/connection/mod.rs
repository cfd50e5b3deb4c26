//! `#[connection]`: a page of rows, as a Relay connection, and what its callers may filter, sort and sum up by.

pub mod aggregate;
pub mod filter;
pub mod sort;

pub use aggregate::{AggregateValue, Aggregated, GroupValue, GroupedBy};
pub use filter::{Filter, FilterColumn, FilterDef, FilterRelation, FilterValue, FilterValues, Operators};
pub use sort::{Sort, SortDef, SortKey, SortRelation};

use futures_util::future::BoxFuture;

use crate::{
    context::Context,
    data::Select,
    entity::Entity,
    error::Result,
    node::Node,
    operation::{Arguments, Authorized, Resolved, Resolving},
};

/// Answers with a page of what `select` chooses. The executor orders, scopes, pages and counts.
pub fn resolve<'a, N, A>(
    call: Authorized<'a>,
    arguments: A,
    select: impl FnOnce(&'a Context<'a>, A::Values) -> BoxFuture<'a, Result<Select<N::Entity>>> + Send + 'a,
) -> Resolving<'a>
where
    N: Node,
    A: Arguments + 'a,
{
    Box::pin(async move {
        let arguments = arguments.decode(call.arguments())?;
        Ok(Resolved::rows(select(call.context(), arguments).await?.rows))
    })
}

/// Answers with a page of all rows: the form without a body.
#[must_use]
pub fn resolve_all<N: Node>(_: Authorized<'_>) -> Resolving<'_> {
    Box::pin(async move { Ok(Resolved::rows(N::Entity::select().rows)) })
}
