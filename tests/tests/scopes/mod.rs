//! Whose rows are, where no column of their own says it: by what they belong to, by the author's own scopes, and along relations that
//! check. Every attack is refused as on rows that hold their tenant themselves, and leaves every row as it was.

mod checked;
mod deleted;
mod folders;
mod pairs;
mod reads;
mod rules;
mod writes;
pub(crate) mod yard;

use lys::{
    access::Actor,
    testing::{TestProject, user},
    uuid::Uuid,
};

use self::yard::{NORTH, key, yard};
use crate::catalog_kit::{ask, client_id, codes, data, global_id, json, rows};
use serde_json::Value as Json;

/// Everything that can be done in the yard.
const OPERATIONS: [&str; 20] = [
    "all_sites",
    "job",
    "all_jobs",
    "delete_job",
    "delete_jobs",
    "photo",
    "all_photos",
    "delete_photo",
    "note",
    "all_notes",
    "create_job",
    "create_jobs",
    "import_job",
    "put_job",
    "change_job",
    "send_jobs",
    "move_jobs",
    "double_jobs",
    "clear_jobs",
    "create_photo",
];
const MORE: [&str; 5] = ["hang_photo", "open_site", "create_note", "change_note", "change_notes"];

/// User 3, who leads a site of the south, by a role of the north.
fn member() -> Actor {
    user(3).organization("client", NORTH, OPERATIONS.into_iter().chain(MORE)).into()
}

fn id(node: &str, number: u128) -> String {
    global_id(node, key(number))
}

fn texts(page: &Json, field: &str) -> Vec<String> {
    let edges = page["edges"].as_array().unwrap();
    edges.iter().map(|edge| edge["node"][field].as_str().unwrap().to_owned()).collect()
}

/// `query` is refused with this code, no row has changed, and the rows are the same for `foreign` and `missing`: so are the body and
/// the number of statements.
async fn check_alike(project: &TestProject, actor: &Actor, query: &str, [foreign, missing]: [Json; 2], code: &str) {
    let before = rows(project).await;
    let told = project.statements_of(actor, query, &foreign.to_string()).await;
    let expected = project.statements_of(actor, query, &missing.to_string()).await;
    assert_eq!(told.count(), expected.count(), "{query} {foreign}: {told} but {expected}");
    assert_eq!(codes(&told.answer), [code], "{query} {foreign}: {}", told.answer);
    assert_eq!(told.answer, expected.answer, "{query} {foreign}");
    assert_eq!(rows(project).await, before, "{query} {foreign} has changed something");
}

/// `query` is refused with this code, and no row has changed.
async fn check_refused(project: &TestProject, actor: &Actor, query: &str, variables: Json, code: &str) -> Json {
    let before = rows(project).await;
    let answer = ask(project, actor, query, &variables).await;
    assert_eq!(codes(&answer), [code], "{query} {variables}: {answer}");
    assert_eq!(rows(project).await, before, "{query} {variables} has changed something");
    answer
}
