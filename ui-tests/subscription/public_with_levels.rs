use lys::prelude::*;

#[subscription(public, access(Role))]
async fn ticks(_: &Context<'_>) -> Result<Values<i32>> {
    unimplemented!()
}

fn main() {}
