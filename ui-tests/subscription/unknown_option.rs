use lys::prelude::*;

#[subscription(public, consistency = snapshot)]
async fn ticks(_: &Context<'_>) -> Result<Values<i32>> {
    unimplemented!()
}

fn main() {}
