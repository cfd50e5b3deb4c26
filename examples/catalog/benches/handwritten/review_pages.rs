//! The reviews of many products page by page: one statement cuts the page of each product.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use sea_orm::{
    DbErr, FromQueryResult, Iterable, Order, QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, Func, Query, SelectStatement, WindowStatement},
};

use super::{
    cursor::SortBy,
    entities::review::{self, Column},
    error::{ApiError, Result},
    paging::{MAX_PAGE, Page, checked},
};

/// The order of a product's reviews.
pub(crate) const OLDEST_FIRST: SortBy<Column> = SortBy { column: Column::CreatedAt, key: Column::Id, ascending: true };

/// A page of one product's reviews.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct ReviewPageKey {
    product: Uuid,
    slice: Slice,
}

/// What the pages of a batch have in common.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Slice {
    size: u64,
    after: Option<Arc<str>>,
}

impl ReviewPageKey {
    /// The first `first` reviews of a product, or those after a cursor.
    pub(crate) fn new(product: Uuid, first: Option<i32>, after: Option<String>) -> Result<Self> {
        let size = checked("first", first)?.unwrap_or(MAX_PAGE);
        let after = after.filter(|cursor| !cursor.is_empty()).map(Arc::from);
        Ok(Self { product, slice: Slice { size, after } })
    }

    /// The page out of its rows and the one that follows it, if there is one.
    pub(crate) fn page(&self, mut rows: Vec<review::Model>) -> Page<review::Model> {
        let size = usize::try_from(self.slice.size).unwrap_or(usize::MAX);
        let has_next = rows.len() > size;
        rows.truncate(size);
        Page { rows, has_next, has_previous: self.slice.after.is_some() }
    }
}

impl Slice {
    /// The page of each product and the row behind it, product by product.
    fn select(&self, products: Vec<Uuid>) -> Result<SelectStatement> {
        let window = WindowStatement::partition_by(Column::ProductId)
            .order_by(Column::CreatedAt, Order::Asc)
            .order_by(Column::Id, Order::Asc)
            .take();
        let mut ranked = review::Entity::find().filter(Column::ProductId.is_in(products));
        if let Some(cursor) = &self.after {
            ranked = ranked.filter(OLDEST_FIRST.beyond(cursor, true)?);
        }
        let mut ranked = ranked.into_query();
        ranked.expr_window_as(Func::cust("ROW_NUMBER"), window, "place");
        let with_the_next_one = i64::try_from(self.size + 1).unwrap_or(i64::MAX);
        let select = Query::select()
            .columns(Column::iter())
            .from_subquery(ranked, "ranked")
            .and_where(Expr::col("place").lte(with_the_next_one))
            .order_by(Column::ProductId, Order::Asc)
            .order_by("place", Order::Asc)
            .take();
        Ok(select)
    }
}

/// Loads pages of reviews.
pub(crate) struct ReviewPageLoader(pub(crate) DatabaseConnection);

impl Loader<ReviewPageKey> for ReviewPageLoader {
    type Value = Vec<review::Model>;
    type Error = ApiError;

    async fn load(&self, keys: &[ReviewPageKey]) -> Result<HashMap<ReviewPageKey, Self::Value>> {
        let mut slices: HashMap<&Slice, Vec<Uuid>> = HashMap::new();
        for key in keys {
            slices.entry(&key.slice).or_default().push(key.product);
        }
        let mut pages: HashMap<ReviewPageKey, Self::Value> = HashMap::with_capacity(keys.len());
        for (slice, products) in slices {
            let statement = self.0.get_database_backend().build(&slice.select(products)?);
            for review in review::Model::find_by_statement(statement).all(&self.0).await? {
                let key = ReviewPageKey { product: review.product_id, slice: slice.clone() };
                pages.entry(key).or_default().push(review);
            }
        }
        Ok(pages)
    }
}

/// Counts the reviews of products.
pub(crate) struct ReviewCountLoader(pub(crate) DatabaseConnection);

impl Loader<Uuid> for ReviewCountLoader {
    type Value = u64;
    type Error = Arc<DbErr>;

    async fn load(&self, products: &[Uuid]) -> Result<HashMap<Uuid, u64>, Self::Error> {
        let counts: Vec<(Uuid, i64)> = review::Entity::find()
            .select_only()
            .column(Column::ProductId)
            .column_as(Column::Id.count(), "reviews")
            .filter(Column::ProductId.is_in(products.iter().copied()))
            .group_by(Column::ProductId)
            .into_tuple()
            .all(&self.0)
            .await?;
        Ok(counts.into_iter().map(|(product, count)| (product, count.unsigned_abs())).collect())
    }
}
