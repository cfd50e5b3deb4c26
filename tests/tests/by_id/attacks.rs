//! Attacks on `node` and `nodes`: whatever an id is, nothing is learned and nothing changes.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lys::{
    access::Actor,
    testing::{TestProject, anonymous, super_user, user},
};
use serde_json::{Value, json};

use super::office::{OWN, drawer_id, letter_id, memo_id, office, office_with, topic_id};

const ONE: &str =
    "query($id: ID!) { node(id: $id) { id __typename ... on LetterNode { subject } ... on DrawerNode { number } } }";

fn member() -> Actor {
    user(3).organization("client", OWN, ["letter"]).into()
}

async fn bytes(office: &TestProject, actor: &Actor, id: &str) -> String {
    office.execute_raw(actor, ONE, &json!({ "id": id }).to_string()).await
}

/// Foreign, gone, malformed, of another table, of no type, of a type without a getter: the same bytes.
#[tokio::test]
async fn every_id_that_is_worth_nothing_looks_the_same() {
    let office = office().await;
    let before = office.rows().await;
    let nothing = json!({ "data": { "node": null } }).to_string();
    let encoded = |text: &str| STANDARD.encode(text);
    let worthless = [
        letter_id(2),
        letter_id(99),
        drawer_id(1),
        drawer_id(99),
        encoded("LetterNode:"),
        encoded("LetterNode:1"),
        encoded("LetterNode:00000000-0000-0000-0000-000000000001' OR 1=1 --"),
        encoded("letterNode:00000000-0000-0000-0000-000000000001"),
        encoded("Node:00000000-0000-0000-0000-000000000001"),
        encoded("Query:1"),
        encoded("NoNode:1"),
        encoded("TopicNode:00000000-0000-0000-0000-000000000001"),
        encoded("TopicNode:\0"),
        encoded(":"),
        encoded(""),
        "no base64".to_owned(),
        "\u{0}".to_owned(),
        String::new(),
    ];
    for id in &worthless {
        assert_eq!(bytes(&office, &member(), id).await, nothing, "{id}");
    }
    // The same ids at once, between two that are worth something.
    let good = letter_id(1);
    let mut all = vec![good.as_str()];
    all.extend(worthless.iter().map(String::as_str));
    all.push(&good);
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let answer = office.execute(&member(), query, &json!({ "ids": all }).to_string()).await;
    assert!(answer.get("errors").is_none(), "{answer}");
    let nodes = answer["data"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), all.len());
    for (node, id) in nodes.iter().zip(&all) {
        assert_eq!(*node, if *id == good { json!({ "id": good }) } else { Value::Null });
    }
    assert_eq!(office.rows().await, before);
}

/// A foreign and a missing id ask the database the same.
#[tokio::test]
async fn foreign_and_missing_ids_run_the_same_statements() {
    let office = office().await;
    let texts = async |id: String| {
        let ran = office.statements_of(&member(), ONE, &json!({ "id": id }).to_string()).await;
        ran.texts().to_vec()
    };
    let foreign = texts(letter_id(2)).await;
    assert_eq!(foreign.len(), 1);
    assert_eq!(foreign, texts(letter_id(99)).await);
    assert!(texts(drawer_id(1)).await.is_empty(), "nothing is read without a getter");
}

/// Who may not call the getter is told so before anything is read, whether the row is there or not.
#[tokio::test]
async fn a_refusal_says_nothing_of_the_row() {
    let office = office().await;
    for (actor, code) in [(anonymous(), "ACCESS_DENIED_ERROR"), (user(3).into(), "PERMISSION_DENIED")] {
        let mut answers = Vec::new();
        for id in [letter_id(1), letter_id(2), letter_id(99)] {
            let ran = office.statements_of(&actor, ONE, &json!({ "id": id }).to_string()).await;
            let mut answer = ran.assert_exactly(0);
            assert_eq!(answer["errors"][0]["extensions"]["code"], code);
            answer["errors"][0]["extensions"]["correlation_id"] = Value::Null;
            answers.push(answer);
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[0], answers[2]);
    }
}

/// A right to one operation is none to another: deleting, or the getter of another type.
#[tokio::test]
async fn the_right_to_another_operation_opens_nothing() {
    let office = office().await;
    let actor = user(3).grant("delete_letter").grant("desk").grant("node").grant("nodes").grant("all_drawers").into();
    for (id, code) in [(letter_id(1), "PERMISSION_DENIED"), (memo_id(1), "PERMISSION_DENIED")] {
        let ran = office.statements_of(&actor, ONE, &json!({ "id": id }).to_string()).await;
        let answer = ran.assert_exactly(0);
        assert_eq!(answer["data"], json!({ "node": null }));
        assert_eq!(answer["errors"][0]["extensions"]["code"], code);
    }
    assert_eq!(bytes(&office, &actor, &drawer_id(1)).await, r#"{"data":{"node":null}}"#);
}

/// One type's decision is not another's: a public type beside a private one, aliases and batches in both orders.
#[tokio::test]
async fn a_batch_decides_for_each_type() {
    let office = office().await;
    let (topic, letter) = (topic_id("tax"), letter_id(1));
    for ids in [[&topic, &letter], [&letter, &topic]] {
        let query = "query($ids: [ID!]!) { x: nodes(ids: $ids) { id } y: nodes(ids: $ids) { ... on LetterNode { subject } ... on TopicNode { label } } }";
        let answer = office.execute(&anonymous(), query, &json!({ "ids": ids }).to_string()).await;
        let text = answer.to_string();
        assert!(!text.contains("letter 1") && text.contains("about tax"), "{text}");
        let errors = answer["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 2, "{text}");
        assert!(errors.iter().all(|error| error["extensions"]["code"] == "ACCESS_DENIED_ERROR"));
    }
}

/// A relation of a row that was found goes on with the decision of the row's getter.
#[tokio::test]
async fn relations_keep_to_the_decision_of_the_type() {
    let office = office().await;
    let query = "query($id: ID!) { node(id: $id) { ... on LetterNode { topic { letters { subject } } } } }";
    let answer = office.execute(&member(), query, &json!({ "id": letter_id(1) }).to_string()).await;
    // `inherit`: the letters of a topic are part of it, for everybody.
    assert_eq!(
        answer["data"]["node"]["topic"]["letters"],
        json!([{ "subject": "letter 1" }, { "subject": "letter 3" }])
    );
}

/// A getter that the project has turned off is off here too, even for super users.
#[tokio::test]
async fn a_disabled_getter_answers_nobody() {
    let office = super::office::office_without("letter").await;
    let ran = office.statements_of(&super_user(), ONE, &json!({ "id": letter_id(1) }).to_string()).await;
    let answer = ran.assert_exactly(0);
    assert_eq!(answer["data"], json!({ "node": null }));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNKNOWN_WEBSERVICE");
}

/// A refused list of ids is a refused root field: nothing else of the document runs.
#[tokio::test]
async fn too_many_ids_stop_the_whole_document() {
    let office = office_with(lys::execute::EngineOptions { max_ids: 2, ..Default::default() }).await;
    let query = "query($id: ID!) { a: node(id: $id) { id } b: nodes(ids: [$id, $id, $id]) { id } }";
    let ran = office.statements_of(&super_user(), query, &json!({ "id": letter_id(1) }).to_string()).await;
    let answer = ran.assert_exactly(0);
    assert_eq!(answer["data"], Value::Null);
    assert_eq!(answer["errors"][0]["path"], json!(["b"]));
}
