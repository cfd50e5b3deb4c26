use lys::{Context, Result, data::Draft};

#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

#[lys::edition(node = ProductNode)]
async fn update_product(_: &Context<'_>, name: String) -> Result<Draft<Product>> {
    drop(name);
    Ok(Draft::new())
}

fn main() {}
