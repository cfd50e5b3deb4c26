#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

#[lys::field(on = ProductNode, columns(name))]
fn label(name: String, unit: String) -> String {
    name + &unit
}

fn main() {}
