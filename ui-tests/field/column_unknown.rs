#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

#[lys::field(on = ProductNode, columns(nam))]
fn label(nam: String) -> String {
    nam
}

fn main() {}
