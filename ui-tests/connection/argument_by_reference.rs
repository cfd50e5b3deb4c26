use lys::{Context, Result, data::Select};

#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

#[lys::connection(node = ProductNode)]
async fn all_products(_: &Context<'_>, search: &str) -> Result<Select<Product>> {
    drop(search.to_owned());
    Ok(Select::new())
}

fn main() {}
