//! Relay connections over keyset pages.

use async_graphql::{Context, OutputType, SimpleObject};
use sea_orm::{DatabaseConnection, Order, QueryOrder, QuerySelect, Select, entity::prelude::*};

use super::{
    cursor::SortBy,
    database::Database,
    error::{ApiError, Result},
    nodes::{ProductCategoryNode, ProductNode, ReviewNode},
};

/// The largest page, and the page of a caller who asks for no size.
pub(crate) const MAX_PAGE: u64 = 100;

/// The paging arguments of a list.
pub(crate) struct PageArgs {
    pub(crate) limit: Option<i32>,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) first: Option<i32>,
    pub(crate) last: Option<i32>,
}

impl PageArgs {
    /// An upper bound of the page, and whether it is counted from the end.
    fn window(&self) -> Result<(u64, bool)> {
        let first = checked("first", self.first)?;
        let last = checked("last", self.last)?;
        let limit = checked("limit", self.limit)?.unwrap_or(MAX_PAGE);
        let size = first.or(last).unwrap_or(MAX_PAGE);
        Ok((size.min(limit), first.is_none() && last.is_some()))
    }
}

/// A page size within its bounds.
pub(crate) fn checked(name: &str, size: Option<i32>) -> Result<Option<u64>> {
    let Some(size) = size else { return Ok(None) };
    match u64::try_from(size) {
        Ok(size) if size <= MAX_PAGE => Ok(Some(size)),
        Ok(_) => Err(ApiError::InvalidArgument(format!("Argument '{name}' cannot be higher than {MAX_PAGE}."))),
        Err(_) => Err(ApiError::InvalidArgument(format!("Argument '{name}' must be a non-negative integer."))),
    }
}

/// A page of nodes.
#[derive(SimpleObject)]
#[graphql(concrete(name = "ProductNodeListConnection", params(ProductNode)))]
#[graphql(concrete(name = "ProductCategoryNodeListConnection", params(ProductCategoryNode)))]
#[graphql(concrete(name = "ReviewNodeListConnection", params(ReviewNode)))]
pub(crate) struct ListConnection<N: OutputType>
where
    NodeEdge<N>: OutputType,
{
    page_info: LysPageInfo,
    edges: Vec<NodeEdge<N>>,
}

/// A node and its position in the list.
#[derive(SimpleObject)]
#[graphql(concrete(name = "ProductNodeEdge", params(ProductNode)))]
#[graphql(concrete(name = "ProductCategoryNodeEdge", params(ProductCategoryNode)))]
#[graphql(concrete(name = "ReviewNodeEdge", params(ReviewNode)))]
pub(crate) struct NodeEdge<N: OutputType> {
    cursor: String,
    node: N,
}

/// Where a page lies in its list.
#[derive(SimpleObject)]
pub(crate) struct LysPageInfo {
    has_next_page: bool,
    has_previous_page: bool,
    start_cursor: Option<String>,
    end_cursor: Option<String>,
    total_count: Option<u64>,
}

impl<N: OutputType> ListConnection<N>
where
    NodeEdge<N>: OutputType,
{
    /// Reads one page of `select` and wraps its rows into nodes; counts only for who asks.
    pub(crate) async fn load<E>(
        ctx: &Context<'_>,
        select: Select<E>,
        sort: SortBy<E::Column>,
        args: &PageArgs,
        node: fn(E::Model) -> N,
    ) -> Result<Self>
    where
        E: EntityTrait,
        E::Model: Send + Sync,
    {
        let db = &ctx.data_unchecked::<Database>().readers;
        let total_count = if counts(ctx) { Some(select.clone().count(db).await?) } else { None };
        let page = Page::load(db, select, sort, args).await?;
        Self::wrap(page, total_count, sort, node)
    }

    /// Wraps the rows of a page into nodes.
    pub(crate) fn wrap<M, C>(page: Page<M>, total_count: Option<u64>, sort: SortBy<C>, node: fn(M) -> N) -> Result<Self>
    where
        C: ColumnTrait,
        M: ModelTrait,
        M::Entity: EntityTrait<Column = C>,
    {
        let edges = page
            .rows
            .into_iter()
            .map(|row| Ok(NodeEdge { cursor: sort.cursor(&row)?, node: node(row) }))
            .collect::<Result<Vec<_>>>()?;
        let page_info = LysPageInfo {
            has_next_page: page.has_next,
            has_previous_page: page.has_previous,
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: edges.last().map(|edge| edge.cursor.clone()),
            total_count,
        };
        Ok(Self { page_info, edges })
    }
}

/// Whether the client asks how many rows there are.
pub(crate) fn counts(ctx: &Context<'_>) -> bool {
    ctx.look_ahead().field("pageInfo").field("totalCount").exists()
}

/// The rows of a page in list order.
pub(crate) struct Page<M> {
    pub(crate) rows: Vec<M>,
    pub(crate) has_next: bool,
    pub(crate) has_previous: bool,
}

impl<M> Page<M> {
    /// Reads the rows and one more, which tells whether the list goes on.
    async fn load<E>(
        db: &DatabaseConnection,
        mut select: Select<E>,
        sort: SortBy<E::Column>,
        args: &PageArgs,
    ) -> Result<Self>
    where
        E: EntityTrait<Model = M>,
        M: ModelTrait<Entity = E>,
    {
        let after = args.after.as_deref().filter(|cursor| !cursor.is_empty());
        let before = args.before.as_deref().filter(|cursor| !cursor.is_empty());
        if let Some(cursor) = after {
            select = select.filter(sort.beyond(cursor, true)?);
        }
        if let Some(cursor) = before {
            select = select.filter(sort.beyond(cursor, false)?);
        }
        let (size, from_end) = args.window()?;
        let order = if sort.ascending == from_end { Order::Desc } else { Order::Asc };
        let mut rows =
            select.order_by(sort.column, order.clone()).order_by(sort.key, order).limit(size + 1).all(db).await?;
        let more = rows.len() as u64 > size;
        rows.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        if from_end {
            rows.reverse();
            return Ok(Self { rows, has_next: before.is_some(), has_previous: more });
        }
        let mut page = Self { rows, has_next: more || before.is_some(), has_previous: after.is_some() };
        page.keep_last(args.last);
        Ok(page)
    }

    /// Applies `last` to the rows that `first` has chosen.
    fn keep_last(&mut self, last: Option<i32>) {
        let Some(last) = last.and_then(|last| usize::try_from(last).ok()) else {
            return;
        };
        if self.rows.len() > last {
            self.rows.drain(..self.rows.len() - last);
            self.has_previous = true;
        }
    }
}
