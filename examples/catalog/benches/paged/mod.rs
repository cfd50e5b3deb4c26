//! The catalog on lys once more, with the reviews of a product as a connection: the catalog's own face, which is fixed, has them as
//! a list. It serves the tables that the catalog has made.

#![allow(unreachable_pub, missing_docs, reason = "entities and nodes are public, and only the benchmark sees them")]

use lys::prelude::*;

/// A product, with what the benchmark asks of it.
#[entity(table = "product", tenant(client = client_id))]
pub struct Product {
    #[column(length = 255)]
    pub name: String,
    #[column(decimal(10, 2))]
    pub price: Decimal,
    pub category_id: String,
    #[references("ClientNode")]
    pub client_id: Uuid,
    #[has_many(Review)]
    pub review_page: Many<Review>,
}

#[entity(table = "review")]
pub struct Review {
    #[belongs_to(Product, on_delete = cascade)]
    pub product_id: Uuid,
    pub rating: i32,
    pub body: String,
}

#[node(Product)]
pub struct ProductNode {
    pub name: String,
    pub price: f64,
    pub category_id: String,
    pub client_id: GlobalId,
    pub review_page: Connection<ReviewNode>,
}

#[node(Review)]
pub struct ReviewNode {
    pub rating: i32,
    pub body: String,
}

/// The products that the caller may see, newest first.
#[connection(node = ProductNode, access(Role, OrganizationRole), licensed = false)]
async fn all_products(_ctx: &Context<'_>) -> Result<Select<Product>> {
    Ok(Product::select().order_by(Product::COLUMN.created_at.desc()))
}

/// Serves it as the catalog would be served.
pub(crate) fn serve(arguments: impl Iterator<Item = String>) -> lys::ExitCode {
    lys::Project::new("catalog").apps([lys::app!("paged")]).main_with(arguments)
}
