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
    pub nam: String,
}

fn main() {}
