use lys::prelude::*;

#[subscription(public)]
fn ticks(_: &Context<'_>) -> Result<Values<i32>> {
    unimplemented!()
}

fn main() {}
