//! Answers that would be too large are refused with a code, and nothing else breaks.

use lys::{
    execute::EngineOptions,
    testing::{TestProject, super_user},
};
use serde_json::Value;

const NESTED: &str = "{ allProducts { edges { node { name reviews { body } } } } }";
const FLAT: &str = "{ allProducts { edges { node { name } } } }";

async fn answer(options: EngineOptions, query: &str) -> Value {
    let project = TestProject::with_options([catalog::app()], options).await.unwrap();
    project.execute(&super_user(), query, "{}").await
}

#[tokio::test]
async fn a_relation_of_too_many_rows_is_refused() {
    let answer_of = |max_rows| answer(EngineOptions { max_rows, ..EngineOptions::default() }, NESTED);
    let refused = answer_of(59).await;
    assert_eq!(refused["data"], Value::Null);
    assert_eq!(refused["errors"][0]["message"], "TOO_MANY_ROWS");
    assert_eq!(refused["errors"][0]["path"], serde_json::json!(["allProducts"]));
    assert_eq!(answer_of(60).await.get("errors"), None);
}

#[tokio::test]
async fn an_answer_of_too_many_bytes_is_refused() {
    let options = || EngineOptions { max_answer_bytes: 500, ..EngineOptions::default() };
    let refused = answer(options(), FLAT).await;
    assert_eq!(refused["data"], Value::Null);
    assert_eq!(refused["errors"].as_array().map(Vec::len), Some(1));
    assert_eq!(refused["errors"][0]["message"], "ANSWER_TOO_LARGE");
    assert_eq!(answer(options(), "{ allProducts(first: 3) { edges { node { name } } } }").await.get("errors"), None);
}
