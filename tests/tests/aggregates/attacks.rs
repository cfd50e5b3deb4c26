//! Aggregates give nothing away: rows that the caller may not see come to nothing, in no group (00-design §2 P3).

use lys::{
    access::Actor,
    testing::{anonymous, super_user, user},
};

use crate::zoo::{
    self,
    market::{ALL, NORTH, NORTHS, USER_7S},
};

const SUMMARY: &str = "aggregate { count price { min max sum avg } pieces { sum avg } name { min max } }
    groups(by: [CLIENT_ID, KEEPER_ID]) { key { clientId keeperId } aggregate { count pieces { sum } name { min } } }";

/// `actor` gets the same bytes from the whole market as from one that has only what the actor may see; who sees everything does not.
async fn check<const VIEW: u8>(actor: &Actor, query: &str) {
    let (whole, seen) = (zoo::market::<ALL>().await, zoo::market::<VIEW>().await);
    let of_whole = whole.execute_raw(actor, query, "{}").await;
    assert!(!of_whole.contains("errors"), "{query}\n{of_whole}");
    assert_eq!(of_whole, seen.execute_raw(actor, query, "{}").await, "{query}");
    let all = super_user();
    assert_ne!(whole.execute_raw(&all, query, "{}").await, seen.execute_raw(&all, query, "{}").await, "{query}");
}

#[tokio::test]
async fn foreign_rows_come_to_nothing() {
    let north = user(3).organization("client", NORTH, ["shelves", "wares"]).into();
    check::<NORTHS>(&north, &format!("{{ wares {{ {SUMMARY} }} }}")).await;
    // Wares of others lie on north's shelves.
    check::<NORTHS>(&north, &format!("{{ shelves {{ edges {{ node {{ stock {{ {SUMMARY} }} }} }} }} }}")).await;
    let owner = user(7).grant_own("wares").into();
    check::<USER_7S>(&owner, &format!("{{ wares {{ {SUMMARY} }} }}")).await;
    let filtered =
        "{ wares(filter: { shelf: { wares: { some: { name: { eq: \"kite\" } } } } }) { aggregate { count } } }";
    check::<NORTHS>(&north, filtered).await;
}

/// Along a public operation nothing private is counted, and who may not call the operation gets no number.
#[tokio::test]
async fn who_sees_nothing_counts_nothing() {
    let market = zoo::market::<ALL>().await;
    let query = "{ publicShelves { edges { node { stock { aggregate { count price { max } } groups(by: CLIENT_ID) { key { clientId } } } } } } }";
    let answer = market.execute(&anonymous(), query, "{}").await;
    let shelves = answer["data"]["publicShelves"]["edges"].as_array().unwrap_or_else(|| panic!("{answer}"));
    assert_eq!(shelves.len(), 4);
    for shelf in shelves {
        let nothing = serde_json::json!({ "aggregate": { "count": 0, "price": { "max": null } }, "groups": [] });
        assert_eq!(shelf["node"]["stock"], nothing);
    }
    for actor in [anonymous(), user(3).into()] {
        let answer = market.execute(&actor, "{ wares { aggregate { count } } }", "{}").await;
        assert!(answer["data"].is_null(), "{answer}");
    }
    // A claim on no organization's rows.
    let nobody = user(3).organization("client", lys::prelude::Uuid::from_u128(99), ["wares"]).into();
    let answer = market
        .execute(
            &nobody,
            "{ wares { aggregate { count name { min } } groups(by: KEEPER_ID) { key { keeperId } } } }",
            "{}",
        )
        .await;
    let nothing = serde_json::json!({ "aggregate": { "count": 0, "name": { "min": null } }, "groups": [] });
    assert_eq!(answer["data"]["wares"], nothing, "{answer}");
}

/// A ware's secret is summed up nowhere, and its shelf, which may be hidden, groups nothing.
#[tokio::test]
async fn what_is_not_opened_cannot_be_asked() {
    let market = zoo::market::<ALL>().await;
    for selection in [
        "aggregate { secret { min } }",
        "aggregate { clientId { min } }",
        "aggregate { name { sum } }",
        "groups(by: SECRET) { aggregate { count } }",
        "groups(by: SHELF_ID) { aggregate { count } }",
        "groups { aggregate { count } }",
        "aggregate",
    ] {
        let answer = market.execute(&super_user(), &format!("{{ wares {{ {selection} }} }}"), "{}").await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{selection}\n{answer}");
    }
    // Shelves have not opted in.
    let answer = market.execute(&super_user(), "{ shelves { aggregate { count } } }", "{}").await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{answer}");
}
