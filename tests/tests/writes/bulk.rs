//! Operations on many rows.

use super::*;
use crate::zoo;

const CREATE: &str =
    "mutation($inputs: [CreateWareInput!]!) { createWares(inputs: $inputs) { sku name clientId version } }";
const IMPORT: &str = "mutation($inputs: [CreateWareInput!]!) { importWares(inputs: $inputs) { sku } }";
const PRICE: &str =
    "mutation($ids: [ID!]!, $prices: [Float!]!) { priceWares(ids: $ids, prices: $prices) { sku price } }";
const SHELVE: &str =
    "mutation($ids: [ID!]!, $shelf: String!) { shelveWares(ids: $ids, shelfId: $shelf) { sku shelfId } }";
const DELETE: &str = "mutation($ids: [ID!]!) { deleteWares(ids: $ids) { succeed } }";
const CLEAR: &str = "mutation($ids: [ID!]!) { clearWares(ids: $ids) { succeed } }";

#[tokio::test]
async fn the_schema_shows_lists() {
    let project = zoo::shop().await;
    let sdl = project.engine().sdl();
    let bare: String = sdl.split("\"\"\"").step_by(2).flat_map(str::split_whitespace).collect();
    for field in [
        "createWares(inputs:[CreateWareInput!]!):[WareNode!]!",
        "importWares(inputs:[CreateWareInput!]!):[WareNode!]!",
        "priceWares(ids:[ID!]!,prices:[Float!]!):[WareNode!]!",
        "deleteWares(ids:[ID!]!):SuccessNode!",
        "clearWares(ids:[ID!]!):SuccessNode!",
        "deleteWare(id:ID!):SuccessNode!",
    ] {
        assert!(bare.contains(field), "{field} is not in\n{sdl}");
    }
}

#[tokio::test]
async fn many_rows_are_written_by_one_statement_and_answered_in_order() {
    let project = zoo::shop().await;
    let inputs: Vec<Json> = (0..30).rev().map(|number| ware(&format!("N{number:02}"), NORTH, &json!({}))).collect();
    let answer = data(&project, &member(NORTH), CREATE, &json!({ "inputs": inputs })).await;
    let created = answer["createWares"].as_array().unwrap();
    let skus: Vec<&str> = created.iter().map(|ware| ware["sku"].as_str().unwrap()).collect();
    assert_eq!((skus[0], skus[29], skus.len()), ("N29", "N00", 30));
    assert_eq!(created[0]["version"], 1);
    let statements = project.statements().take();
    // The shelves, the wares, the payload.
    assert_eq!(statements.len(), 3, "{statements:#?}");

    let ids: Vec<String> = [3, 1, 2].map(ware_id).into();
    let variables = json!({ "ids": ids, "prices": [30, 10.5, 20] });
    let answer = data(&project, &member(NORTH), PRICE, &variables).await;
    let expected =
        json!([{ "sku": "W3", "price": 30.0 }, { "sku": "W1", "price": 10.5 }, { "sku": "W2", "price": 20.0 }]);
    assert_eq!(answer["priceWares"], expected);
    let statements = project.statements().take();
    assert_eq!(statements.len(), 3, "{statements:#?}");

    let answer = data(&project, &member(NORTH), SHELVE, &json!({ "ids": ids, "shelf": "HIGH" })).await;
    assert_eq!(answer["shelveWares"][2], json!({ "sku": "W2", "shelfId": "HIGH" }));
    let statements = project.statements().take();
    assert_eq!(statements.len(), 4, "{statements:#?}");

    let answer = data(&project, &member(NORTH), DELETE, &json!({ "ids": ids })).await;
    assert_eq!(answer["deleteWares"]["succeed"], true);
    assert_eq!(project.statements().take().len(), 2);
    assert_eq!(wares(&project).await.len(), 33);
    let nothing = data(&project, &member(NORTH), CREATE, &json!({ "inputs": [] })).await;
    assert_eq!(nothing["createWares"], json!([]));
}

#[tokio::test]
async fn one_bad_row_spoils_all_and_is_named() {
    let project = zoo::shop().await;
    let north = member(NORTH);
    let refuse = async |changes: Json, code: &str, at: Json| {
        let inputs: Vec<Json> = (0..5)
            .map(|number| ware(&format!("N{number}"), NORTH, if number == 3 { &changes } else { &Json::Null }))
            .collect();
        check_refused(&project, &north, CREATE, &json!({ "inputs": inputs }), code, &at).await;
    };
    refuse(json!({ "sku": "" }), "INVALID_INPUT", json!(["inputs", 3, "sku"])).await;
    refuse(json!({ "price": 1.001 }), "INVALID_INPUT", json!(["inputs", 3, "price"])).await;
    refuse(json!({ "clientId": client_id(SOUTH) }), "PERMISSION_DENIED", json!(["inputs", 3])).await;
    refuse(json!({ "shelfId": "NONE" }), "NOT_FOUND", json!(["inputs", 3, "shelfId"])).await;
    refuse(json!({ "sku": "W1" }), "ALREADY_EXISTS", json!(["inputs", 3, "sku"])).await;
    refuse(json!({ "sku": "N1" }), "ALREADY_EXISTS", json!(["inputs", 3, "sku"])).await;
    // Taken by another client: what a plain creation tells too, and no more.
    refuse(json!({ "sku": "W6" }), "ALREADY_EXISTS", json!(["inputs", 3, "sku"])).await;

    let foreign = json!({ "inputs": [ware("N0", NORTH, &Json::Null), ware("N1", SOUTH, &Json::Null)] });
    check_refused(&project, &north, IMPORT, &foreign, "PERMISSION_DENIED", &json!(["inputs", 1])).await;
}

#[tokio::test]
async fn foreign_ids_look_like_missing_ones() {
    let project = zoo::shop().await;
    let north = member(NORTH);
    let nobody = global_id("WareNode", Uuid::nil());
    for id in [ware_id(4), nobody] {
        let ids = json!([ware_id(1), id]);
        let at = json!(["ids", 1]);
        check_refused(&project, &north, DELETE, &json!({ "ids": ids }), "NOT_FOUND", &at).await;
        check_refused(&project, &north, CLEAR, &json!({ "ids": ids }), "NOT_FOUND", &at).await;
        let prices = json!({ "ids": ids, "prices": [1, 2] });
        check_refused(&project, &north, PRICE, &prices, "NOT_FOUND", &at).await;
    }
    let other = json!({ "ids": [ware_id(1), global_id("TagNode", ware_key(2))] });
    check_refused(&project, &north, DELETE, &other, "NOT_FOUND", &json!(["ids", 1])).await;
    let twice = json!({ "ids": [ware_id(1), ware_id(2), ware_id(1)] });
    check_refused(&project, &north, DELETE, &twice, "INVALID_INPUT", &json!(["ids", 2])).await;
    let shelf = json!({ "ids": [ware_id(1), ware_id(2)], "shelf": "NONE" });
    check_refused(&project, &north, SHELVE, &shelf, "NOT_FOUND", &json!(["ids", 0, "shelfId"])).await;
    let price = json!({ "ids": [ware_id(1), ware_id(2)], "prices": [1, 2.001] });
    check_refused(&project, &north, PRICE, &price, "INVALID_INPUT", &json!(["prices", 1, "price"])).await;
}

#[tokio::test]
async fn a_function_may_refuse_a_deletion_of_many() {
    let project = zoo::shop().await;
    let south = member(SOUTH);
    let all = json!({ "ids": ([4, 5, 6].map(ware_id)) });
    check_refused(&project, &south, CLEAR, &all, "TOO_DEAR", &json!(["ids", 2])).await;
    data(&project, &south, CLEAR, &json!({ "ids": ([4, 5].map(ware_id)) })).await;
    assert_eq!(wares(&project).await.len(), 4);
}

#[tokio::test]
async fn what_fails_after_a_batch_leaves_no_trace() {
    let project = zoo::shop().await;
    let before = wares(&project).await;
    let half = "mutation($inputs: [CreateWareInput!]!) { halfAMind(inputs: $inputs) }";
    let answer = ask(&project, &member(NORTH), half, &json!({ "inputs": [ware("N1", NORTH, &Json::Null)] })).await;
    assert_eq!(codes(&answer), ["SECOND_THOUGHTS"]);
    assert_eq!(wares(&project).await, before);

    let look_away = "mutation($inputs: [CreateWareInput!]!, $other: CreateWareInput!) {
                     lookAway(inputs: $inputs, other: $other) }";
    let spoilt = json!({
        "inputs": [ware("N1", NORTH, &Json::Null), ware("W1", NORTH, &Json::Null)], "other": ware("N2", NORTH, &Json::Null),
    });
    // The database refused a statement: nothing that comes after it counts.
    let answer = ask(&project, &member(NORTH), look_away, &spoilt).await;
    assert_eq!(codes(&answer), ["INTERNAL_ERROR"]);
    assert_eq!(wares(&project).await, before);
    // What is refused before anything is written may be passed over.
    let denied = json!({
        "inputs": [ware("N1", NORTH, &Json::Null), ware("N3", SOUTH, &Json::Null)], "other": ware("N2", NORTH, &Json::Null),
    });
    let answer = data(&project, &member(NORTH), look_away, &denied).await;
    assert_eq!(answer["lookAway"], true);
    assert_eq!(wares(&project).await.len(), before.len() + 1);
}
