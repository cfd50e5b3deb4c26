//! Writes through GraphQL: whose rows, how many statements, what is left when something fails.

mod bulk;
mod nested;
mod patch;
mod soft_delete;
mod upsert;
mod version;

use lys::{
    access::Actor,
    testing::{TestProject, user},
    uuid::Uuid,
};

pub use crate::{
    catalog_kit::{ask, client_id, codes, data, global_id, json},
    zoo::shop::{NORTH, SOUTH, ware_key},
};
pub use serde_json::Value as Json;

/// Everything that the shop can do.
const OF_MEMBERS: [&str; 14] = [
    "ware",
    "all_wares",
    "create_ware",
    "create_wares",
    "import_wares",
    "update_ware",
    "price_wares",
    "shelve_wares",
    "delete_ware",
    "delete_wares",
    "clear_wares",
    "half_a_mind",
    "look_away",
    "rate_ware",
];

pub fn member(client: Uuid) -> Actor {
    user(3).organization("client", client, OF_MEMBERS).into()
}

pub fn ware_id(number: u128) -> String {
    global_id("WareNode", ware_key(number))
}

/// What a ware is made of; fields of `changes` replace others.
pub fn ware(sku: &str, client: Uuid, changes: &Json) -> Json {
    let mut inputs =
        json!({ "sku": sku, "name": "New", "price": 9.5, "shelfId": "HIGH", "clientId": client_id(client) });
    for (name, value) in changes.as_object().into_iter().flatten() {
        inputs[name] = value.clone();
    }
    inputs
}

/// Every ware as text.
pub async fn wares(project: &TestProject) -> Vec<String> {
    let all = "{ allWares(orderBy: { sku: true }) { edges { node { id sku name note price stock shelfId clientId version updatedAt
               tags { word } } } } }";
    let answer = data(project, &lys::testing::super_user(), all, &json!({})).await;
    let wares = answer["allWares"]["edges"].as_array().unwrap().iter().map(|edge| edge["node"].to_string()).collect();
    let _ = project.statements().take();
    wares
}

/// `query` is refused with this code at this place of the input, and no ware has changed.
pub async fn check_refused(project: &TestProject, actor: &Actor, query: &str, variables: &Json, code: &str, at: &Json) {
    let before = wares(project).await;
    let answer = ask(project, actor, query, variables).await;
    assert_eq!(codes(&answer), [code], "{query} {variables}: {answer}");
    assert_eq!(place(&answer), *at, "{query} {variables}: {answer}");
    assert_eq!(wares(project).await, before, "{query} has changed something");
}

/// Where in the input the first error is.
pub fn place(answer: &Json) -> Json {
    let extensions = &answer["errors"][0]["extensions"];
    let field = &extensions["fields"][0]["path"];
    if field.is_null() { extensions["path"].clone() } else { field.clone() }
}
