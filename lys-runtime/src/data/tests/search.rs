//! Search indexes where they cannot be made.

use super::*;
use crate::data::search;

/// The extension may not be made in a transaction that reads: the fault says who has to make it, and for which columns.
#[tokio::test]
async fn postgres_without_trigrams_is_a_fault_at_start() {
    let test = TestDatabase::open().await;
    if test.database.dialect() != Dialect::Postgres {
        return;
    }
    let mut product = Product::definition();
    let transaction = test.database.begin().await.expect("begins");
    transaction.execute("SET TRANSACTION READ ONLY".to_owned(), Vec::new()).await.expect("reads only");
    search::prepare(&transaction, &[&product]).await.expect("nothing to make");
    product.columns[1].search_index = true;
    let fault = search::prepare(&transaction, &[&product]).await.expect_err("must not be made");
    let told = std::error::Error::source(&fault).map(ToString::to_string).unwrap_or_default();
    assert!(told.contains("`search_index` of Product.name needs"), "{told}");
    assert!(told.contains("read-only transaction") && told.contains("CREATE EXTENSION"), "{told}");
}

#[test]
fn mysql_has_no_search_indexes() {
    let mut product = Product::definition();
    product.columns[1].search_index = true;
    let made = |dialect| search::indexes(dialect, &product).into_iter().map(|search| search.name).collect::<Vec<_>>();
    assert_eq!(made(Dialect::Sqlite), ["srch-product-name-update"]);
    assert_eq!(made(Dialect::Postgres), ["srch-product-name"]);
    for dialect in [Dialect::MySql, Dialect::MariaDb] {
        assert_eq!(made(dialect), [""; 0]);
    }
}
