//! The schema of the market, whose lists are filtered: a golden file, which `UPDATE_EXPECT=1` writes.

use expect_test::expect_file;

use crate::zoo::{self, market::ALL};

#[tokio::test]
async fn the_schema_of_the_shop_is_the_one_that_was_reviewed() {
    expect_file!["../../snapshots/market.graphql"].assert_eq(&zoo::market::<ALL>().await.engine().sdl());
}
