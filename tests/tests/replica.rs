//! Queries read the replica, mutations answer with what they have written.

use std::sync::Arc;

use lys::{
    access::PermissionChain,
    context::Request,
    data::{Database, DatabaseOptions},
    execute::{Engine, EngineOptions, GraphqlRequest},
    testing::{TestDatabase, super_user, text},
};

use crate::catalog_kit::{ACME, catalog, client_id, json, run};

#[test]
fn a_mutation_answers_with_what_a_replica_does_not_know_yet() {
    if TestDatabase::current() == TestDatabase::Sqlite {
        return;
    }
    run(async {
        let (primary, replica) = (catalog().await, catalog().await);
        let options = DatabaseOptions { replica_url: Some(replica.url().to_owned()), ..DatabaseOptions::default() };
        let database = Database::connect(primary.url(), &options).await.unwrap();
        let model = Arc::clone(primary.engine().model());
        let engine = Engine::new(model, database, PermissionChain::default(), EngineOptions::default());
        let ask = async |query: &str, variables: lys::prelude::Json| {
            let variables = variables.as_object().cloned().unwrap_or_default();
            let graphql = GraphqlRequest { query: query.to_owned(), variables, ..GraphqlRequest::default() };
            text(engine.execute(&Request::of(super_user()), &graphql).await)
        };
        let create =
            "mutation ($inputs: CreateProductInput!) { createProduct(inputs: $inputs) { name category { code } } }";
        let inputs = json!({ "name": "Lagging", "price": 1, "categoryId": "HOME", "clientId": client_id(ACME) });
        let created = ask(create, json!({ "inputs": inputs })).await;
        assert_eq!(created, r#"{"data":{"createProduct":{"name":"Lagging","category":{"code":"HOME"}}}}"#);
        let find = "{ allProducts(search: \"lagging\") { pageInfo { totalCount } } }";
        assert_eq!(ask(find, json!({})).await, r#"{"data":{"allProducts":{"pageInfo":{"totalCount":0}}}}"#);
        let of_primary = primary.execute_raw(&super_user(), find, "{}").await;
        assert_eq!(of_primary, r#"{"data":{"allProducts":{"pageInfo":{"totalCount":1}}}}"#);
    });
}
