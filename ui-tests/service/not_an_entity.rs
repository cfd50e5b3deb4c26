pub struct Product;

#[lys::service(Product)]
pub struct ProductService;

fn main() {}
