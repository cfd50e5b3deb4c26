#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

#[lys::field(on = ProductNode, columns(name), access(Role), licensed = false)]
fn label(name: String) -> String {
    name
}

fn main() {}
