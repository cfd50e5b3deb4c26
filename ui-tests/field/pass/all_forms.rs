use lys::{Context, Result};

#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

/// A number.
#[lys::field(query, public(disconnected))]
async fn version(_: &Context<'_>, version: Option<i32>) -> Result<Option<i32>> {
    Ok(version)
}

#[lys::field(mutation, node = ProductNode, access(Role))]
async fn touch(_: &Context<'_>) -> Result<Option<Product>> {
    Ok(None)
}

#[lys::field(query, node = ProductNode, consistency = snapshot)]
async fn newest(_: &Context<'_>) -> Result<Product> {
    Err(lys::Error::not_found())
}

/// In capitals.
#[lys::field(on = ProductNode, columns(name))]
fn label(name: String) -> String {
    name.to_uppercase()
}

#[lys::field(on = ProductNode, columns(name), name = "strict_label")]
fn checked_label(name: String) -> Result<String> {
    Ok(name)
}

#[lys::field(on = ProductNode, columns(name))]
async fn lengths(_: &Context<'_>, min: Option<i32>, name: &[String]) -> Result<Vec<i32>> {
    Ok(name.iter().map(|_| min.unwrap_or_default()).collect())
}

fn main() {}
