use std::sync::Arc;

use lys::{Context, Result, service::Overrides};

#[lys::entity(table = "product")]
pub struct Product {
    pub name: String,
}

#[lys::node(Product)]
pub struct ProductNode {
    pub name: String,
}

#[lys::service(Product)]
pub struct ClosedService;

#[lys::service(Product)]
pub trait ProductService {
    /// The rate.
    async fn rate(&self, ctx: &Context<'_>, names: &mut Vec<String>) -> Result<i32> {
        names.push(self.unit().to_owned());
        let text = "1".parse::<i32>().unwrap_or_default();
        let _ = ctx.actor();
        Ok(text)
    }

    fn unit(&self) -> &str {
        "EUR"
    }
}

pub struct SaleService {
    previous: Arc<dyn ProductService>,
}

impl Overrides<dyn ProductService> for SaleService {
    fn over(previous: Arc<dyn ProductService>) -> Self {
        Self { previous }
    }
}

#[lys::service(overrides = ProductService)]
impl ProductService for SaleService {
    async fn rate(&self, ctx: &Context<'_>, names: &mut Vec<String>) -> Result<i32> {
        Ok(self.previous.rate(ctx, names).await? / 2)
    }
}

#[lys::field(query, public)]
async fn rate(ctx: &Context<'_>) -> Result<i32> {
    ctx.service::<dyn ProductService>()?.rate(ctx, &mut Vec::new()).await
}

fn main() {}
