use lys::{Context, Result};

pub struct Version;

#[lys::field(query, public)]
async fn version(_: &Context<'_>) -> Result<Version> {
    Ok(Version)
}

fn main() {}
