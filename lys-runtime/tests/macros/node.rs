//! `#[node]`: what it leaves for the boot.

use lys::{
    node::{CellOutput, NodeFieldKind},
    output::{Output, OutputTypes},
    prelude::*,
};

#[entity(tenant_none = "a test")]
pub struct Product {
    #[column(decimal(10, 2))]
    pub price: Decimal,
    #[belongs_to(Category)]
    pub category_id: String,
    #[references("ClientNode")]
    pub client_id: Option<Uuid>,
    #[cfg(any())]
    pub absent: Absent,
}

#[entity(parametric)]
pub struct Category {
    #[has_many(Product)]
    pub products: Many<Product>,
}

/// A product.
#[node(Product, allow_override)]
pub struct ProductNode {
    /// What it costs.
    pub price: f64,
    pub category: CategoryNode,
    pub client_id: Option<GlobalId>,
    #[cfg(any())]
    pub absent: Absent,
}

#[node(Category)]
pub struct CategoryNode {
    pub products: Vec<ProductNode>,
}

#[node(extends = ProductNode)]
pub struct ProductExtension {
    pub category_id: String,
}

#[node(Category, name = "EmptyNode")]
pub struct Empty;

/// A result.
#[node]
pub struct TotalNode {
    /// How many.
    pub count: i32,
    #[cfg(any())]
    pub absent: Absent,
    pub inner: Option<Box2Node>,
}

#[node]
pub struct Box2Node {
    pub label: String,
}

#[test]
fn fields_name_columns_and_relations() {
    let node = ProductNode::definition();
    assert_eq!((node.name, node.description, node.entity_name), ("ProductNode", "A product.", "Product"));
    assert!(node.allow_override);
    let fields: Vec<_> = node.fields.iter().map(|field| format!("{}: {}", field.name, field.ty)).collect();
    assert_eq!(fields, ["price: Float!", "category: CategoryNode!", "client_id: ID"]);
    assert_eq!(node.fields[0].description, "What it costs.");
    let NodeFieldKind::Column { column, output } = node.fields[2].kind else { panic!("a column") };
    assert_eq!((column, output), (3, CellOutput::GlobalId("ClientNode")));
    assert_eq!(CategoryNode::definition().fields[0].ty.to_string(), "[ProductNode!]!");
    assert_eq!(Empty::definition().name, "EmptyNode");
}

#[test]
fn plain_nodes_are_output() {
    let mut types = OutputTypes::default();
    TotalNode::declare(&mut types);
    let total = &types.objects["TotalNode"];
    let fields: Vec<_> = total.fields.iter().map(|field| format!("{}: {}", field.name, field.ty)).collect();
    assert_eq!(fields, ["count: Int!", "inner: Box2Node"]);
    assert!(types.objects.contains_key("Box2Node"));
    let _ = TotalNode { count: 1, inner: None };
}

#[test]
fn components_register_themselves() {
    let here = lys::app::Registration::all().filter(|registration| registration.module == module_path!());
    assert_eq!(here.count(), 6);
}
