//! Batch loaders of the relations: one statement per relation and level.

use std::{collections::HashMap, sync::Arc, time::Duration};

use async_graphql::dataloader::{DataLoader, Loader};
use sea_orm::{DbErr, QueryOrder, entity::prelude::*};

use super::{
    database::Database,
    entities::{product_category, review},
    review_pages::{ReviewCountLoader, ReviewPageLoader},
};

/// Loads categories by id.
pub(crate) struct CategoryLoader(DatabaseConnection);

impl Loader<String> for CategoryLoader {
    type Value = product_category::Model;
    type Error = Arc<DbErr>;

    async fn load(&self, ids: &[String]) -> Result<HashMap<String, Self::Value>, Self::Error> {
        let categories =
            product_category::Entity::find().filter(product_category::Column::Id.is_in(ids)).all(&self.0).await?;
        Ok(categories.into_iter().map(|category| (category.id.clone(), category)).collect())
    }
}

/// Loads the reviews of products, oldest first.
pub(crate) struct ReviewLoader(DatabaseConnection);

impl Loader<Uuid> for ReviewLoader {
    type Value = Vec<review::Model>;
    type Error = Arc<DbErr>;

    async fn load(&self, products: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let reviews = review::Entity::find()
            .filter(review::Column::ProductId.is_in(products.iter().copied()))
            .order_by_asc(review::Column::CreatedAt)
            .order_by_asc(review::Column::Id)
            .all(&self.0)
            .await?;
        let mut by_product: HashMap<Uuid, Self::Value> = HashMap::with_capacity(products.len());
        for review in reviews {
            by_product.entry(review.product_id).or_default().push(review);
        }
        Ok(by_product)
    }
}

/// The loaders of one request.
pub(crate) struct Loaders {
    pub(crate) categories: DataLoader<CategoryLoader>,
    pub(crate) reviews: DataLoader<ReviewLoader>,
    pub(crate) review_pages: DataLoader<ReviewPageLoader>,
    pub(crate) review_counts: DataLoader<ReviewCountLoader>,
}

impl Loaders {
    /// Fresh loaders: a request must not see the rows of another one.
    pub(crate) fn new(db: &Database) -> Self {
        let db = || db.readers.clone();
        Self {
            categories: undelayed(CategoryLoader(db())),
            reviews: undelayed(ReviewLoader(db())),
            review_pages: undelayed(ReviewPageLoader(db())),
            review_counts: undelayed(ReviewCountLoader(db())),
        }
    }
}

/// A loader that waits for nothing but the resolvers that are ready to run.
fn undelayed<L>(loader: L) -> DataLoader<L> {
    DataLoader::new(loader, tokio::spawn).delay(Duration::ZERO)
}
