//! The GraphQL face of the rows.

#![allow(clippy::unused_async, reason = "resolvers are async")]

use std::fmt::Display;

use async_graphql::{
    Context, ID, InputValueError, InputValueResult, Interface, Object, Scalar, ScalarType, SimpleObject, Value,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::SecondsFormat;
use sea_orm::prelude::{DateTimeUtc, Uuid};

use super::{
    entities::{product, product_category, review},
    error::{ApiError, Result},
    loaders::Loaders,
    paging::{ListConnection, counts},
    review_pages::{OLDEST_FIRST, ReviewPageKey},
};

/// The global id of row `id` of node `kind`.
pub(crate) fn global_id(kind: &str, id: impl Display) -> ID {
    ID(STANDARD.encode(format!("{kind}:{id}")))
}

/// The key inside a global id, which must belong to node `kind`.
pub(crate) fn uuid_of(kind: &str, id: &ID) -> Result<Uuid> {
    let decoded = STANDARD.decode(id.as_str()).map_err(|_| ApiError::NotFound)?;
    std::str::from_utf8(&decoded)
        .ok()
        .and_then(|text| text.strip_prefix(kind)?.strip_prefix(':'))
        .and_then(|raw| Uuid::try_parse(raw).ok())
        .ok_or(ApiError::NotFound)
}

/// ISO 8601 in UTC with microseconds.
pub(crate) struct DateTime(DateTimeUtc);

#[Scalar]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Ok(Self(text.parse()?)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Micros, false))
    }
}

/// Everything with a global id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID"))]
pub(crate) enum Node {
    Product(ProductNode),
    Category(ProductCategoryNode),
    Review(ReviewNode),
}

/// A product in the catalog.
pub(crate) struct ProductNode(pub(crate) product::Model);

#[Object]
impl ProductNode {
    async fn id(&self) -> ID {
        global_id("ProductNode", self.0.id)
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    async fn price(&self) -> Result<f64> {
        f64::try_from(self.0.price).map_err(|_| ApiError::Internal("a price is out of range"))
    }

    async fn category_id(&self) -> &str {
        &self.0.category_id
    }

    async fn client_id(&self) -> ID {
        global_id("ClientNode", self.0.client_id)
    }

    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    async fn updated_at(&self) -> Option<DateTime> {
        self.0.updated_at.map(DateTime)
    }

    async fn category(&self, ctx: &Context<'_>) -> Result<ProductCategoryNode> {
        let loaders = ctx.data_unchecked::<Loaders>();
        let category = loaders.categories.load_one(self.0.category_id.clone()).await?;
        category.map(ProductCategoryNode).ok_or(ApiError::NotFound)
    }

    async fn reviews(&self, ctx: &Context<'_>) -> Result<Vec<ReviewNode>> {
        let loaders = ctx.data_unchecked::<Loaders>();
        let reviews = loaders.reviews.load_one(self.0.id).await?.unwrap_or_default();
        Ok(reviews.into_iter().map(ReviewNode).collect())
    }

    /// The reviews page by page, oldest first.
    async fn review_page(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<ListConnection<ReviewNode>> {
        let loaders = ctx.data_unchecked::<Loaders>();
        let key = ReviewPageKey::new(self.0.id, first, after)?;
        let page = loaders.review_pages.load_one(key.clone()).await?.unwrap_or_default();
        let mut total_count = None;
        if counts(ctx) {
            total_count = Some(loaders.review_counts.load_one(self.0.id).await?.unwrap_or_default());
        }
        ListConnection::wrap(key.page(page), total_count, OLDEST_FIRST, ReviewNode)
    }
}

/// A category of products.
pub(crate) struct ProductCategoryNode(pub(crate) product_category::Model);

#[Object]
impl ProductCategoryNode {
    async fn id(&self) -> ID {
        global_id("ProductCategoryNode", &self.0.id)
    }

    async fn code(&self) -> &str {
        &self.0.id
    }

    async fn enabled(&self) -> bool {
        self.0.enabled
    }

    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    async fn updated_at(&self) -> Option<DateTime> {
        self.0.updated_at.map(DateTime)
    }
}

/// What a customer thinks of a product.
pub(crate) struct ReviewNode(review::Model);

#[Object]
impl ReviewNode {
    async fn id(&self) -> ID {
        global_id("ReviewNode", self.0.id)
    }

    async fn rating(&self) -> i32 {
        self.0.rating
    }

    async fn body(&self) -> &str {
        &self.0.body
    }

    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    async fn updated_at(&self) -> Option<DateTime> {
        self.0.updated_at.map(DateTime)
    }
}

/// The outcome of a deletion.
#[derive(SimpleObject)]
pub(crate) struct SuccessNode {
    pub(crate) succeed: bool,
    pub(crate) message: Option<String>,
}
