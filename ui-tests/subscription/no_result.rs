use lys::prelude::*;

#[subscription(public)]
async fn ticks(_: &Context<'_>) -> Values<i32> {
    unimplemented!()
}

fn main() {}
