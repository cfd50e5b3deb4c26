use lys::{Context, Result};

#[lys::endpoint(POST "/logout", public, xsrf(none))]
async fn logout(_: &Context<'_>) -> Result<String> {
    Ok(String::new())
}

fn main() {}
