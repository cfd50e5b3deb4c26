#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
#[lys::creation(access(Role))]
pub struct ProductNode {
    pub name: String,
}

fn main() {}
