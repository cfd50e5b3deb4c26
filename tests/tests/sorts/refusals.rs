//! What is no sort is refused with a code, and cursors belong to the sort that they come from.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lys::{
    app::{App, Model},
    testing::{TestProject, super_user},
};
use serde_json::{Value, json};

use crate::zoo;

async fn ask(project: &TestProject, arguments: &str, variables: Value) -> Value {
    let declared = match arguments {
        arguments if arguments.contains("$d") => "query Q($d: LysSortDirection)",
        arguments if arguments.contains("$n") => "query Q($n: [SearchAnimalsSort!])",
        _ => "",
    };
    let query = format!("{declared} {{ searchAnimals({arguments}) {{ edges {{ cursor node {{ name }} }} }} }}");
    project.execute(&super_user(), &query, &variables.to_string()).await
}

#[tokio::test]
async fn wrong_sorts_are_named() {
    let park = zoo::park().await;
    let eleven: Vec<Value> = ["name", "legs", "price", "born"]
        .iter()
        .map(|name| json!({ *name: "ASC" }))
        .chain([
            json!({ "keeper": { "name": "ASC" } }),
            json!({ "keeper": { "animals": { "count": "ASC" } } }),
            json!({ "zone": { "enabled": "ASC" } }),
            json!({ "zone": { "animals": { "count": "ASC" } } }),
            json!({ "parent": { "nickname": "ASC" } }),
            json!({ "parent": { "mood": "ASC" } }),
            json!({ "children": { "count": "ASC" } }),
        ])
        .collect();
    for (arguments, variables, code) in [
        ("sort: [{ name: ASC }], orderBy: { name: true }", json!({}), "INVALID_ARGUMENT"),
        ("sort: $n", json!({ "n": eleven }), "INVALID_ARGUMENT"),
        // An absent variable leaves a key without its direction.
        ("sort: [{ name: $d }]", json!({}), "GRAPHQL_VALIDATION_FAILED"),
        ("sort: $n", json!({ "n": [{ "name": null }] }), "BAD_USER_INPUT"),
        ("sort: $n", json!({ "n": [{}] }), "BAD_USER_INPUT"),
        ("sort: $n", json!({ "n": [{ "name": "ASC", "legs": "ASC" }] }), "BAD_USER_INPUT"),
        ("sort: $n", json!({ "n": [{ "keeper": {} }] }), "BAD_USER_INPUT"),
        ("sort: $n", json!({ "n": [{ "weight": "ASC" }] }), "BAD_USER_INPUT"),
        ("sort: [{ weight: ASC }]", json!({}), "GRAPHQL_VALIDATION_FAILED"),
        ("sort: [{ name: UP }]", json!({}), "GRAPHQL_VALIDATION_FAILED"),
        ("sort: [{ children: ASC }]", json!({}), "GRAPHQL_VALIDATION_FAILED"),
    ] {
        let answer = ask(&park, arguments, variables).await;
        assert!(answer["data"].is_null(), "{arguments}\n{answer}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{arguments}\n{answer}");
    }
}

/// No sort, an empty one and a null one are the default order; a key that comes again changes nothing.
#[tokio::test]
async fn what_says_nothing_changes_nothing() {
    let park = zoo::park().await;
    let all = ask(&park, "first: 9", json!({})).await;
    assert!(all["errors"].is_null(), "{all}");
    for sort in ["sort: []", "sort: null"] {
        assert_eq!(ask(&park, sort, json!({})).await, all);
    }
    let names = |answer: Value| {
        answer["data"]["searchAnimals"]["edges"]
            .as_array()
            .unwrap()
            .iter()
            .map(|edge| edge["node"].clone())
            .collect::<Vec<_>>()
    };
    let once = names(ask(&park, "sort: [{ legs: DESC }, { name: ASC }]", json!({})).await);
    let again = "sort: [{ legs: DESC }, { name: ASC }, { legs: ASC }]";
    assert_eq!(names(ask(&park, again, json!({})).await), once);
    // One key stands for a list of one.
    let single = names(ask(&park, "sort: { name: DESC }", json!({})).await);
    assert_eq!(names(ask(&park, "sort: [{ name: DESC }]", json!({})).await), single);
}

#[tokio::test]
async fn cursors_belong_to_their_sort() {
    let park = zoo::park().await;
    let sorts = [
        "sort: [{ name: ASC }]",
        "sort: [{ name: DESC }]",
        "sort: [{ keeper: { name: ASC } }]",
        "sort: [{ parent: { nickname: ASC } }]",
        "sort: [{ keeper: { name: ASC } }, { legs: ASC }]",
        "sort: [{ children: { count: ASC } }]",
        "sort: [{ readings: { count: ASC } }]",
        "orderBy: { name: true }",
        "first: 4",
    ];
    for from in sorts {
        let answer = ask(&park, from, json!({})).await;
        let cursor = &answer["data"]["searchAnimals"]["edges"][1]["cursor"];
        assert!(cursor.is_string(), "{from}\n{answer}");
        for to in sorts {
            let answer = ask(&park, &format!("{to}, after: {cursor}"), json!({})).await;
            if from == to {
                assert!(answer["errors"].is_null(), "{from}\n{answer}");
            } else {
                assert_eq!(answer["errors"][0]["extensions"]["code"], "INVALID_CURSOR", "{from} {to}\n{answer}");
            }
        }
    }
    let offset = STANDARD.encode("arrayconnection:1");
    let answer = ask(&park, &format!("sort: [{{ name: ASC }}], after: \"{offset}\""), json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "INVALID_CURSOR", "{answer}");
}

mod hidden {
    use lys::prelude::*;

    #[entity]
    pub struct Spy {
        pub name: String,
        pub alias: String,
        #[has_many(Mission)]
        pub missions: Many<Mission>,
    }

    #[entity(owner = agent_id)]
    pub struct Mission {
        #[references("UserNode")]
        pub agent_id: Uuid,
        #[belongs_to(Spy)]
        pub spy_id: Uuid,
        #[belongs_to(Mission)]
        pub next_id: Option<Uuid>,
        pub goal: String,
    }

    #[node(Spy)]
    #[connection(sort(name, alias, missions))]
    pub struct SpyNode {
        pub name: String,
    }

    #[node(Mission)]
    #[connection(sort(goal, next(goal), spy(alias, missions), agent_id))]
    pub struct MissionNode {
        pub goal: String,
        pub spy: SpyNode,
    }
}

#[test]
fn what_a_node_does_not_show_cannot_be_sorted_by() {
    let built = Model::build(&[App::new("wrong", concat!(module_path!(), "::hidden"))]);
    let faults = built.err().map(|error| error.faults().to_vec()).unwrap_or_default();
    let parts = [
        "`all_spies` sorts by `alias`, which `SpyNode` does not show",
        "`all_spies` sorts by `missions`, which `SpyNode` does not show",
        "`all_missions` sorts by `next`, which `MissionNode` does not show",
        "`all_missions` sorts by `alias`, which `SpyNode` does not show",
        "`all_missions` sorts by `missions`, which `SpyNode` does not show",
        "`all_missions` sorts by `agent_id`, which `MissionNode` does not show",
    ];
    assert_eq!(faults.len(), parts.len(), "{faults:#?}");
    for (fault, part) in faults.iter().zip(parts) {
        assert!(fault.contains(part), "`{part}` is not in: {fault}");
    }
}
