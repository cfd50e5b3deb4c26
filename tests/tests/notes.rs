//! What the README says of its example: nobody but its author can read, list, change or delete a note.

use lys::{
    App, GlobalId,
    access::{Actor, Claims},
    testing::{TestProject, user},
};
use serde_json::{Value, json};

#[allow(dead_code, reason = "a program's main function")]
#[path = "../../examples/notes/src/main.rs"]
mod example;

const OPERATIONS: [&str; 5] = ["note", "all_notes", "create_note", "update_note", "delete_note"];
const CREATE: &str = "mutation { createNote(inputs: { title: \"Mine\" }) { id title } }";
const LIST: &str = "{ allNotes { edges { node { id title } } pageInfo { totalCount } } }";

fn writer(number: u128) -> Actor {
    OPERATIONS.into_iter().fold(user(number), Claims::grant_own).into()
}

async fn ask(project: &TestProject, actor: &Actor, query: &str, id: &Value) -> Value {
    project.execute(actor, query, &json!({ "id": id }).to_string()).await
}

#[tokio::test]
async fn a_note_is_its_authors_alone() {
    let project = TestProject::new([App::new("notes", concat!(module_path!(), "::example"))]).await.unwrap();
    let (ada, eve) = (writer(1), writer(2));
    let created = project.execute(&ada, CREATE, "{}").await;
    let id = &created["data"]["createNote"]["id"];
    assert!(id.is_string(), "{created}");

    let missing = json!(GlobalId::new("NoteNode", lys::uuid::Uuid::nil()).encode());
    for operation in [
        "query ($id: ID!) { note(id: $id) { title } }",
        "mutation ($id: ID!) { updateNote(id: $id, inputs: { title: \"Hers\" }) { title } }",
        "mutation ($id: ID!) { deleteNote(id: $id) { succeed } }",
    ] {
        let refused = ask(&project, &eve, operation, id).await;
        assert_eq!(refused["data"], Value::Null);
        assert_eq!(refused["errors"][0]["message"], "NOT_FOUND");
        assert_eq!(refused, ask(&project, &eve, operation, &missing).await, "as if there were none");
        let anonymous = ask(&project, &Actor::Anonymous, operation, id).await;
        assert_eq!(anonymous["errors"][0]["message"], "ACCESS_DENIED_ERROR");
    }
    assert_eq!(project.execute(&eve, LIST, "{}").await["data"]["allNotes"]["pageInfo"]["totalCount"], 0);
    let own = project.execute(&ada, LIST, "{}").await;
    assert_eq!(own["data"]["allNotes"]["edges"], json!([{ "node": { "id": id, "title": "Mine" } }]));

    let deleted = ask(&project, &ada, "mutation ($id: ID!) { deleteNote(id: $id) { succeed } }", id).await;
    assert_eq!(deleted["data"]["deleteNote"]["succeed"], true);
}
