use lys::{Context, Result};

#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

#[lys::field(on = ProductNode, columns(name))]
async fn label(_: &Context<'_>, name: String) -> Result<Vec<String>> {
    Ok(vec![name])
}

fn main() {}
