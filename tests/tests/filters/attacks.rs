//! Filters give nothing away: what a caller may not see is, for every filter, the same as what is not there (00-design §2 P3).

use std::cell::Cell;

use lys::{
    access::Actor,
    testing::{TestProject, anonymous, super_user, user},
};
use proptest::{collection::vec, prelude::any, test_runner::TestCaseError};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::{
    generate::{Generator, Pool},
    nodes,
    types::Types,
};
use crate::{
    interpreter::runner,
    zoo::{
        self,
        market::{ALL, NORTH, NORTHS, PUBLIC, USER_7S},
    },
};

fn of_north() -> Actor {
    user(3).organization("client", NORTH, ["shelves", "wares"]).into()
}

fn user_7() -> Actor {
    user(7).grant_own("wares").into()
}

fn query(field: &str, ty: &str) -> String {
    format!(
        "query Q($filter: {ty}) {{ {field}(filter: $filter) {{
            edges {{ node {{ id name }} }} pageInfo {{ totalCount hasNextPage }} }} }}"
    )
}

/// For random filters, `actor` gets the same answer from the whole market as from one that has only what the actor may see. The
/// filters are made of everything that there is.
fn check<const VIEW: u8>(actor: &Actor, field: &str, ty: &str) {
    let runtime = Runtime::new().unwrap();
    let (whole, seen) = (runtime.block_on(zoo::market::<ALL>()), runtime.block_on(zoo::market::<VIEW>()));
    let types = runtime.block_on(Types::load(&whole, ty));
    let rows = runtime.block_on(all_rows(&whole, &types, field, ty));
    let pool = Pool::of(&types, ty, &rows);
    let query = query(field, ty);
    let (cases, told_apart) = (Cell::new(0), Cell::new(0));
    let result = runner(250).run(&vec(any::<u8>(), 0..60), |tape| {
        let filter = Generator { types: &types, pool: &pool, tape: tape.into_iter() }.filter(ty, 3);
        let variables = json!({ "filter": filter }).to_string();
        let ask = |actor: &Actor| {
            let ask = |project: &TestProject| runtime.block_on(project.execute_raw(actor, &query, &variables));
            (ask(&whole), ask(&seen))
        };
        let (of_whole, of_seen) = ask(actor);
        if of_whole.contains("errors") || of_whole != of_seen {
            return Err(TestCaseError::fail(format!("{filter}\nwhole: {of_whole}\nseen:  {of_seen}")));
        }
        let (of_whole, of_seen) = ask(&super_user());
        cases.set(cases.get() + 1);
        told_apart.set(told_apart.get() + usize::from(of_whole != of_seen));
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    // The same filters do tell the two markets apart for who sees everything, or this would prove little.
    assert!(told_apart.get() * 20 >= cases.get(), "{field}: {told_apart:?} of {cases:?}");
}

async fn all_rows(project: &TestProject, types: &Types, field: &str, ty: &str) -> Vec<Value> {
    let query = format!("{{ {field} {{ edges {{ node {{ key: id {} }} }} }} }}", types.selection(ty));
    let answer = project.execute(&super_user(), &query, "{}").await;
    assert!(answer["errors"].is_null(), "{query}\n{answer}");
    nodes(&answer["data"][field])
}

#[test]
fn a_tenant_filters_by_nothing_of_another() {
    check::<NORTHS>(&of_north(), "shelves", "ShelvesFilter");
    check::<NORTHS>(&of_north(), "wares", "WaresFilter");
}

#[test]
fn an_owner_filters_by_nothing_of_others() {
    check::<USER_7S>(&user_7(), "wares", "WaresFilter");
}

#[test]
fn the_public_filters_by_nothing_private() {
    check::<PUBLIC>(&anonymous(), "publicShelves", "PublicShelvesFilter");
}

async fn names(project: &TestProject, actor: &Actor, field: &str, filter: &str) -> Vec<String> {
    let query = format!("{{ {field}(filter: {filter}) {{ edges {{ node {{ name }} }} }} }}");
    let answer = project.execute(actor, &query, "{}").await;
    assert!(answer["errors"].is_null(), "{query}\n{answer}");
    nodes(&answer["data"][field]).iter().map(|node| node["name"].as_str().unwrap().to_owned()).collect()
}

/// The same in words that can be read.
#[tokio::test]
async fn a_foreign_row_is_neither_some_nor_one_of_every() {
    let market = zoo::market::<ALL>().await;
    let rows = [
        // South's kite lies on north's shelf.
        ("{ wares: { some: { name: { eq: \"kite\" } } } }", vec!["toys"], vec![]),
        ("{ not: { wares: { none: { name: { eq: \"kite\" } } } } }", vec!["toys"], vec![]),
        ("{ wares: { every: { pieces: { lt: 4 } } } }", vec!["bare"], vec!["toys", "maps", "bare"]),
        ("{ wares: { some: { shelf: { supplier: { name: { eq: \"Sven\" } } } } } }", vec!["maps", "hats"], vec![]),
        ("{ supplier: { name: { startsWith: \"S\" } } }", vec!["maps", "hats"], vec![]),
        // Labels are part of their shelf, and lead to no ware that is not north's.
        ("{ labels: { some: { text: { contains: \"south\" } } } }", vec!["toys"], vec!["toys"]),
        ("{ labels: { some: { shelf: { wares: { some: { name: { eq: \"kite\" } } } } } } }", vec!["toys"], vec![]),
    ];
    for (filter, all, norths) in rows {
        assert_eq!(names(&market, &super_user(), "shelves", filter).await, all, "{filter}");
        assert_eq!(names(&market, &of_north(), "shelves", filter).await, norths, "{filter}");
    }
    let ball = "{ wares: { some: { name: { eq: \"ball\" } } } }";
    assert_eq!(names(&market, &super_user(), "publicShelves", ball).await, ["toys"]);
    assert!(names(&market, &anonymous(), "publicShelves", ball).await.is_empty());
}

/// A ware's secret is in no filter, so no document can ask for it.
#[tokio::test]
async fn what_is_not_opened_cannot_be_asked() {
    let market = zoo::market::<ALL>().await;
    for filter in ["{ wares: { some: { secret: { startsWith: \"s\" } } } }", "{ supplierId: { isNull: false } }"] {
        let answer = market
            .execute(&of_north(), &format!("{{ shelves(filter: {filter}) {{ edges {{ cursor }} }} }}"), "{}")
            .await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{answer}");
        let variables = json!({ "filter": { "secret": { "eq": "x" } } }).to_string();
        let answer = market.execute(&of_north(), &query("shelves", "ShelvesFilter"), &variables).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
    }
}
