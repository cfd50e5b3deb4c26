//! Consistency: what a query sees of what others write meanwhile, and that no request waits for itself.

use std::{
    collections::HashMap,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use catalog::product::{Product, ProductNode};
use lys::{
    context::Request,
    data::{Consistency, DatabaseOptions},
    execute::{Engine, EngineOptions, GraphqlRequest},
    prelude::*,
    testing::{TestProject, super_user, text},
};

use crate::catalog_kit::{ACME, client_id, json, product_id, product_key};

mod raced {
    use super::*;

    /// Engines that write in the middle of a query, by the test's name.
    pub static RIVALS: LazyLock<Mutex<HashMap<String, Arc<Engine>>>> = LazyLock::new(Mutex::default);

    const RIVALRY: &str = "mutation ($inputs: CreateProductInput!, $id: ID!) {
        createProduct(inputs: $inputs) { id } updateProduct(id: $id, inputs: { name: \"Changed\" }) { id } }";

    /// Looks at the products, then a rival adds one and changes another.
    async fn race(ctx: &Context<'_>, rival: String) -> Result<Select<Product>> {
        ctx.reader().count(Product::select()).await?;
        let rival = RIVALS.lock().unwrap().get(&rival).cloned();
        if let Some(rival) = rival {
            let inputs = json!({ "name": "New", "price": 5, "categoryId": "HOME", "clientId": client_id(ACME) });
            let answer = ask(&rival, RIVALRY, &json!({ "inputs": inputs, "id": product_id(0) })).await;
            assert!(answer.get("errors").is_none(), "{answer}");
        }
        Ok(Product::select().order_by(Product::COLUMN.id.asc()))
    }

    /// Of one moment.
    #[connection(node = ProductNode, order_by(name, price, created_at), consistency = snapshot)]
    async fn moment(ctx: &Context<'_>, rival: String) -> Result<Select<Product>> {
        race(ctx, rival).await
    }

    /// Each statement of its own moment.
    #[connection(node = ProductNode, order_by(name, price, created_at), consistency = statement)]
    async fn fresh(ctx: &Context<'_>, rival: String) -> Result<Select<Product>> {
        race(ctx, rival).await
    }

    /// As the project says.
    #[connection(node = ProductNode, order_by(name, price, created_at))]
    async fn usual(ctx: &Context<'_>, rival: String) -> Result<Select<Product>> {
        race(ctx, rival).await
    }

    /// The first product of a moment.
    #[field(query, node = ProductNode, consistency = snapshot)]
    async fn first(ctx: &Context<'_>, rival: String) -> Result<Option<Product>> {
        race(ctx, rival).await?;
        ctx.reader().find(product_key(0)).await
    }

    /// How many products there are.
    #[field(query)]
    async fn count(ctx: &Context<'_>) -> Result<i32> {
        let count = ctx.reader().count(Product::select()).await?;
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }

    pub fn app() -> App {
        App::new("raced", module_path!())
    }
}

async fn project(consistency: Consistency) -> TestProject {
    let options = EngineOptions { consistency, ..EngineOptions::default() };
    TestProject::with_options([catalog::app(), raced::app()], options).await.unwrap()
}

async fn ask(engine: &Engine, query: &str, variables: &Json) -> Json {
    let variables = variables.as_object().unwrap().clone();
    let graphql = GraphqlRequest { query: query.to_owned(), variables, ..GraphqlRequest::default() };
    serde_json::from_str(&text(engine.execute(&Request::of(super_user()), &graphql).await)).unwrap()
}

/// The `data` of a query of `project`, during which a rival writes.
async fn raced(project: &TestProject, name: &str, query: &str) -> Json {
    raced::RIVALS.lock().unwrap().insert(name.to_owned(), Arc::new(project.cold_engine(EngineOptions::default())));
    let mut answer = ask(project.engine(), &query.replace("$rival", &format!("\"{name}\"")), &json!({})).await;
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"].take()
}

const PAGE: &str = "(rival: $rival, first: 1) { pageInfo { totalCount } edges { node { name reviews { rating } category { code } } } }";

fn seen(page: &Json) -> (u64, &str) {
    (page["pageInfo"]["totalCount"].as_u64().unwrap(), page["edges"][0]["node"]["name"].as_str().unwrap())
}

const BEFORE: (u64, &str) = (40, "Desk lamp 1");
const AFTER: (u64, &str) = (41, "Changed");

#[tokio::test]
async fn each_statement_sees_the_newest_rows_unless_a_moment_is_asked_for() {
    for (field, expected) in [("moment", BEFORE), ("fresh", AFTER), ("usual", AFTER)] {
        let project = project(Consistency::Statement).await;
        let data = raced(&project, &format!("statement {field}"), &format!("{{ {field}{PAGE} }}")).await;
        assert_eq!(seen(&data[field]), expected, "{field}");
    }
}

#[tokio::test]
async fn a_project_may_choose_moments_and_an_operation_otherwise() {
    for (field, expected) in [("moment", BEFORE), ("fresh", AFTER), ("usual", BEFORE)] {
        let project = project(Consistency::Snapshot).await;
        let data = raced(&project, &format!("snapshot {field}"), &format!("{{ {field}{PAGE} }}")).await;
        assert_eq!(seen(&data[field]), expected, "{field}");
    }
}

#[tokio::test]
async fn a_custom_field_is_of_a_moment_too() {
    let project = project(Consistency::Statement).await;
    let data = raced(&project, "custom", "{ first(rival: $rival) { name category { code } } }").await;
    assert_eq!(data["first"], json!({ "name": "Desk lamp 1", "category": { "code": "HOME" } }));
}

/// One field of the document asks for it: all are of the same moment.
#[tokio::test]
async fn a_document_is_of_one_moment() {
    let project = project(Consistency::Statement).await;
    let query = format!("{{ before: count fresh{PAGE} moment{PAGE} after: count }}");
    let data = raced(&project, "document", &query).await;
    assert_eq!((seen(&data["fresh"]), seen(&data["moment"])), (BEFORE, BEFORE));
    assert_eq!((&data["before"], &data["after"]), (&json!(40), &json!(40)));
    let later = ask(project.engine(), "{ count }", &json!({})).await;
    assert_eq!(later["data"]["count"], 42, "the rival has written twice");
}

/// What was just written is in the payload, whatever the consistency.
#[tokio::test]
async fn a_payload_knows_what_was_written() {
    let project = project(Consistency::Snapshot).await;
    let mutation = "mutation ($id: ID!) {
        a: updateProduct(id: $id, inputs: { name: \"First\" }) { name category { code } reviews { rating } }
        b: updateProduct(id: $id, inputs: { name: \"Second\" }) { name category { code } reviews { rating } } }";
    let answer = ask(project.engine(), mutation, &json!({ "id": product_id(4) })).await;
    assert_eq!((&answer["data"]["a"]["name"], &answer["data"]["b"]["name"]), (&json!("First"), &json!("Second")));
}

/// A page shorter than its total, or the other way round, would show two moments.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_and_its_total_agree() {
    let project = Arc::new(project(Consistency::Statement).await);
    let done = Arc::new(AtomicBool::new(false));
    let writing = tokio::spawn({
        let (project, done) = (Arc::clone(&project), Arc::clone(&done));
        async move {
            let create = "mutation ($inputs: CreateProductInput!) { createProduct(inputs: $inputs) { id } }";
            let delete = "mutation ($id: ID!) { deleteProduct(id: $id) { succeed } }";
            let inputs = json!({ "name": "Coming", "price": 5, "categoryId": "HOME", "clientId": client_id(ACME) });
            while !done.load(Ordering::Relaxed) {
                let made = ask(project.engine(), create, &json!({ "inputs": inputs })).await;
                let gone = ask(project.engine(), delete, &json!({ "id": made["data"]["createProduct"]["id"] })).await;
                assert_eq!(gone["data"]["deleteProduct"]["succeed"], true, "{gone}");
            }
        }
    });
    let query = "{ all: allProducts(first: 100) { pageInfo { totalCount } edges { node { name } } }
                   coming: allProducts(search: \"Coming\") { edges { node { name } } pageInfo { totalCount } } }";
    for _ in 0..200 {
        let answer = ask(project.engine(), query, &json!({})).await;
        for page in ["all", "coming"] {
            let page = &answer["data"][page];
            assert_eq!(page["pageInfo"]["totalCount"], page["edges"].as_array().unwrap().len(), "{answer}");
        }
    }
    done.store(true, Ordering::Relaxed);
    writing.await.unwrap();
}

/// Whoever waited for a second connection while holding the first would wait for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_connection_serves_many_requests_at_once() {
    let nested = "name category { code } reviews { rating }";
    let query = format!(
        "{{ a: allProducts(first: 10) {{ pageInfo {{ totalCount }} edges {{ node {{ {nested} }} }} }}
            b: allProducts(last: 10) {{ edges {{ node {{ {nested} }} }} }} count }}"
    );
    let moment = format!("{{ moment(rival: \"\") {{ edges {{ node {{ {nested} }} }} }} count }}");
    let mutation =
        format!("mutation ($id: ID!) {{ updateProduct(id: $id, inputs: {{ name: \"Again\" }}) {{ {nested} }} }}");
    for consistency in [Consistency::Statement, Consistency::Snapshot] {
        let project = project(consistency).await;
        let alone =
            DatabaseOptions { connections: 1, acquire_timeout: Duration::from_mins(1), ..DatabaseOptions::default() };
        let options = EngineOptions { consistency, lanes: 4, ..EngineOptions::default() };
        let engine = Arc::new(project.reopened(&alone, options).await.unwrap());
        let requests: Vec<_> = (0..50)
            .map(|number| {
                let engine = Arc::clone(&engine);
                let query = [&query, &moment, &mutation][number % 3].clone();
                let variables = if number % 3 == 2 { json!({ "id": product_id(1) }) } else { json!({}) };
                tokio::spawn(async move { ask(&engine, &query, &variables).await })
            })
            .collect();
        let all = async {
            for request in requests {
                let answer = request.await.unwrap();
                assert!(answer.get("errors").is_none() && answer["data"].is_object(), "{answer}");
            }
        };
        tokio::time::timeout(Duration::from_secs(50), all).await.expect("nobody waits for ever");
    }
}

/// A client that goes away gives its connection back.
#[tokio::test]
async fn an_abandoned_snapshot_frees_its_connection() {
    let project = project(Consistency::Snapshot).await;
    let alone = DatabaseOptions { connections: 1, ..DatabaseOptions::default() };
    let options = EngineOptions { consistency: Consistency::Snapshot, ..EngineOptions::default() };
    let engine = project.reopened(&alone, options).await.unwrap();
    let query = format!("{{ usual{} }}", PAGE.replace("$rival", "\"\""));
    let nothing = json!({});
    for polls in 1..20 {
        let mut asked = Box::pin(ask(&engine, &query, &nothing));
        for _ in 0..polls {
            let waiting = std::future::poll_fn(|context| std::task::Poll::Ready(asked.as_mut().poll(context)));
            if waiting.await.is_ready() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    let answer = tokio::time::timeout(Duration::from_secs(30), ask(&engine, "{ count }", &json!({}))).await.unwrap();
    assert_eq!(answer["data"]["count"], 40);
}
