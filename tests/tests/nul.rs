//! NUL: PostgreSQL takes no text with one and SQLite's patterns end at it, so none gets as far as a statement.

use lys::testing::{TestProject, super_user};
use serde_json::Value;

use crate::zoo;

async fn code(project: &TestProject, query: &str) -> Value {
    let mut answer = project.execute(&super_user(), query, "{}").await;
    assert!(answer["data"].is_null(), "{query}\n{answer}");
    answer["errors"][0]["extensions"]["code"].take()
}

#[tokio::test]
async fn no_key_has_one() {
    let park = zoo::park().await;
    // `ZoneNode:` and NUL.
    assert_eq!(code(&park, "{ zone(id: \"Wm9uZU5vZGU6AA==\") { code } }").await, "NOT_FOUND");
    let filter = "{ zoneId: { eq: \"Wm9uZU5vZGU6AA==\" } }";
    let query = format!("{{ searchAnimals(filter: {filter}) {{ pageInfo {{ totalCount }} }} }}");
    assert_eq!(code(&park, &query).await, "NOT_FOUND");
}

#[tokio::test]
async fn no_cursor_has_one() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let park = zoo::park().await;
    let page = "{ allZones(orderBy: { code: true }, first: 1) { pageInfo { endCursor } } }";
    let answer = park.execute(&super_user(), page, "{}").await;
    let cursor = answer["data"]["allZones"]["pageInfo"]["endCursor"].as_str().unwrap();
    let own = String::from_utf8(STANDARD.decode(cursor).unwrap()).unwrap();
    let with_nul = STANDARD.encode(own.replace("\"]", "\\u0000\"]"));
    assert_ne!(with_nul, cursor);
    let query = format!("{{ allZones(orderBy: {{ code: true }}, after: \"{with_nul}\") {{ edges {{ cursor }} }} }}");
    assert_eq!(code(&park, &query).await, "INVALID_CURSOR");
}

#[tokio::test]
async fn no_value_has_one() {
    let park = zoo::park().await;
    assert_eq!(code(&park, "{ theAnimal(name: \"a\\u0000\") { id } }").await, "INVALID_INPUT");
    let query = "{ searchAnimals(filter: { name: { contains: \"a\\u0000\" } }) { edges { cursor } } }";
    assert_eq!(code(&park, query).await, "INVALID_INPUT");
}
