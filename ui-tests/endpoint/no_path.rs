use lys::{Context, Result};

#[lys::endpoint(GET, public)]
async fn stats(_: &Context<'_>) -> Result<String> {
    Ok(String::new())
}

fn main() {}
