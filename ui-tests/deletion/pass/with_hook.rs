use lys::{Context, Result};

#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

#[lys::deletion(node = ProductNode, access(Role))]
async fn delete_product(_: &Context<'_>, product: Product) -> Result<()> {
    drop(product);
    Ok(())
}

fn main() {}
