//! Optimistic versions, as clients see them.

use super::*;
use crate::zoo;

const UPDATE: &str =
    "mutation($id: ID!, $inputs: UpdateWareInput!) { updateWare(id: $id, inputs: $inputs) { name version } }";

#[tokio::test]
async fn an_edition_may_carry_the_version_that_it_was_made_on() {
    let project = zoo::shop().await;
    let north = member(NORTH);
    let change =
        |name: &str, version: Json| json!({ "id": ware_id(1), "inputs": { "name": name, "version": version } });
    let answer = data(&project, &north, UPDATE, &change("a", json!(1))).await;
    assert_eq!(answer["updateWare"], json!({ "name": "a", "version": 2 }));
    check_refused(&project, &north, UPDATE, &change("b", json!(1)), "STALE_VERSION", &Json::Null).await;
    let answer = ask(&project, &north, UPDATE, &change("b", json!(1))).await;
    assert_eq!(answer["errors"][0]["extensions"]["status_code"], 409);
    // Without one, the last wins; the same values are no change.
    let answer = data(&project, &north, UPDATE, &change("b", Json::Null)).await;
    assert_eq!(answer["updateWare"], json!({ "name": "b", "version": 3 }));
    let answer = data(&project, &north, UPDATE, &change("b", json!(3))).await;
    assert_eq!(answer["updateWare"]["version"], 3);
    // Whose ware it is comes first.
    check_refused(&project, &member(SOUTH), UPDATE, &change("c", json!(1)), "NOT_FOUND", &Json::Null).await;
}

#[tokio::test]
async fn of_two_writers_on_one_version_one_wins() {
    let project = zoo::shop().await;
    let north = member(NORTH);
    for round in 1..6 {
        let change =
            |name: &str| json!({ "id": ware_id(1), "inputs": { "name": format!("{name} {round}"), "version": round } });
        let (left, right) = (change("left"), change("right"));
        let answers = tokio::join!(ask(&project, &north, UPDATE, &left), ask(&project, &north, UPDATE, &right));
        let codes = [codes(&answers.0), codes(&answers.1)].concat();
        assert_eq!(codes, ["STALE_VERSION"], "{answers:?}");
        let version = |answer: &Json| answer["data"]["updateWare"]["version"].as_i64();
        assert_eq!(version(&answers.0).or(version(&answers.1)), Some(round + 1));
    }
}
