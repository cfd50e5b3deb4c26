//! Deleted rows that stay in their table: no operation sees them but the one that says so.

use super::*;
use crate::zoo::{self, cellar::barrel_key};
use lys::testing::super_user;

const DELETE: &str = "mutation($id: ID!) { deleteBarrel(id: $id) { succeed } }";
const RESTORE: &str = "mutation($id: ID!) { restoreBarrel(id: $id) { mark version } }";

fn of(client: Uuid) -> Actor {
    let operations = [
        "barrel",
        "barrels",
        "old_barrels",
        "create_barrel",
        "update_barrel",
        "delete_barrel",
        "delete_barrels",
        "restore_barrel",
    ];
    user(3).organization("client", client, operations).into()
}

fn barrel_id(number: u128) -> String {
    global_id("BarrelNode", barrel_key(number))
}

fn id(number: u128) -> Json {
    json!({ "id": barrel_id(number) })
}

/// The north's first barrel is deleted.
async fn cellar() -> TestProject {
    let project = zoo::cellar().await;
    data(&project, &of(NORTH), DELETE, &id(1)).await;
    let _ = project.statements().take();
    project
}

#[tokio::test]
async fn a_deletion_is_one_statement_and_so_is_a_batch() {
    let project = zoo::cellar().await;
    let answer = data(&project, &of(NORTH), DELETE, &id(1)).await;
    assert_eq!(answer["deleteBarrel"]["succeed"], true);
    let statements = project.statements().take();
    assert_eq!(statements.len(), 1, "{statements:#?}");
    assert!(statements[0].starts_with("UPDATE "), "{statements:#?}");
    let many = "mutation($ids: [ID!]!) { deleteBarrels(ids: $ids) { succeed } }";
    let ids = json!({ "ids": [barrel_id(3), barrel_id(4)] });
    data(&project, &of(SOUTH), many, &ids).await;
    assert_eq!(project.statements().take().len(), 2);
    let answer = ask(&project, &of(SOUTH), many, &ids).await;
    assert_eq!((codes(&answer), place(&answer)), (vec!["NOT_FOUND"], json!(["ids", 0])));
}

#[tokio::test]
async fn a_deleted_row_and_a_missing_one_answer_alike() {
    let project = cellar().await;
    let operations = [
        "query($id: ID!) { barrel(id: $id) { mark } }",
        DELETE,
        "mutation($id: ID!) { updateBarrel(id: $id, inputs: { litres: 1 }) { mark } }",
        "mutation($id: ID!) { deleteBarrels(ids: [$id]) { succeed } }",
    ];
    for operation in operations {
        for actor in [of(NORTH), super_user()] {
            let mut seen = Vec::new();
            for number in [1, 99] {
                let mut answer = ask(&project, &actor, operation, &id(number)).await;
                assert_eq!(codes(&answer), ["NOT_FOUND"], "{operation} {answer}");
                answer["errors"][0]["extensions"].as_object_mut().unwrap().remove("correlation_id");
                seen.push((answer, project.statements().take()));
            }
            assert_eq!(seen[0], seen[1], "{operation}");
        }
    }
}

#[tokio::test]
async fn lists_counts_filters_and_orders_leave_it_out() {
    let project = cellar().await;
    for (actor, all) in [(of(NORTH), 1), (super_user(), 3)] {
        let query = "{ barrels(orderBy: { litres: true }, first: 1) { pageInfo { totalCount hasNextPage } edges { node { mark } } }
                       named: barrels(filter: { mark: { eq: \"B1\" } }) { pageInfo { totalCount } edges { node { mark } } }
                       others: barrels(filter: { not: { mark: { eq: \"B2\" } } }, orderBy: { mark: true }) { pageInfo { totalCount } edges { node { mark } } } }";
        let answer = data(&project, &actor, query, &json!({})).await;
        assert_eq!(answer["barrels"]["pageInfo"]["totalCount"], all);
        assert_eq!(answer["barrels"]["edges"], json!([{ "node": { "mark": "B2" } }]));
        assert_eq!(answer["barrels"]["pageInfo"]["hasNextPage"], all > 1);
        assert_eq!(answer["named"], json!({ "pageInfo": { "totalCount": 0 }, "edges": [] }));
        assert_eq!(answer["others"]["pageInfo"]["totalCount"], all - 1);
        let old = "{ oldBarrels { pageInfo { totalCount } edges { node { mark taps { metal } } } } }";
        let shown = data(&project, &actor, old, &json!({})).await;
        let expected = json!({ "pageInfo": { "totalCount": 1 }, "edges": [{ "node": { "mark": "B1", "taps": [{ "metal": "T1" }] } }] });
        assert_eq!(shown["oldBarrels"], expected);
    }
    let shown =
        data(&project, &of(SOUTH), "{ oldBarrels { pageInfo { totalCount } edges { node { mark } } } }", &json!({}))
            .await;
    assert_eq!(shown["oldBarrels"], json!({ "pageInfo": { "totalCount": 0 }, "edges": [] }));
}

#[tokio::test]
async fn no_relation_leads_to_it() {
    let project = cellar().await;
    let query = "{ vaults { edges { node { barrels { mark } stock(first: 1, orderBy: { mark: true }) { pageInfo { totalCount } edges { node { mark } } } } } }
                   taps(orderBy: { metal: true }) { edges { node { metal barrel { mark } } } }
                   grapes { edges { node { barrels { mark } } } } }";
    let answer = data(&project, &super_user(), query, &json!({})).await;
    let vault = &answer["vaults"]["edges"][0]["node"];
    assert_eq!(vault["barrels"], json!([{ "mark": "B2" }, { "mark": "B3" }, { "mark": "B4" }]));
    assert_eq!(vault["stock"], json!({ "pageInfo": { "totalCount": 3 }, "edges": [{ "node": { "mark": "B2" } }] }));
    let taps: Vec<&Json> = answer["taps"]["edges"].as_array().unwrap().iter().map(|edge| &edge["node"]).collect();
    assert_eq!(taps[0], &json!({ "metal": "T1", "barrel": null }));
    assert_eq!(taps[1], &json!({ "metal": "T2", "barrel": { "mark": "B2" } }));
    for grape in answer["grapes"]["edges"].as_array().unwrap() {
        assert_eq!(grape["node"]["barrels"].as_array().unwrap().len(), 3, "{grape}");
    }
    let filters = "{ vaults(filter: { barrels: { some: { mark: { eq: \"B1\" } } } }) { pageInfo { totalCount } }
                     all: vaults(filter: { barrels: { every: { litres: { gt: 10 } } } }) { pageInfo { totalCount } }
                     taps(filter: { barrel: { mark: { startsWith: \"B\" } } }) { pageInfo { totalCount } }
                     grapes(filter: { barrels: { some: { mark: { eq: \"B1\" } } } }) { pageInfo { totalCount } } }";
    let answer = data(&project, &super_user(), filters, &json!({})).await;
    let counts =
        ["vaults", "all", "taps", "grapes"].map(|list| answer[list]["pageInfo"]["totalCount"].as_i64().unwrap());
    assert_eq!(counts, [0, 1, 3, 0]);
}

#[tokio::test]
async fn links_and_far_ends_are_left_out_too() {
    let project = cellar().await;
    let delete = "mutation($blend: ID!, $grape: ID!) { deleteBlend(id: $blend) { succeed } deleteGrape(id: $grape) { succeed } }";
    // Barrel 2's red, and all white.
    let ids = json!({ "blend": global_id("BlendNode", Uuid::from_u128(2)), "grape": global_id("GrapeNode", "WHITE") });
    data(&project, &super_user(), delete, &ids).await;
    let query = "{ barrels(orderBy: { mark: true }) { edges { node { mark grapes { id } } } }
                   grapes { edges { node { barrels { mark } } } }
                   red: barrels(filter: { grapes: { some: { id: { eq: $red } } } }, orderBy: { mark: true }) { edges { node { mark } } }
                   any: barrels(filter: { grapes: { none: {} } }) { edges { node { mark } } } }";
    let red = global_id("GrapeNode", "RED");
    let query = query.replace("$red", &format!("\"{red}\""));
    let answer = data(&project, &super_user(), &query, &json!({})).await;
    let edges = |list: &str| -> Vec<Json> {
        answer[list]["edges"].as_array().unwrap().iter().map(|edge| edge["node"].clone()).collect()
    };
    let only_red = json!([{ "id": red }]);
    let expected = [("B2", json!([])), ("B3", only_red.clone()), ("B4", only_red)];
    assert_eq!(edges("barrels"), expected.map(|(mark, grapes)| json!({ "mark": mark, "grapes": grapes })));
    assert_eq!(edges("grapes"), [json!({ "barrels": [{ "mark": "B3" }, { "mark": "B4" }] })]);
    assert_eq!(edges("red"), [json!({ "mark": "B3" }), json!({ "mark": "B4" })]);
    assert_eq!(edges("any"), [json!({ "mark": "B2" })]);
}

#[tokio::test]
async fn nothing_new_refers_to_it() {
    let project = cellar().await;
    let create = "mutation($id: ID!) { createTap(inputs: { barrelId: $id, metal: \"TIN\" }) { metal } }";
    for number in [1, 99] {
        let answer = ask(&project, &super_user(), create, &id(number)).await;
        assert_eq!(codes(&answer), ["NOT_FOUND"]);
        assert_eq!(place(&answer), json!(["inputs", "barrelId"]));
    }
    data(&project, &super_user(), create, &id(2)).await;
}

#[tokio::test]
async fn its_unique_values_are_free_until_it_is_restored() {
    let project = cellar().await;
    let create = "mutation($client: ID!) {
        createBarrel(inputs: { mark: \"B1\", seal: \"S1\", litres: 5, vaultId: \"DEEP\", clientId: $client }) { id } }";
    let client = json!({ "client": client_id(NORTH) });
    let created = data(&project, &of(NORTH), create, &client).await;
    let again = ask(&project, &of(NORTH), create, &client).await;
    assert_eq!(codes(&again), ["ALREADY_EXISTS"]);
    let refused = ask(&project, &of(NORTH), RESTORE, &id(1)).await;
    assert_eq!(codes(&refused), ["ALREADY_EXISTS"], "{refused}");
    data(&project, &of(NORTH), DELETE, &json!({ "id": created["createBarrel"]["id"] })).await;
    let _ = project.statements().take();
    let restored = data(&project, &of(NORTH), RESTORE, &id(1)).await;
    assert_eq!(restored["restoreBarrel"], json!({ "mark": "B1", "version": 3 }));
    // The row, and the payload.
    let expected = if lys::testing::TestDatabase::current() == lys::testing::TestDatabase::MySql { 3 } else { 2 };
    let statements = project.statements().take();
    assert_eq!(statements.len(), expected, "{statements:#?}");
    let same = ask(&project, &of(NORTH), RESTORE, &json!({ "id": created["createBarrel"]["id"] })).await;
    assert_eq!(codes(&same), ["ALREADY_EXISTS"]);
}

#[tokio::test]
async fn a_foreign_row_a_live_one_and_none_are_not_restored() {
    let project = cellar().await;
    for (actor, number) in [(of(SOUTH), 1), (of(NORTH), 2), (of(NORTH), 99), (super_user(), 2)] {
        let answer = ask(&project, &actor, RESTORE, &id(number)).await;
        assert_eq!(codes(&answer), ["NOT_FOUND"], "{answer}");
    }
    let old = data(&project, &super_user(), "{ oldBarrels { pageInfo { totalCount } } }", &json!({})).await;
    assert_eq!(old["oldBarrels"]["pageInfo"]["totalCount"], 1);
}
