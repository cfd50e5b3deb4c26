use lys::{Context, Result};

pub struct Stats;

#[lys::endpoint(GET "/stats", public)]
async fn stats(_: &Context<'_>) -> Result<Stats> {
    Ok(Stats)
}

fn main() {}
