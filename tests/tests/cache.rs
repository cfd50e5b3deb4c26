//! The plan cache: it holds nothing of a request, and it does not grow without end.

use std::sync::Arc;

use lys::{
    access::{Actor, PermissionChain},
    context::Request,
    data::Dialect,
    execute::{Engine, EngineOptions, GraphqlRequest},
    testing::{TestDatabase, TestProject, super_user, text, user},
};
use serde_json::Value;

use crate::zoo::{self, tour};

const VISITS: &str = "query ($first: Int) { allVisits(first: $first, orderBy: { createdAt: true }) {
    edges { node { visitorId stars } }
    pageInfo { totalCount }
} }";

async fn visits(project: &TestProject, actor: &Actor, variables: &str) -> (usize, i64) {
    let answer = project.execute(actor, VISITS, variables).await;
    assert!(answer["errors"].is_null(), "{answer}");
    let visits = &answer["data"]["allVisits"];
    (visits["edges"].as_array().unwrap().len(), visits["pageInfo"]["totalCount"].as_i64().unwrap())
}

#[tokio::test]
async fn a_cached_plan_serves_any_actor_and_any_variables() {
    let project = zoo::zoo().await;
    let owner = user(1).grant_own("all_visits").into();
    let north = user(9).organization("client", tour::NORTH, ["all_visits"]).into();
    let both = user(9)
        .organization("client", tour::NORTH, ["all_visits"])
        .organization("client", tour::SOUTH, ["all_visits"])
        .into();
    let nobody = user(9).grant_own("all_visits").into();
    for _ in 0..2 {
        assert_eq!(visits(&project, &super_user(), "{}").await, (12, 12));
        assert_eq!(visits(&project, &owner, "{}").await, (3, 3));
        assert_eq!(visits(&project, &north, r#"{ "first": 5 }"#).await, (5, 8));
        assert_eq!(visits(&project, &both, r#"{ "first": 100 }"#).await, (12, 12));
        assert_eq!(visits(&project, &nobody, "{}").await, (0, 0));
        let denied = project.execute(&user(1).into(), VISITS, "{}").await;
        assert_eq!(denied["errors"][0]["message"], "PERMISSION_DENIED");
        let stranger = project.execute(&Actor::Anonymous, VISITS, "{}").await;
        assert_eq!(stranger["errors"][0]["message"], "ACCESS_DENIED_ERROR");
        let wrong = project.execute(&super_user(), VISITS, r#"{ "first": "5" }"#).await;
        assert!(wrong.get("data").is_none());
    }
    assert_eq!(project.engine().plan_cache().1, 1, "one document");
}

#[tokio::test]
async fn a_row_that_changes_hands_changes_scope_at_once() {
    let project = zoo::zoo().await;
    let south = user(9).organization("client", tour::SOUTH, ["all_visits"]).into();
    assert_eq!(visits(&project, &south, "{}").await, (4, 4));
    let transaction = project.database().begin().await.unwrap();
    let (to, from) = if transaction.dialect() == Dialect::Postgres { ("$1", "$2") } else { ("?", "?") };
    let sql = format!("UPDATE visit SET client_id = {to} WHERE client_id = {from}");
    transaction.execute(sql, vec![tour::SOUTH.into(), tour::NORTH.into()]).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(visits(&project, &south, "{}").await, (12, 12));
    let moved = user(9).organization("client", tour::NORTH, ["all_visits"]).into();
    assert_eq!(visits(&project, &moved, "{}").await, (0, 0));
}

#[tokio::test]
async fn one_document_has_a_plan_for_each_switch() {
    let project = zoo::park().await;
    let query = r#"query ($a: Boolean!, $b: Boolean = true) {
        findAnimal(name: "Leo") { name @include(if: $a) legs @skip(if: $b) ... @include(if: $a) { zone { code } } id }
    }"#;
    let mut answers = Vec::new();
    for round in 0..2 {
        for (index, variables) in
            [r#"{"a":true}"#, r#"{"a":true,"b":false}"#, r#"{"a":false}"#, r#"{"a":false,"b":false}"#]
                .iter()
                .enumerate()
        {
            let answer = project.execute_raw(&super_user(), query, variables).await;
            match round {
                0 => answers.push(answer),
                _ => assert_eq!(answers[index], answer),
            }
        }
    }
    assert!(answers[0].starts_with(r#"{"data":{"findAnimal":{"name":"Leo","zone":{"code":"SAVANNA"},"id""#));
    assert!(answers[3].starts_with(r#"{"data":{"findAnimal":{"legs":4,"id""#));
}

#[tokio::test]
async fn a_flood_of_documents_keeps_the_cache_small() {
    let project = zoo::park().await;
    let limit = 256 << 10;
    let engine = project.cold_engine(EngineOptions { plan_cache_bytes: limit, ..EngineOptions::default() });
    let request = Request::of(super_user());
    for number in 0..500 {
        let padding = " ".repeat(number % 90);
        let query = format!("query Q{number} {{ double(number: {number}){padding} }}");
        let graphql = GraphqlRequest { query, ..GraphqlRequest::default() };
        let answer = text(engine.execute(&request, &graphql).await);
        assert_eq!(answer, format!(r#"{{"data":{{"double":{}}}}}"#, number * 2));
    }
    let (bytes, documents) = engine.plan_cache();
    assert!(bytes <= limit, "{bytes} bytes");
    assert!(documents < 100, "{documents} documents");
}

#[tokio::test]
async fn refused_documents_are_not_kept() {
    let project = zoo::park().await;
    for number in 0..20 {
        let answer: Value = project.execute(&super_user(), &format!("{{ unicorn{number} }}"), "{}").await;
        assert!(answer.get("data").is_none());
    }
    assert_eq!(project.engine().plan_cache().1, 0);
}

#[tokio::test]
async fn a_replaying_database_asks_once() {
    if TestDatabase::current() != TestDatabase::Sqlite {
        // The rows of a server cannot be given again.
        return;
    }
    let project = zoo::zoo().await;
    let model = Arc::clone(project.engine().model());
    let database = project.database().replaying();
    let engine = Engine::new(model, database, PermissionChain::default(), EngineOptions::default());
    let graphql = GraphqlRequest { query: VISITS.to_owned(), ..GraphqlRequest::default() };
    let answer = || async { text(engine.execute(&Request::of(super_user()), &graphql).await) };
    let before = answer().await;
    assert!(before.contains("visitorId"), "{before}");
    let transaction = project.database().begin().await.unwrap();
    transaction.execute("DELETE FROM visit".to_owned(), Vec::new()).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(answer().await, before);
    assert_eq!(visits(&project, &super_user(), "{}").await, (0, 0), "the database that it was made of forgets nothing");
}
