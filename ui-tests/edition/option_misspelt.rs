use lys::{Context, Result, data::Draft};

#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

#[lys::edition(node = ProductNode, licenced = false)]
async fn update_product(_: &Context<'_>, product: Product) -> Result<Draft<Product>> {
    Ok(Draft::of(product))
}

fn main() {}
