use lys::{Context, Result, data::Select};

#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

pub struct Filter;

#[lys::connection(node = ProductNode)]
async fn all_products(_: &Context<'_>, filter: Filter) -> Result<Select<Product>> {
    drop(filter);
    Ok(Select::new())
}

fn main() {}
