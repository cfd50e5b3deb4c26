use lys::{Context, Result};

#[lys::field(mutation, access(Role), xsrf(origin))]
async fn logout(_: &Context<'_>) -> Result<bool> {
    Ok(true)
}

fn main() {}
