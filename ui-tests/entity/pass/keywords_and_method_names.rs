use lys::prelude::*;

/// Columns named like keywords, traits' methods and our own words.
#[entity]
pub struct Product {
    pub r#type: String,
    pub select: String,
    pub key: i32,
    pub definition: i64,
    pub columns: bool,
    pub get: f64,
    pub set: Option<NaiveDate>,
    pub entity: Json,
    pub default: String,
    pub not_set: String,
    pub row: String,
    pub this: String,
    pub column: String,
    pub model: String,
    pub prefix: String,
}

#[entity(table = "order", module = orders)]
pub struct Order {
    pub a1: String,
}

#[node(Product)]
pub struct ProductNode {
    pub r#type: String,
    pub select: String,
}

fn main() {
    assert_eq!(Product::COLUMN.r#type.name(), "type");
    let _ = Product::select().filter(Product::COLUMN.select.eq("x"));
    let _ = (product_entity::Column::Select, orders::Column::A1);
}
