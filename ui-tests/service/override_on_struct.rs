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
    async fn rate(&self) -> i32 {
        1
    }
}

#[lys::service(overrides = ProductService)]
pub struct SaleService;

fn main() {}
