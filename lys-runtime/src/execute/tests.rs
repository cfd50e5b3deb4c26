//! The engine on operations made by hand.
#![allow(clippy::needless_pass_by_value, reason = "resolvers take their call by value")]

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_graphql_value::ConstValue;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::*;
use crate::{
    access::{Actor, Claims, Decision, OrganizationRole},
    app::{EntityEntry, NodeEntry, OperationEntry, Source},
    data::{
        Draft, Writer,
        test_entities::{Category, Product, TestDatabase},
    },
    entity::Entity as _,
    error::Error,
    node::{Node, NodeDef},
    operation::{Authorized, OperationDef, ResolveFn, Resolved, Resolving, Root},
    output::{Output, OutputTypes, TypeRef, ValueWriter, Written},
};

fn entry(definition: OperationDef) -> OperationEntry {
    let field = crate::name::camel_case(definition.name);
    OperationEntry { definition, field, app: "tests", source: Source { file: "tests.rs", line: 1 } }
}

async fn engine(operations: impl IntoIterator<Item = OperationDef>) -> (TestDatabase, Engine) {
    let test = TestDatabase::open().await;
    let mut model = Model::default();
    for operation in operations {
        model.operations.insert(operation.name, entry(operation));
    }
    let options = EngineOptions::default();
    let engine = Engine::new(Arc::new(model), test.database.clone(), PermissionChain::default(), options);
    (test, engine)
}

fn request() -> Request {
    Request::of(Actor::from(Claims::user(Uuid::from_u128(1)).super_user()))
}

fn graphql(query: &str, variables: &Json) -> GraphqlRequest {
    let variables: Map<String, Json> = variables.as_object().cloned().unwrap_or_default();
    GraphqlRequest { query: query.to_owned(), variables, ..GraphqlRequest::default() }
}

async fn ask(engine: &Engine, query: &str, variables: &Json) -> Json {
    serde_json::from_str(&text(engine.execute(&request(), &graphql(query, variables)).await)).expect("JSON")
}

fn text(answer: Answer) -> String {
    let (Answer::Executed(bytes)
    | Answer::Refused(bytes)
    | Answer::ReadOnly(bytes)
    | Answer::NotStreamed(bytes)
    | Answer::RateLimited { errors: bytes, .. }) = answer;
    String::from_utf8(bytes).expect("UTF-8")
}

/// Answers whether `text` is a text or absent.
fn has_text(call: Authorized<'_>) -> Resolving<'_> {
    let proper = matches!(call.arguments().get("text"), None | Some(ConstValue::String(_) | ConstValue::Null));
    Box::pin(async move { Ok(Resolved::value(proper)) })
}

fn search() -> OperationDef {
    let resolve: ResolveFn = has_text;
    OperationDef::field::<bool>("search", Root::Query, resolve).argument::<Option<String>>("text", "")
}

/// Variables reached arguments of another type uncoerced, and null or a text decided on `@include`.
#[tokio::test]
async fn a_variable_fits_where_it_is_used() {
    let (_test, engine) = engine([search()]).await;
    let variables = json!({ "v": null });
    for declared in ["$v: Int", "$v: [String]"] {
        let answer = ask(&engine, &format!("query({declared}) {{ search(text: $v) }}"), &variables).await;
        assert_eq!(answer[0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{declared}: {answer}");
    }
    for declared in ["$v: String", "$v: String = \"a\""] {
        let answer = ask(&engine, &format!("query({declared}) {{ search(text: $v) }}"), &variables).await;
        assert_eq!(answer["data"]["search"], true, "{answer}");
    }
    let answer = ask(&engine, "query($v: String!) { search(text: $v) }", &json!({ "v": "a" })).await;
    assert_eq!(answer["data"]["search"], true, "{answer}");

    for declared in ["$v: Boolean", "$v: String!", "$v: [Boolean!]!", "$v: Boolean = null"] {
        let answer = ask(&engine, &format!("query({declared}) {{ search @include(if: $v) }}"), &variables).await;
        assert_eq!(answer[0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{declared}: {answer}");
    }
    let answer = ask(&engine, "query($v: Boolean = false) { search @include(if: $v) }", &json!({})).await;
    assert_eq!(answer, json!({ "data": {} }));
}

/// An answer that cannot be written.
struct Broken;

impl Output for Broken {
    fn type_ref() -> TypeRef {
        bool::type_ref()
    }

    fn declare(types: &mut OutputTypes) {
        bool::declare(types);
    }

    fn write(&self, _: &mut ValueWriter<'_, '_>) -> Written {
        panic!("the payload")
    }
}

static DONE: AtomicUsize = AtomicUsize::new(0);

/// Leaves one piece of work that panics and one that counts.
fn leave_work(call: &Authorized<'_>) {
    let context = call.context();
    context.after_commit(async { panic!("the work") }).expect("a mutation");
    let count = async {
        DONE.fetch_add(1, Ordering::SeqCst);
        Ok(())
    };
    context.after_commit(count).expect("a mutation");
}

fn good(call: Authorized<'_>) -> Resolving<'_> {
    leave_work(&call);
    Box::pin(async move { Ok(Resolved::value(true)) })
}

fn broken(call: Authorized<'_>) -> Resolving<'_> {
    leave_work(&call);
    Box::pin(async move { Ok(Resolved::value(Broken)) })
}

/// A panic in it was reported as a failure of the write, and a panic of the payload dropped it.
#[tokio::test]
async fn work_after_commit_runs_whatever_panics() {
    let mutation = |name, resolve: ResolveFn| OperationDef::field::<bool>(name, Root::Mutation, resolve);
    let (_test, engine) = engine([search(), mutation("good", good), mutation("broken", broken)]).await;
    let engine = Arc::new(engine);

    let answer = ask(&engine, "mutation { good }", &json!({})).await;
    assert_eq!(answer, json!({ "data": { "good": true } }));
    assert_eq!(DONE.load(Ordering::SeqCst), 1);

    let other = engine.clone();
    let panicked = tokio::spawn(async move { ask(&other, "mutation { broken }", &json!({})).await }).await;
    assert!(panicked.is_err());
    let done = async {
        while DONE.load(Ordering::SeqCst) < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), done).await.expect("it runs");
}

#[tokio::test]
async fn a_refused_document_is_told_so_many_errors_and_no_more() {
    let (_test, engine) = engine([search()]).await;
    let answer = ask(&engine, &format!("{{ search {} }}", "...nothing ".repeat(300)), &json!({})).await;
    assert_eq!(answer.as_array().map(Vec::len), Some(MOST_ERRORS));
}

/// The parser drew the whole line.
#[tokio::test]
async fn a_syntax_error_does_not_repeat_the_document() {
    let (_test, engine) = engine([search()]).await;
    for query in ["{ search(text: \"secret\") ", "{ search(text: \"secret = 1\") } }", "{ search(text: \"secret) }"] {
        let answer = ask(&engine, query, &json!({})).await;
        let message = answer[0]["message"].as_str().unwrap_or_default();
        assert!(message.starts_with("Syntax Error: ") && !message.contains("secret"), "{message}");
        assert!(answer[0]["locations"][0]["column"].as_u64().is_some_and(|column| column > 1), "{answer}");
    }
}

struct ProductNode;

impl Node for ProductNode {
    type Entity = Product;
    const NAME: &'static str = "ProductNode";

    fn definition() -> NodeDef {
        NodeDef::new::<Self>("")
    }
}

/// Answers with the row whose key is the argument, as a hook that reads past its scope might.
fn any_row(call: Authorized<'_>) -> Resolving<'_> {
    Box::pin(async move {
        Ok(Resolved::row(call.arguments().decode::<String>("key")?.parse::<Uuid>().map_err(Error::internal)?))
    })
}

/// It was `NOT_FOUND` where no row at all is null.
#[tokio::test]
async fn a_foreign_row_is_null_where_none_may_be_answered() {
    let find = OperationDef::node_field::<ProductNode, Option<Product>>("find", Root::Query, any_row)
        .argument::<String>("key", "")
        .access::<OrganizationRole>();
    let (test, engine) = engine([find]).await;
    let source = Source { file: "tests.rs", line: 1 };
    let mut model = Model::default();
    model.operations = engine.model.operations.clone();
    model.entities.push(EntityEntry { definition: Product::definition(), app: "tests", source: source.clone() });
    model
        .nodes
        .insert("ProductNode", NodeEntry { definition: ProductNode::definition(), entity: 0, app: "tests", source });
    let engine =
        Engine::new(Arc::new(model), test.database.clone(), PermissionChain::default(), EngineOptions::default());

    let decision = Decision::system("tests");
    let transaction = test.database.begin().await.expect("begins");
    let writer = Writer::new(&test.database, &transaction, &decision);
    writer.create(Draft::<Category>::new().with(Category::COLUMN.id, "BOOKS")).await.expect("creates");
    let mut keys = Vec::new();
    for client in [Uuid::from_u128(0xA), Uuid::from_u128(0xB)] {
        let product = Draft::new()
            .with(Product::COLUMN.name, format!("of {}", client.as_u128()))
            .with(Product::COLUMN.price, rust_decimal::Decimal::ONE)
            .with(Product::COLUMN.category_id, "BOOKS")
            .with(Product::COLUMN.client_id, client);
        keys.push(writer.create(product).await.expect("creates").id);
    }
    transaction.commit().await.expect("commits");
    keys.push(Uuid::nil());

    let claims = Claims::user(Uuid::from_u128(1)).organization("client", Uuid::from_u128(0xA), ["find"]);
    let request = Request::of(claims.into());
    let mut answers = Vec::new();
    for key in keys {
        let asked =
            graphql("query($key: String!) { find(key: $key) { __typename } }", &json!({ "key": key.to_string() }));
        answers.push(text(engine.execute(&request, &asked).await));
    }
    let nothing = r#"{"data":{"find":null}}"#;
    assert_eq!(answers, [r#"{"data":{"find":{"__typename":"ProductNode"}}}"#, nothing, nothing]);
}

static WRITTEN: AtomicUsize = AtomicUsize::new(0);

fn count(_: Authorized<'_>) -> Resolving<'_> {
    WRITTEN.fetch_add(1, Ordering::SeqCst);
    Box::pin(async move { Ok(Resolved::null()) })
}

/// Only non-null fields were refused before anything ran; a client that signs in and tries again would have written twice.
#[tokio::test]
async fn a_mutation_with_a_denied_nullable_field_writes_nothing() {
    let mutation =
        |name| OperationDef::field::<Option<bool>>(name, Root::Mutation, count).access::<crate::access::Role>();
    let (_test, engine) = engine([search(), mutation("allowed"), mutation("denied")]).await;
    let request = Request::of(Claims::user(Uuid::nil()).grant("allowed").into());
    for query in ["mutation { allowed denied }", "mutation { denied allowed }"] {
        let answer: Json =
            serde_json::from_str(&text(engine.execute(&request, &graphql(query, &json!({}))).await)).expect("JSON");
        assert_eq!(answer["data"], Json::Null);
        assert_eq!(answer["errors"][0]["path"], json!(["denied"]));
    }
    assert_eq!(WRITTEN.load(Ordering::SeqCst), 0);
    let answer = text(engine.execute(&request, &graphql("mutation { allowed }", &json!({}))).await);
    assert_eq!((answer.as_str(), WRITTEN.load(Ordering::SeqCst)), (r#"{"data":{"allowed":null}}"#, 1));
}
