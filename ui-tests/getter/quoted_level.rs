#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
#[lys::getter(access("Role"))]
pub struct ProductNode {
    pub name: String,
}

fn main() {}
