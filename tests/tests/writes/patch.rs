//! Editions tell absent from null.

use super::*;
use crate::zoo;

const UPDATE: &str = "mutation($id: ID!, $inputs: UpdateWareInput!) { updateWare(id: $id, inputs: $inputs) { name note stock version } }";

#[tokio::test]
async fn null_clears_what_absent_keeps() {
    let project = zoo::shop().await;
    let change = async |inputs: Json| {
        let variables = json!({ "id": ware_id(1), "inputs": inputs });
        data(&project, &member(NORTH), UPDATE, &variables).await["updateWare"].take()
    };
    let full = change(json!({ "note": "nice", "stock": 3 })).await;
    assert_eq!(full, json!({ "name": "Ware 1", "note": "nice", "stock": 3, "version": 2 }));
    let same = change(json!({})).await;
    assert_eq!(same, full);
    // A plain option keeps the value for null too.
    assert_eq!(change(json!({ "name": null })).await, full);
    let cleared = change(json!({ "note": null })).await;
    assert_eq!(cleared, json!({ "name": "Ware 1", "note": null, "stock": 3, "version": 3 }));
    let set = change(json!({ "stock": 0 })).await;
    assert_eq!(set, json!({ "name": "Ware 1", "note": null, "stock": 0, "version": 4 }));
    assert_eq!(change(json!({ "note": null })).await, set);
}

#[tokio::test]
async fn variables_inside_a_literal_are_absent_when_they_are_not_given() {
    let project = zoo::shop().await;
    let update = "mutation($id: ID!, $note: String, $stock: Int = 7) {
                  updateWare(id: $id, inputs: { note: $note, stock: $stock }) { note stock } }";
    let change = async |mut variables: Json| {
        variables["id"] = ware_id(1).into();
        data(&project, &member(NORTH), update, &variables).await["updateWare"].take()
    };
    assert_eq!(change(json!({ "note": "a" })).await, json!({ "note": "a", "stock": 7 }));
    assert_eq!(change(json!({ "stock": null })).await, json!({ "note": "a", "stock": null }));
    assert_eq!(change(json!({ "note": null, "stock": 1 })).await, json!({ "note": null, "stock": 1 }));
    let literal = "mutation($id: ID!) { updateWare(id: $id, inputs: { note: null }) { note stock } }";
    let answer = data(&project, &member(NORTH), literal, &json!({ "id": ware_id(1) })).await;
    assert_eq!(answer["updateWare"], json!({ "note": null, "stock": 1 }));
}

#[tokio::test]
async fn what_is_set_is_checked_as_anything_else() {
    let project = zoo::shop().await;
    let north = member(NORTH);
    let refuse = async |inputs: Json, code: &str, at: Json| {
        check_refused(&project, &north, UPDATE, &json!({ "id": ware_id(1), "inputs": inputs }), code, &at).await;
    };
    refuse(json!({ "note": "too long" }), "INVALID_INPUT", json!(["inputs", "note"])).await;
    refuse(json!({ "stock": -1 }), "INVALID_INPUT", json!(["inputs", "stock"])).await;
    refuse(json!({ "partnerId": ware_id(4) }), "NOT_FOUND", json!(["inputs", "partnerId"])).await;
    refuse(json!({ "partnerId": global_id("TagNode", ware_key(2)) }), "NOT_FOUND", Json::Null).await;
    let partner = json!({ "id": ware_id(1), "inputs": { "partnerId": ware_id(2) } });
    data(&project, &north, UPDATE, &partner).await;
    data(&project, &north, UPDATE, &json!({ "id": ware_id(1), "inputs": { "partnerId": null } })).await;
}

#[tokio::test]
async fn an_argument_may_be_a_patch_and_the_schema_shows_a_nullable_type() {
    let project = zoo::shop().await;
    let sdl = project.engine().sdl();
    let bare: String = sdl.split("\"\"\"").step_by(2).flat_map(str::split_whitespace).collect();
    assert!(bare.contains("patched(note:String):String!"), "{sdl}");
    assert!(bare.contains("note:Stringstock:IntpartnerId:IDversion:Int"), "{sdl}");
    let query = "query($note: String) { absent: patched gone: patched(note: null) set: patched(note: \"x\") given: patched(note: $note) }";
    let answer = data(&project, &Actor::Anonymous, query, &json!({})).await;
    assert_eq!(answer, json!({ "absent": "keep", "gone": "clear", "set": "set x", "given": "keep" }));
    let answer = data(&project, &Actor::Anonymous, query, &json!({ "note": null })).await;
    assert_eq!(answer["given"], "clear");
}
