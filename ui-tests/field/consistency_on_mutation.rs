use lys::{Context, Result};

#[lys::field(mutation, consistency = snapshot)]
async fn version(_: &Context<'_>) -> Result<i32> {
    Ok(1)
}

fn main() {}
