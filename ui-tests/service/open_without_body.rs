use lys::{Context, Result};

#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

#[lys::service(Product)]
pub trait ProductService {
    async fn rate(&self, ctx: &Context<'_>) -> Result<i32>;
}

fn main() {}
