use lys::{Context, Result, data::Select};

#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

#[lys::connection(node = ProductNode, acess(Role))]
async fn all_products(_: &Context<'_>) -> Result<Select<Product>> {
    Ok(Select::new())
}

#[derive(lys::Input)]
#[input(entity = Product)]
pub struct CreateProductInput {
    #[input(lenght(max = 255))]
    pub name: String,
}

#[lys::creation(node = ProductNode, access(Role))]
fn create_product(_: &Context<'_>, inputs: CreateProductInput) -> Result<lys::data::Draft<Product>> {
    lys::input::IntoDraft::into_draft(inputs)
}

fn main() {}
