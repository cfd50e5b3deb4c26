#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

/// A new product.
#[derive(lys::Input)]
#[input(entity = Product, name = "NewProduct")]
pub struct CreateProductInput {
    /// Its name.
    #[input(length(min = 1, max = 255))]
    pub name: String,
    #[input(skip, email)]
    pub notify: Option<String>,
    #[input(skip, range(min = -1, max = 0.5))]
    pub fields: f64,
    #[input(skip)]
    pub r#type: Vec<Part>,
    #[cfg(any())]
    pub absent: Nothing,
}

#[derive(lys::Input)]
pub struct Part {
    #[input(url)]
    pub decoder: String,
    pub parts: Option<Vec<Part>>,
}

fn main() {}
