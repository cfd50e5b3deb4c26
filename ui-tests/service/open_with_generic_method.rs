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
    async fn rate<T: Send>(&self, _: T) -> i32 {
        1
    }
}

fn main() {}
