#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
#[lys::getter(consistency = statement, access(Role), licensed = false)]
#[lys::connection(order_by(name), consistency = snapshot, access(Role))]
#[lys::deletion]
pub struct ProductNode {
    pub name: String,
}

fn main() {}
