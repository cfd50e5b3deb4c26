//! Aggregates of connections: what rows come to is what they come to by hand, on lists, on filtered lists, on the lists of many parents
//! and in groups; and what a caller may not see comes to nothing.

mod attacks;
mod by_hand;
mod refusals;

use lys::testing::{TestProject, super_user};
use serde_json::{Value, json};

use self::by_hand::{Column, columns, grouped, selection, summed_up};
use crate::zoo;

async fn ask(project: &TestProject, query: &str) -> Value {
    let answer = project.execute(&super_user(), query, "{}").await;
    assert!(answer["errors"].is_null(), "{query}\n{answer}");
    answer["data"].clone()
}

fn nodes(page: &Value) -> Vec<Value> {
    page["edges"].as_array().unwrap().iter().map(|edge| edge["node"].clone()).collect()
}

const READINGS: &[Column] = columns![batch: number, label, level: number, amount: number, day, takenAt];
const MEMBERS: &[Column] = columns![nickname, points: number, balance: number, joined, seenAt];

#[tokio::test]
async fn all_rows_come_to_what_they_do_by_hand() {
    let park = zoo::park().await;
    for arguments in [
        "",
        "(first: 2)",
        "(filter: { note: { isNull: false } }, last: 1)",
        "(filter: { animal: { name: { eq: \"Leo\" } } })",
        "(filter: { label: { in: [] } })",
    ] {
        let every = arguments.replace("first: 2", "first: 100").replace("last: 1", "last: 100");
        let query = format!(
            "{{ all: searchReadings{every} {{ edges {{ node {{ batch label level amount day takenAt }} }} }}
                some: searchReadings{arguments} {{ aggregate {{ {} }} pageInfo {{ totalCount }} edges {{ cursor }} }} }}",
            selection(READINGS)
        );
        let answer = ask(&park, &query).await;
        let rows = nodes(&answer["all"]);
        by_hand::assert_close(&answer["some"]["aggregate"], &summed_up(READINGS, &rows), &query);
        assert_eq!(answer["some"]["aggregate"]["count"], answer["some"]["pageInfo"]["totalCount"]);
    }
}

/// By every choice of what rows may share: the groups, their order, and what each comes to.
#[tokio::test]
async fn groups_are_those_made_by_hand() {
    let park = zoo::park().await;
    let choices =
        [("good", "GOOD"), ("mood", "MOOD"), ("note", "NOTE"), ("amount", "AMOUNT"), ("animalId", "ANIMAL_ID")];
    for chosen in 1_u32..(1 << choices.len()) {
        let chosen: Vec<_> =
            choices.iter().enumerate().filter(|(at, _)| chosen & (1 << at) != 0).map(|(_, choice)| *choice).collect();
        let by: Vec<&str> = chosen.iter().rev().map(|(_, choice)| *choice).collect();
        let query = format!(
            "{{ allReadings {{ edges {{ node {{ batch label level amount day takenAt good mood note animal {{ id }} }} }}
                groups(by: [{}]) {{ key {{ good mood note amount animalId }} aggregate {{ {} }} }} }} }}",
            by.join(", "),
            selection(READINGS)
        );
        let answer = &ask(&park, &query).await["allReadings"];
        let rows: Vec<Value> = nodes(answer)
            .into_iter()
            .map(|mut row| {
                row["animalId"] = row["animal"]["id"].clone();
                row
            })
            .collect();
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let chosen: Vec<&str> = chosen.iter().map(|(name, _)| *name).collect();
        let expected = grouped(READINGS, &rows, &names, &chosen);
        assert!(expected.len() > 1);
        by_hand::assert_close(&answer["groups"], &Value::from(expected), &query);
    }
}

/// The lists of many parents: each its own, in as many statements as there are fields, however many parents there are.
#[tokio::test]
async fn lists_of_relations_come_to_what_they_do_by_hand() {
    let club = zoo::club().await;
    let fields = "edges { node { nickname points balance joined seenAt active } }";
    let summary = format!(
        "aggregate {{ {all} }} groups(by: ACTIVE) {{ key {{ active joined }} aggregate {{ {all} }} }}",
        all = selection(MEMBERS)
    );
    for (above, list) in
        [("allBranches", "roster"), ("allLockers", "users"), ("allMembers", "class"), ("allMembers", "circle")]
    {
        let query = format!(
            "{{ {above} {{ edges {{ node {{ all: {list} {{ {fields} }} few: {list}(first: 1) {{ {summary} }} }} }} }} }}"
        );
        let ran = club.statements_of(&super_user(), &query, "{}").await;
        assert!(ran.answer["errors"].is_null(), "{query}\n{}", ran.answer);
        let mut filled = 0;
        for parent in nodes(&ran.answer["data"][above]) {
            let rows = nodes(&parent["all"]);
            filled += usize::from(!rows.is_empty());
            by_hand::assert_close(&parent["few"]["aggregate"], &summed_up(MEMBERS, &rows), &query);
            let expected = Value::from(grouped(MEMBERS, &rows, &["active", "joined"], &["active"]));
            by_hand::assert_close(&parent["few"]["groups"], &expected, &query);
        }
        assert!(filled > 1, "{list}");
        // The parents, all their rows, and one for each field: no page was asked for.
        ran.assert_exactly(4);
    }
}

/// One statement for each field, and only for what is selected: no rows are read for them.
#[tokio::test]
async fn an_aggregate_is_one_statement() {
    let park = zoo::park().await;
    for (fields, statements) in [
        ("aggregate { count }", 1),
        ("aggregate { __typename }", 1),
        ("aggregate { count amount { sum avg min max } level { sum } }", 1),
        ("groups(by: [GOOD, MOOD]) { key { good } aggregate { amount { avg } } }", 1),
        (
            "a: aggregate { count } b: groups(by: GOOD) { aggregate { count } } edges { cursor } pageInfo { totalCount }",
            3,
        ),
    ] {
        let ran = park.statements_of(&super_user(), &format!("{{ allReadings {{ {fields} }} }}"), "{}").await;
        assert!(ran.answer["errors"].is_null(), "{}", ran.answer);
        ran.assert_exactly(statements);
    }
}

#[tokio::test]
async fn names_and_aliases_are_the_clients() {
    let park = zoo::park().await;
    let query = "{ allReadings { x: aggregate { __typename n: count amount { __typename most: max } }
        g: groups(by: GOOD) { __typename k: key { __typename good } aggregate { count } } } }";
    let answer = &ask(&park, query).await["allReadings"];
    assert_eq!(answer["x"]["__typename"], "ReadingNodeAggregate");
    assert_eq!(answer["x"]["amount"]["__typename"], "LysFloatAggregate");
    assert_eq!(answer["x"]["n"], json!(60));
    assert_eq!(answer["g"][0]["__typename"], "ReadingNodeGroup");
    assert_eq!(answer["g"][0]["k"], json!({ "__typename": "ReadingNodeGroupKey", "good": null }));
}
