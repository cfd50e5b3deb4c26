use lys::Context;

#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

#[lys::deletion(node = ProductNode)]
async fn delete_product(_: &Context<'_>, product: Product) {
    drop(product);
}

fn main() {}
