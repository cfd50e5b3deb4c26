use lys::{Context, Result};

#[lys::field(query, mutation)]
async fn version(_: &Context<'_>) -> Result<i32> {
    Ok(1)
}

fn main() {}
