#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

#[lys::field(on = ProductNode, columns(name))]
fn label(name: i32) -> String {
    name.to_string()
}

fn main() {}
