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
pub struct CreateProductInput {
    pub name: String,
}

#[lys::creation(node = ProductNode, access(Role))]
async fn create_product(_: &Context<'_>, inputs: CreateProductInput) -> Result<Draft<Product>> {
    lys::input::IntoDraft::into_draft(inputs)
}

#[lys::creation(node = ProductNode, access(Role))]
async fn import_product(_: &Context<'_>) -> Result<lys::data::Saved<Product>> {
    Err(lys::Error::not_found())
}

fn main() {}
