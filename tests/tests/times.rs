//! Times far away compare like any other.

use lys::testing::super_user;
use serde_json::json;

use crate::zoo;

/// MariaDB compares with nothing before 1970 or after 2038 if it takes the value for a `TIMESTAMP`.
#[tokio::test]
async fn the_past_is_before_and_the_future_after() {
    let park = zoo::park().await;
    let count = async |filter: &str| {
        let query = format!("{{ searchReadings(filter: {filter}) {{ pageInfo {{ totalCount }} }} }}");
        let mut answer = park.execute(&super_user(), &query, "{}").await;
        answer["data"]["searchReadings"]["pageInfo"]["totalCount"].take()
    };
    let taken = count("{ takenAt: { isNull: false } }").await;
    assert_ne!(taken, 0);
    for year in ["0000", "0001", "1000", "1969", "2027", "2039", "2107", "9999"] {
        let ask = async |question: &str| {
            count(&format!("{{ takenAt: {{ {question}: \"{year}-01-01T00:00:00.5Z\" }} }}")).await
        };
        let (earlier, later) = (json!([ask("lt").await, ask("lte").await]), json!([ask("gt").await, ask("gte").await]));
        let (all, none) = (json!([taken, taken]), json!([0, 0]));
        assert_eq!([earlier, later], if year < "2026" { [none, all] } else { [all, none] }, "{year}");
        assert_eq!([ask("eq").await, ask("ne").await], [json!(0), taken.clone()], "{year}");
    }
}
