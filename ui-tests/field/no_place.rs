use lys::{Context, Result};

#[lys::field(public)]
async fn version(_: &Context<'_>) -> Result<i32> {
    Ok(1)
}

fn main() {}
