use lys::{Context, Result};

/// Numbers.
#[lys::endpoint(POST "/stats", access(Role))]
async fn stats(_: &Context<'_>, body: String) -> Result<String> {
    Ok(body)
}

fn main() {}
