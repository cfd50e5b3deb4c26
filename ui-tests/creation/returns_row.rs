use lys::{Context, Result};

#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

#[lys::creation(node = ProductNode)]
async fn create_product(_: &Context<'_>) -> Result<Product> {
    Err(lys::Error::not_found())
}

fn main() {}
