use lys::prelude::*;

#[subscription(public)]
async fn ticks(_: &Context<'_>) -> Result<i32> {
    Ok(1)
}

fn main() {}
