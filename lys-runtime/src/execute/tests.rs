//! The engine on operations made by hand.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_graphql_value::ConstValue;
use serde_json::{Map, Value as Json, json};

use super::*;
use crate::{
    access::{Actor, Claims},
    app::{OperationEntry, Source},
    data::test_entities::TestDatabase,
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
    Request::of(Actor::from(Claims::user(uuid::Uuid::from_u128(1)).super_user()))
}

fn graphql(query: &str, variables: &Json) -> GraphqlRequest {
    let variables: Map<String, Json> = variables.as_object().cloned().unwrap_or_default();
    GraphqlRequest { query: query.to_owned(), variables, ..GraphqlRequest::default() }
}

async fn ask(engine: &Engine, query: &str, variables: &Json) -> Json {
    let bytes = match engine.execute(&request(), &graphql(query, variables)).await {
        Answer::Executed(bytes) | Answer::Refused(bytes) | Answer::ReadOnly(bytes) => bytes,
    };
    serde_json::from_slice(&bytes).expect("JSON")
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
    for (declared, expected) in [
        ("$v: Int", "Variable \"$v\" of type \"Int\" used in position expecting type \"String\"."),
        ("$v: [String]", "Variable \"$v\" of type \"[String]\" used in position expecting type \"String\"."),
    ] {
        let answer = ask(&engine, &format!("query({declared}) {{ search(text: $v) }}"), &variables).await;
        assert_eq!(answer[0]["message"], expected);
    }
    for declared in ["$v: String", "$v: String = \"a\""] {
        let answer = ask(&engine, &format!("query({declared}) {{ search(text: $v) }}"), &variables).await;
        assert_eq!(answer["data"]["search"], true, "{answer}");
    }
    let answer = ask(&engine, "query($v: String!) { search(text: $v) }", &json!({ "v": "a" })).await;
    assert_eq!(answer["data"]["search"], true, "{answer}");

    for declared in ["$v: Boolean", "$v: String!", "$v: [Boolean!]!", "$v: Boolean = null"] {
        let answer = ask(&engine, &format!("query({declared}) {{ search @include(if: $v) }}"), &variables).await;
        let message = answer[0]["message"].as_str().unwrap_or_default();
        assert!(message.ends_with("used in position expecting type \"Boolean!\"."), "{declared}: {answer}");
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
