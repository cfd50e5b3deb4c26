use lys::{Context, Result, data::Draft};

#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

#[derive(lys::Input)]
#[input(entity = Product)]
pub struct UpdateProductInput {
    pub name: Option<String>,
}

#[lys::edition(node = ProductNode, access(Role))]
async fn update_product(_: &Context<'_>, product: Product, inputs: UpdateProductInput) -> Result<Draft<Product>> {
    lys::input::IntoDraft::edit(inputs, product)
}

fn main() {}
