//! `node` and `nodes`: an id is worth what the getter of its type says, and an id that is worth nothing says nothing.

mod attacks;
pub(crate) mod office;

use lys::testing::{Statements, anonymous, super_user, user};
use serde_json::{Value, json};

use self::office::{OWN, desk_id, letter_id, memo_id, office, safe_id, topic_id};

const ANY: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id
    ... on LetterNode { subject topic { label } } ... on TopicNode { label letters { subject } } ... Memo } }
    fragment Memo on MemoNode { text }";

fn ids(ids: &[&str]) -> String {
    json!({ "ids": ids }).to_string()
}

#[tokio::test]
async fn rows_of_several_types_stand_in_the_order_of_their_ids() {
    let office = office().await;
    let (letter, topic, memo) = (letter_id(1), topic_id("tax"), memo_id(1));
    let variables = ids(&[&topic, &letter, &memo, &letter]);
    let answer = office.execute(&super_user(), ANY, &variables).await;
    let expected_letter = json!({
        "__typename": "LetterNode", "id": letter, "subject": "letter 1", "topic": { "label": "about tax" },
    });
    let expected = json!([
        { "__typename": "TopicNode", "id": topic, "label": "about tax",
          "letters": [{ "subject": "letter 1" }, { "subject": "letter 3" }] },
        expected_letter,
        { "__typename": "MemoNode", "id": memo, "text": "memo 1" },
        expected_letter,
    ]);
    assert_eq!(answer, json!({ "data": { "nodes": expected } }));
}

#[tokio::test]
async fn one_row_is_shown_through_fragments_and_the_interface() {
    let office = office().await;
    let query = "query($id: ID!) { a: node(id: $id) { id ... on Node { __typename } ... on LetterNode { subject } }
        b: node(id: $id) { ... on TopicNode { label } } c: node(id: $id) { ...on LetterNode @skip(if: true) { subject } x: id } }";
    let id = letter_id(1);
    let answer = office.execute(&super_user(), query, &json!({ "id": id }).to_string()).await;
    let a = json!({ "id": id, "__typename": "LetterNode", "subject": "letter 1" });
    assert_eq!(answer, json!({ "data": { "a": a, "b": {}, "c": { "x": id } } }));
}

/// As many statements as types and relations, however many ids there are; the function of a getter gets its rows by one more.
#[tokio::test]
async fn statements_depend_on_the_types_and_not_on_the_ids() {
    let office = office().await;
    let letters: Vec<String> = (1..=4).map(letter_id).collect();
    let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
    let (memos, topic) = ([memo_id(1), memo_id(2)], topic_id("tax"));
    let [memo, other_memo] = memos.each_ref().map(String::as_str);
    for (given, statements) in [
        (&letters[..1], 2),
        (&letters[..], 2),
        (&[letters[0], &topic, letters[1]], 4),
        (&[memo], 2),
        (&[memo, other_memo], 2),
        (&[], 0),
        (&["nonsense", "", "TGV0dGVyTm9kZTpub25zZW5zZQ=="], 0),
    ] {
        let ran: Statements<Value> = office.statements_of(&super_user(), ANY, &ids(given)).await;
        let answer = ran.assert_exactly(statements);
        assert!(answer["errors"].is_null(), "{answer}");
        assert_eq!(answer["data"]["nodes"].as_array().map(Vec::len), Some(given.len()));
    }
}

#[tokio::test]
async fn what_the_function_of_a_getter_refuses_is_the_error_of_its_id() {
    let office = office().await;
    let reader = user(3).grant("memo").into();
    let answer = office.execute(&reader, ANY, &ids(&[&memo_id(1), &memo_id(3), &memo_id(2)])).await;
    assert_eq!(answer["data"]["nodes"][0]["text"], "memo 1");
    assert_eq!(answer["data"]["nodes"][1], Value::Null);
    assert_eq!(answer["data"]["nodes"][2]["text"], "memo 2");
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{answer}");
    assert_eq!(answer["errors"][0]["message"], "MEMO_IS_SEALED");
    assert_eq!(answer["errors"][0]["path"], json!(["nodes", 1]));
}

/// An error inside a row nulls that row; the others stay.
#[tokio::test]
async fn a_field_that_fails_nulls_its_own_row() {
    let office = office().await;
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on DeskNode { number inverse } } }";
    let answer = office.execute(&super_user(), query, &ids(&[&desk_id(0), &desk_id(1)])).await;
    assert_eq!(answer["data"]["nodes"], json!([null, { "id": desk_id(1), "number": 1, "inverse": 1.0 }]), "{answer}");
    assert_eq!(answer["errors"][0]["path"], json!(["nodes", 0, "inverse"]));
}

/// A getter that needs more than an id is asked about nothing.
#[tokio::test]
async fn a_getter_with_an_argument_of_its_own_is_none() {
    let office = office().await;
    let query = "query($id: ID!) { node(id: $id) { id } }";
    let answer = office.execute(&super_user(), query, &json!({ "id": safe_id(1) }).to_string()).await;
    assert_eq!(answer, json!({ "data": { "node": null } }));
}

#[tokio::test]
async fn the_number_of_ids_is_limited_and_counted() {
    let office = office().await;
    let id = letter_id(1);
    let answer = office.execute(&super_user(), ANY, &ids(&vec![id.as_str(); 100])).await;
    assert!(answer["errors"].is_null(), "{answer}");
    let ran = office.statements_of(&super_user(), ANY, &ids(&vec![id.as_str(); 101])).await;
    let answer = ran.assert_exactly(0);
    assert_eq!(answer["data"], Value::Null);
    assert_eq!(answer["errors"][0]["extensions"]["code"], "TOO_MANY_IDS");
    assert_eq!(answer["errors"][0]["extensions"]["limit"], 100);

    let cheap = office::office_with(lys::execute::EngineOptions { cost_limit: 200, ..Default::default() }).await;
    let answer = cheap.execute(&super_user(), ANY, &ids(&vec![id.as_str(); 90])).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "DOCUMENT_TOO_EXPENSIVE");
    let shallow = office::office_with(lys::execute::EngineOptions { depth_limit: 1, ..Default::default() }).await;
    let deep = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on LetterNode { topic { label } } } }";
    let answer = shallow.execute(&super_user(), deep, &ids(&[&id])).await;
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("maximum operation depth"), "{answer}");
}

/// What is selected of different types under one key must look alike, as graphql-js asks.
#[tokio::test]
async fn keys_of_different_types_must_look_alike() {
    let office = office().await;
    let refused = async |selection: &str| {
        let query = format!("query($id: ID!) {{ node(id: $id) {{ {selection} }} }}");
        let answer = office.execute(&super_user(), &query, &json!({ "id": letter_id(1) }).to_string()).await;
        if let Some(errors) = answer.get("errors") {
            assert_eq!(errors[0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{answer}");
        }
        answer.get("data").is_none()
    };
    assert!(!refused("... on LetterNode { x: subject } ... on TopicNode { x: label }").await);
    assert!(refused("... on LetterNode { x: subject } ... on DeskNode { x: number }").await, "text and number");
    assert!(refused("... on LetterNode { x: subject } ... on LetterNode { x: note }").await, "two fields of a row");
    assert!(refused("... on LetterNode { x: subject } ... on MemoNode { x: note }").await, "one may be null");
    assert!(refused("... on LetterNode { x: subject } ... on TopicNode { x: letters { subject } }").await, "a list");
    assert!(refused("x: id ... on LetterNode { x: subject }").await, "of the interface");
    let below = "... on LetterNode { x: topic { y: label } } ... on DeskNode { x: topic { y: createdAt } }";
    assert!(refused(below).await, "below");
    let below = "... on LetterNode { x: topic { y: label } } ... on DeskNode { x: topic { y: label } }";
    assert!(!refused(below).await);
    assert!(refused("subject").await, "no field of the interface");
    assert!(refused("... on Office { id }").await, "no type");
    assert!(refused("... on OfficeListConnection { pageInfo { totalCount } }").await, "no row");
}

/// Both decide on their own, in either order, beside each other and beside other root fields.
#[tokio::test]
async fn a_public_type_is_everybodys_and_a_private_one_is_not() {
    let office = office().await;
    let variables = json!({ "topic": topic_id("tax"), "letter": letter_id(1) }).to_string();
    for query in [
        "query($topic: ID!, $letter: ID!) { a: node(id: $topic) { id } b: node(id: $letter) { id } }",
        "query($topic: ID!, $letter: ID!) { b: node(id: $letter) { id } a: node(id: $topic) { id } }",
    ] {
        let answer = office.execute(&anonymous(), query, &variables).await;
        assert_eq!(answer["data"], json!({ "a": { "id": topic_id("tax") }, "b": null }));
        assert_eq!(answer["errors"][0]["extensions"]["code"], "ACCESS_DENIED_ERROR");
        assert_eq!(answer["errors"][0]["path"], json!(["b"]));
        assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1));
    }
    let member = user(3).organization("client", OWN, ["letter"]).into();
    let both = "query($topic: ID!, $letter: ID!) { nodes(ids: [$topic, $letter]) { id } }";
    let answer = office.execute(&member, both, &variables).await;
    assert_eq!(answer, json!({ "data": { "nodes": [{ "id": topic_id("tax") }, { "id": letter_id(1) }] } }));
}
