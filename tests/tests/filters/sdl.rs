//! The schema of the shop, whose lists are filtered: a golden file, which `UPDATE_EXPECT=1` writes.

use expect_test::expect_file;

use crate::zoo::{self, shop::ALL};

#[tokio::test]
async fn the_schema_of_the_shop_is_the_one_that_was_reviewed() {
    expect_file!["../../snapshots/shop.graphql"].assert_eq(&zoo::shop::<ALL>().await.engine().sdl());
}
