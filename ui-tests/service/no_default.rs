#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

#[lys::service(Product)]
pub struct ProductService {
    pub rate: i32,
}

fn main() {}
