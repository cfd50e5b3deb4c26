use lys::{Context, Result};

#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

#[lys::connection(node = ProductNode)]
async fn all_products(_: &Context<'_>) -> Result<Vec<Product>> {
    Ok(Vec::new())
}

fn main() {}
