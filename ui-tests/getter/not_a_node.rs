#[lys::getter(access(Role))]
pub struct ProductNode {
    pub name: String,
}

fn main() {}
