use lys::{Context, Result, data::Select};

#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

#[lys::connection(node = ProductNode, consistency = serializable)]
async fn all_products(_: &Context<'_>) -> Result<Select<Product>> {
    Ok(Select::new())
}

fn main() {}
