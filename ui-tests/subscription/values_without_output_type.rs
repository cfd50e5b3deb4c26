use lys::prelude::*;

pub struct Tick;

#[subscription(public)]
async fn ticks(_: &Context<'_>) -> Result<Values<Tick>> {
    unimplemented!()
}

fn main() {}
