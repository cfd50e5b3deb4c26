//! Products: each belongs to a client and a category.

use lys::prelude::*;

use crate::{
    category::{ProductCategory, ProductCategoryNode},
    review::{Review, ReviewNode},
};

/// A product of a client.
#[entity(table = "product", tenant(client = client_id))]
pub struct Product {
    #[column(length = 255)]
    pub name: String,
    #[column(decimal(10, 2))]
    pub price: Decimal,
    #[belongs_to(ProductCategory)]
    pub category_id: String,
    #[references("ClientNode")]
    pub client_id: Uuid,
    #[has_many(Review)]
    pub reviews: Many<Review>,
}

/// A product of a client.
#[node(Product)]
#[getter(access(Role, OrganizationRole), licensed = false)]
#[deletion(access(Role, OrganizationRole), licensed = false)]
pub struct ProductNode {
    /// What it is called.
    pub name: String,
    /// What it costs.
    pub price: f64,
    /// Business id of its category.
    pub category_id: String,
    /// The client who sells it.
    pub client_id: GlobalId,
    pub category: ProductCategoryNode,
    pub reviews: Vec<ReviewNode>,
}

/// Business logic over products; create, get, list, update and delete come with it.
#[service(Product)]
pub struct ProductService;

/// The products that the caller may see, newest first.
#[connection(node = ProductNode, order_by(name, price, created_at), access(Role, OrganizationRole), licensed = false)]
async fn all_products(
    _ctx: &Context<'_>,
    /// Part of the name, in any case.
    search: Option<String>,
    /// Business id of a category.
    category_id: Option<String>,
) -> Result<Select<Product>> {
    let products = Product::select().order_by(Product::COLUMN.created_at.desc());
    Ok(products
        .filter_some(search, |text| Product::COLUMN.name.contains_ci(text))
        .filter_some(category_id, |id| Product::COLUMN.category_id.eq(id)))
}

/// A new product.
#[derive(Input)]
#[input(entity = Product)]
pub struct CreateProductInput {
    #[input(length(min = 1, max = 255))]
    pub name: String,
    #[input(range(min = 0.01))]
    pub price: f64,
    pub category_id: String,
    pub client_id: GlobalId,
}

/// Adds a product.
#[creation(node = ProductNode, access(Role), licensed = false)]
async fn create_product(_ctx: &Context<'_>, inputs: CreateProductInput) -> Result<Draft<Product>> {
    inputs.into_draft()
}

/// Changes to a product; null or absent leaves a value as it is.
#[derive(Input)]
#[input(entity = Product)]
pub struct UpdateProductInput {
    #[input(length(min = 1, max = 255))]
    pub name: Option<String>,
    #[input(range(min = 0.01))]
    pub price: Option<f64>,
}

/// Changes a product.
#[edition(node = ProductNode, access(Role, OrganizationRole), licensed = false)]
async fn update_product(_ctx: &Context<'_>, product: Product, inputs: UpdateProductInput) -> Result<Draft<Product>> {
    inputs.edit(product)
}
