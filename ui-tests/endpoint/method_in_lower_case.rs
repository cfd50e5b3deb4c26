use lys::{Context, Result};

#[lys::endpoint(get "/stats", public)]
async fn stats(_: &Context<'_>) -> Result<String> {
    Ok(String::new())
}

fn main() {}
