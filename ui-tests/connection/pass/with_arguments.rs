use lys::{Context, Result, data::Select};

#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

/// A level of ours.
pub struct Auditor;

impl lys::access::AccessLevel for Auditor {
    const ID: &'static str = "AUDITOR";
}

/// The products.
#[lys::connection(node = ProductNode, order_by(name, created_at), access(Role, crate::Auditor))]
async fn all_products(
    ctx: &Context<'_>,
    /// Part of the name.
    search: Option<String>,
    all_products: Option<Vec<i32>>,
    call: Option<lys::GlobalId>,
    r#type: Option<bool>,
) -> Result<Select<Product>> {
    let _ = (ctx, search, all_products, call, r#type);
    Ok(Select::new())
}

/// No `orderBy`.
#[lys::connection(node = ProductNode, order_by(), public)]
async fn some_products(_: &Context<'_>) -> Result<Select<Product>> {
    Ok(Select::new())
}

fn main() {}
