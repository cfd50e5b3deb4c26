use lys::Context;

#[lys::field(query, public)]
async fn version(_: &Context<'_>) -> i32 {
    1
}

fn main() {}
