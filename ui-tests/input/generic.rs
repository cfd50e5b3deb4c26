#[derive(lys::Input)]
pub struct CreateProductInput<T> {
    pub name: T,
}

fn main() {}
