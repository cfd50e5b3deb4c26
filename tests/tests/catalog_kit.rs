//! The catalog under test: its actors, its ids, and what "nothing has changed" means.

use std::future::Future;

use lys::{
    GlobalId,
    access::{Actor, Claims},
    actix_web::rt::System,
    testing::{TestProject, user},
    uuid::Uuid,
};
use serde_json::Value as Json;

pub use catalog::demo::{ACME, GLOBEX};
pub use serde_json::json;

/// Operations that the organization role of the demo members grants.
pub const OF_MEMBERS: [&str; 4] = ["product", "all_products", "update_product", "delete_product"];

/// Demo products with a number below this are ACME's, the others GLOBEX's.
pub const OF_ACME: u32 = 20;

/// Runs a test on actix's runtime.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    System::new().block_on(test)
}

pub async fn catalog() -> TestProject {
    TestProject::new([catalog::app()]).await.unwrap()
}

/// Member of one client by organization role.
pub fn member(client: Uuid) -> Actor {
    user(3).organization("client", client, OF_MEMBERS).into()
}

/// May do everything by global role.
pub fn manager() -> Actor {
    OF_MEMBERS.into_iter().chain(["create_product"]).fold(user(2), Claims::grant).into()
}

pub fn global_id(type_name: &str, key: impl ToString) -> String {
    GlobalId::new(type_name, key).encode()
}

pub fn product_key(number: u32) -> Uuid {
    Uuid::from_u128(0x4000_8000_0000_0000_0000 | u128::from(number))
}

/// Global id of a demo product.
pub fn product_id(number: u32) -> String {
    global_id("ProductNode", product_key(number))
}

pub fn client_id(client: Uuid) -> String {
    global_id("ClientNode", client)
}

/// Runs `query` and gives the answer.
pub async fn ask(project: &TestProject, actor: &Actor, query: &str, variables: &Json) -> Json {
    project.execute(actor, query, &variables.to_string()).await
}

/// The `data` of an answer without errors.
pub async fn data(project: &TestProject, actor: &Actor, query: &str, variables: &Json) -> Json {
    let mut answer = ask(project, actor, query, variables).await;
    assert!(answer.get("errors").is_none(), "{query}: {answer}");
    answer["data"].take()
}

/// Codes of the errors of an answer, in order.
pub fn codes(answer: &Json) -> Vec<&str> {
    let errors = answer["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap_or("no code")).collect()
}

/// `query` is refused with exactly these codes, `data` is null, and no row has changed.
pub async fn check_refused(
    project: &TestProject,
    actor: &Actor,
    query: &str,
    variables: &Json,
    expected: &[&str],
) -> Json {
    let before = rows(project).await;
    let answer = ask(project, actor, query, variables).await;
    assert_eq!(codes(&answer), expected, "{query} {variables}: {answer}");
    assert_eq!(answer.get("data"), Some(&Json::Null), "{query}: {answer}");
    assert_eq!(rows(project).await, before, "{query} has changed something");
    answer
}

/// SQL as SQLite reads it: names in double quotes, values as question marks.
pub fn generic(sql: &str) -> String {
    let mut parts = sql.split('$');
    let first = parts.next().unwrap_or_default().to_owned();
    let numbered =
        parts.fold(first, |sql, part| sql + "?" + part.trim_start_matches(|letter: char| letter.is_ascii_digit()));
    numbered.replace('`', "\"")
}

/// Whether `text` tells that a table is missing, in the words of any database.
pub fn tells_of_a_missing_table(text: &str) -> bool {
    ["no such table", "does not exist", "doesn't exist"].iter().any(|words| text.contains(words))
}

/// Every row of every table, as text.
pub async fn rows(project: &TestProject) -> Vec<String> {
    let rows = project.rows().await;
    let _ = project.statements().take();
    rows
}
