use lys::prelude::*;

#[entity(tabel = "product")]
pub struct Product {
    #[column(length = 0)]
    pub name: String,
    pub client_id: Uuid,
}

// Uses of a wrong entity add no errors of their own.
fn cheap() -> Select<Product> {
    Product::select().filter(Product::COLUMN.name.eq("lamp"))
}

fn name(product: Product) -> (Uuid, String) {
    let _ = product_entity::Column::Name;
    (product.id, product.name)
}

fn main() {
    let _ = (cheap, name);
}
