#[lys::service]
pub struct ProductService;

fn main() {}
