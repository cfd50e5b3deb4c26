#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    #[field(access(Owner))]
    pub name: String,
}

fn main() {}
