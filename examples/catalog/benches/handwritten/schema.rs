//! The operations of the API.

use async_graphql::{Context, EmptySubscription, ID, InputObject, Object, OneofObject, Schema};
use chrono::{SubsecRound, Utc};
use sea_orm::{
    ActiveValue::Set,
    DbBackend,
    entity::prelude::*,
    sea_query::{Expr, LikeExpr, extension::postgres::PgExpr},
};

use super::{
    auth::{Caller, Scope},
    cursor::SortBy,
    database::Database,
    entities::{product, product_category},
    error::{ApiError, Result},
    nodes::{Node, ProductCategoryNode, ProductNode, SuccessNode, uuid_of},
    paging::{ListConnection, PageArgs},
};

/// The schema of the server.
pub(crate) type ApiSchema = Schema<Query, Mutation, EmptySubscription>;

/// Builds the schema over a database.
pub(crate) fn build(db: Database) -> ApiSchema {
    Schema::build(Query, Mutation, EmptySubscription).register_output_type::<Node>().data(db).limit_depth(10).finish()
}

/// The order of `allProducts`: one key, true for ascending.
#[derive(OneofObject)]
enum ProductNodeOderByType {
    Name(bool),
    Price(bool),
    CreatedAt(bool),
}

impl From<ProductNodeOderByType> for SortBy<product::Column> {
    fn from(order: ProductNodeOderByType) -> Self {
        let (column, ascending) = match order {
            ProductNodeOderByType::Name(ascending) => (product::Column::Name, ascending),
            ProductNodeOderByType::Price(ascending) => (product::Column::Price, ascending),
            ProductNodeOderByType::CreatedAt(ascending) => (product::Column::CreatedAt, ascending),
        };
        Self { column, key: product::Column::Id, ascending }
    }
}

/// The order of `allCategories`: one key, true for ascending.
#[derive(OneofObject)]
enum ProductCategoryNodeOderByType {
    Code(bool),
    CreatedAt(bool),
}

impl From<ProductCategoryNodeOderByType> for SortBy<product_category::Column> {
    fn from(order: ProductCategoryNodeOderByType) -> Self {
        use product_category::Column;
        let (column, ascending) = match order {
            ProductCategoryNodeOderByType::Code(ascending) => (Column::Id, ascending),
            ProductCategoryNodeOderByType::CreatedAt(ascending) => (Column::CreatedAt, ascending),
        };
        Self { column, key: Column::Id, ascending }
    }
}

/// A new product.
#[derive(InputObject)]
struct CreateProductInput {
    #[graphql(validator(chars_min_length = 1, chars_max_length = 255))]
    name: String,
    #[graphql(validator(minimum = 0.01))]
    price: f64,
    category_id: String,
    client_id: ID,
}

/// Changes of a product; what is absent or null stays as it is.
#[derive(InputObject)]
struct UpdateProductInput {
    #[graphql(validator(chars_min_length = 1, chars_max_length = 255))]
    name: Option<String>,
    #[graphql(validator(minimum = 0.01))]
    price: Option<f64>,
}

/// The read operations.
pub(crate) struct Query;

#[Object]
impl Query {
    /// One product.
    async fn product(&self, ctx: &Context<'_>, id: ID) -> Result<ProductNode> {
        let scope = ctx.data_unchecked::<Caller>().authorize("product")?;
        let db = ctx.data_unchecked::<Database>();
        find_product(&db.readers, &id, &scope).await.map(ProductNode)
    }

    /// The products that the caller may see, newest first.
    #[expect(clippy::too_many_arguments, reason = "the arguments of the list")]
    async fn all_products(
        &self,
        ctx: &Context<'_>,
        search: Option<String>,
        category_id: Option<String>,
        order_by: Option<ProductNodeOderByType>,
        limit: Option<i32>,
        before: Option<String>,
        after: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<ListConnection<ProductNode>> {
        let scope = ctx.data_unchecked::<Caller>().authorize("all_products")?;
        let mut select = product::Entity::find().filter(scope.condition());
        if let Some(text) = search {
            let backend = ctx.data_unchecked::<Database>().readers.get_database_backend();
            select = select.filter(name_contains(&text, backend));
        }
        if let Some(category) = category_id {
            select = select.filter(product::Column::CategoryId.eq(category));
        }
        let newest_first = ProductNodeOderByType::CreatedAt(false);
        let sort = order_by.unwrap_or(newest_first).into();
        let page = PageArgs { limit, before, after, first, last };
        ListConnection::load(ctx, select, sort, &page, ProductNode).await
    }

    /// All categories, for everyone.
    #[expect(clippy::too_many_arguments, reason = "the arguments of the list")]
    async fn all_categories(
        &self,
        ctx: &Context<'_>,
        order_by: Option<ProductCategoryNodeOderByType>,
        limit: Option<i32>,
        before: Option<String>,
        after: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<ListConnection<ProductCategoryNode>> {
        let select = product_category::Entity::find();
        let sort = order_by.unwrap_or(ProductCategoryNodeOderByType::Code(true)).into();
        let page = PageArgs { limit, before, after, first, last };
        ListConnection::load(ctx, select, sort, &page, ProductCategoryNode).await
    }
}

/// The write operations.
pub(crate) struct Mutation;

#[Object]
impl Mutation {
    /// Adds a product to a category.
    async fn create_product(&self, ctx: &Context<'_>, inputs: CreateProductInput) -> Result<ProductNode> {
        let scope = ctx.data_unchecked::<Caller>().authorize("create_product")?;
        let client_id = uuid_of("ClientNode", &inputs.client_id)?;
        scope.check(client_id)?;

        let tx = ctx.data_unchecked::<Database>().begin().await?;
        let category = product_category::Entity::find_by_id(&inputs.category_id).one(&tx).await?;
        let category = category.ok_or(ApiError::NotFound)?;
        let product = product::ActiveModel {
            id: Set(Uuid::new_v4()),
            created_at: Set(now()),
            updated_at: Set(None),
            name: Set(inputs.name),
            price: Set(decimal(inputs.price)?),
            category_id: Set(category.id),
            client_id: Set(client_id),
        };
        let product = product.insert(&tx).await?;
        tx.commit().await?;
        Ok(ProductNode(product))
    }

    /// Changes the name or the price of a product.
    async fn update_product(&self, ctx: &Context<'_>, id: ID, inputs: UpdateProductInput) -> Result<ProductNode> {
        let scope = ctx.data_unchecked::<Caller>().authorize("update_product")?;
        let tx = ctx.data_unchecked::<Database>().begin().await?;
        let mut product: product::ActiveModel = find_product(&tx, &id, &scope).await?.into();
        if let Some(name) = inputs.name {
            product.name = Set(name);
        }
        if let Some(price) = inputs.price {
            product.price = Set(decimal(price)?);
        }
        product.updated_at = Set(Some(now()));
        let product = product.update(&tx).await?;
        tx.commit().await?;
        Ok(ProductNode(product))
    }

    /// Deletes a product and its reviews.
    async fn delete_product(&self, ctx: &Context<'_>, id: ID) -> Result<SuccessNode> {
        let scope = ctx.data_unchecked::<Caller>().authorize("delete_product")?;
        let tx = ctx.data_unchecked::<Database>().begin().await?;
        let product = product::Entity::delete_by_id(uuid_of("ProductNode", &id)?).filter(scope.condition());
        if product.exec(&tx).await?.rows_affected == 0 {
            return Err(ApiError::NotFound);
        }
        tx.commit().await?;
        Ok(SuccessNode { succeed: true, message: None })
    }
}

/// The product behind a global id, if it lies in the scope.
async fn find_product(db: &impl ConnectionTrait, id: &ID, scope: &Scope) -> Result<product::Model> {
    let product = product::Entity::find_by_id(uuid_of("ProductNode", id)?).filter(scope.condition());
    product.one(db).await?.ok_or(ApiError::NotFound)
}

/// The condition that a product's name contains `text`, in any case; `SQLite`'s LIKE ignores the case.
fn name_contains(text: &str, backend: DbBackend) -> Expr {
    let text = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = format!("%{text}%");
    match backend {
        // The backslash is its escape character anyway.
        DbBackend::Postgres => Expr::col(product::Column::Name.as_column_ref()).ilike(pattern),
        _ => product::Column::Name.like(LikeExpr::new(pattern).escape('\\')),
    }
}

/// A price as it is stored.
fn decimal(price: f64) -> Result<Decimal> {
    let price = Decimal::try_from(price).map_err(|_| ApiError::InvalidArgument("Invalid price.".to_owned()))?;
    Ok(price.round_dp(2))
}

/// The time as it is stored, in microseconds.
fn now() -> DateTimeUtc {
    Utc::now().trunc_subsecs(6)
}
