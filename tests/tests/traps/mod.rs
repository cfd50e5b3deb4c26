//! What sorts, aggregates and upserts meet in tables and columns that are named like words of SQL or like what statements call things
//! themselves, and in values at the ends of their ranges: the same answers on every database.

mod deleted;
mod ledger;
mod numbers;
mod orders;
mod paths;

use lys::{
    prelude::*,
    testing::{TestProject, super_user},
};
use serde_json::{Value as Json, json};

async fn project(module: &'static str) -> TestProject {
    TestProject::new([App::new("traps", module)]).await.unwrap_or_else(|error| panic!("{error:?}"))
}

async fn ask(project: &TestProject, query: &str) -> Json {
    let mut answer = project.execute(&super_user(), query, "{}").await;
    assert!(answer.get("errors").is_none(), "{query}\n{answer}");
    answer["data"].take()
}

fn nodes(page: &Json) -> Vec<Json> {
    page["edges"].as_array().unwrap().iter().map(|edge| edge["node"].clone()).collect()
}
