//! What is no filter is refused with a code, and cursors belong to the filter that they come from.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lys::{
    GlobalId,
    app::{App, Model},
    testing::{TestProject, super_user},
};
use serde_json::{Value, json};

use super::{ask, nodes};
use crate::zoo;

async fn error(project: &TestProject, filter: Value) -> Value {
    let query = "query Q($filter: SearchAnimalsFilter) { searchAnimals(filter: $filter) { edges { cursor } } }";
    let answer = project.execute(&super_user(), query, &json!({ "filter": filter }).to_string()).await;
    assert!(answer["data"].is_null(), "{filter}\n{answer}");
    assert_eq!(answer["errors"].as_array().unwrap().len(), 1, "{filter}\n{answer}");
    answer["errors"][0].clone()
}

fn mistake(path: Value, rule: &str, message: &str) -> Value {
    json!({ "path": path, "rule": rule, "message": message })
}

#[tokio::test]
async fn null_says_nothing_and_is_refused() {
    let park = zoo::park().await;
    let text = "a value is required; leave out what shall not be asked";
    for (filter, path) in [
        (json!({ "name": null }), json!(["filter", "name"])),
        (json!({ "name": { "eq": null } }), json!(["filter", "name", "eq"])),
        (json!({ "nickname": { "isNull": null } }), json!(["filter", "nickname", "isNull"])),
        (json!({ "name": { "notIn": null } }), json!(["filter", "name", "notIn"])),
        (json!({ "readings": null }), json!(["filter", "readings"])),
        (json!({ "readings": { "some": null } }), json!(["filter", "readings", "some"])),
        (json!({ "keeper": null }), json!(["filter", "keeper"])),
        (json!({ "and": null }), json!(["filter", "and"])),
        (json!({ "or": [{}, { "not": null }] }), json!(["filter", "or", 1, "not"])),
    ] {
        let error = error(&park, filter).await;
        assert_eq!(error["extensions"]["code"], "INVALID_INPUT", "{error}");
        assert_eq!(error["extensions"]["fields"], json!([mistake(path, "required", text)]));
    }
    // The argument itself may be null: then there is no filter.
    let query = "query Q($filter: SearchAnimalsFilter) { searchAnimals(filter: $filter) { edges { cursor } } }";
    let all = ask(&park, query, json!({ "filter": null })).await;
    assert_eq!(all["searchAnimals"]["edges"].as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn every_mistake_is_listed_and_no_value_repeated() {
    let park = zoo::park().await;
    let filter = json!({ "name": { "in": ["fine", "evil\0"] }, "not": { "nickname": { "contains": "evil\0" } } });
    let error = error(&park, filter).await;
    let text = "must be text without NUL";
    let mistakes = [
        mistake(json!(["filter", "not", "nickname", "contains"]), "type", text),
        mistake(json!(["filter", "name", "in", 1]), "type", text),
    ];
    assert_eq!(error["extensions"]["fields"], json!(mistakes));
    assert!(!error.to_string().contains("evil"));
}

#[tokio::test]
async fn ids_are_those_of_the_right_type() {
    let park = zoo::park().await;
    let key = "00000000-0000-0a41-0000-000000000001";
    let keeper = GlobalId::new("KeeperNode", key).encode();
    let zone = GlobalId::new("ZoneNode", "FOREST").encode();
    for filter in [
        json!({ "id": { "eq": keeper } }),
        json!({ "id": { "in": [GlobalId::new("AnimalNode", key).encode(), keeper] } }),
        json!({ "id": { "eq": "?" } }),
        json!({ "id": { "eq": GlobalId::new("AnimalNode", "FOREST").encode() } }),
        json!({ "id": { "eq": zone } }),
        json!({ "zoneId": { "eq": keeper } }),
        json!({ "keeper": { "id": { "eq": zone } } }),
    ] {
        assert_eq!(error(&park, filter).await["extensions"]["code"], "NOT_FOUND");
    }
    let query = "query Q($zone: ID!) { searchAnimals(filter: { zoneId: { eq: $zone } }) { edges { node { name } } } }";
    let found = ask(&park, query, json!({ "zone": zone })).await;
    assert_eq!(nodes(&found["searchAnimals"]), [json!({ "name": "Kaa" }), json!({ "name": "Sid" })]);
}

#[tokio::test]
async fn a_filter_has_its_limits() {
    let park = zoo::park().await;
    let question = json!({ "name": { "eq": "Leo" } });
    let search = json!({ "parent": {} });
    let names = vec!["Leo"; 1_001];
    for filter in [
        json!({ "or": vec![question.clone(); 100] }),
        json!({ "and": vec![json!({}); 200] }),
        json!({ "name": { "in": names } }),
        json!({ "or": vec![search.clone(); 11] }),
    ] {
        assert_eq!(error(&park, filter).await["extensions"]["code"], "FILTER_TOO_LARGE");
    }
    let query = "query Q($filter: SearchAnimalsFilter) { searchAnimals(filter: $filter) { pageInfo { totalCount } } }";
    for (filter, count) in [
        (json!({ "or": vec![question; 99] }), 1),
        (json!({ "name": { "in": names[1..] } }), 1),
        (json!({ "or": vec![search; 10] }), 3),
    ] {
        let answer = ask(&park, query, json!({ "filter": filter })).await;
        assert_eq!(answer["searchAnimals"]["pageInfo"]["totalCount"], count);
    }
}

/// The filter is a part of the list: a cursor of another one does not say where to go on.
#[tokio::test]
async fn a_cursor_belongs_to_its_filter() {
    let park = zoo::park().await;
    let page = |filter: &str, more: &str| {
        format!(
            "query Q($legs: Int, $after: String) {{ scalars(int: $legs, text: $after) searchAnimals({filter}{more}, orderBy: {{ name: true }}) {{ edges {{ cursor node {{ name }} }} }} }}"
        )
    };
    let start = |filter: &'static str, legs: Value| {
        let park = &park;
        async move {
            let data = ask(park, &page(filter, ", first: 1"), json!({ "legs": legs })).await;
            data["searchAnimals"]["edges"][0]["cursor"].as_str().unwrap().to_owned()
        }
    };
    let literal = start("filter: { legs: { gte: 2 } }", Value::Null).await;
    let variable = start("filter: { legs: { gte: $legs } }", json!(2)).await;
    let turned = start("filter: { not: { legs: { gte: $legs } } }", json!(2)).await;
    let none = start("named: null", Value::Null).await;
    assert_eq!(literal, variable);
    let offset = STANDARD.encode("arrayconnection:0");
    for (filter, legs, cursor, fits) in [
        ("filter: { legs: { gte: $legs } }", json!(2), &literal, true),
        ("filter: { legs: { gte: 2 } }", Value::Null, &variable, true),
        ("filter: { legs: { gte: $legs } }", json!(3), &variable, false),
        ("filter: { legs: { gt: $legs } }", json!(2), &variable, false),
        ("filter: { legs: { gte: $legs } }", json!(2), &turned, false),
        ("filter: { legs: { gte: $legs } }", json!(2), &none, false),
        ("filter: null", Value::Null, &none, true),
        ("filter: null", Value::Null, &variable, false),
        // The reference has no filters, so its offsets cannot come from a filtered list.
        ("filter: { legs: { gte: $legs } }", json!(2), &offset, false),
        ("filter: null", Value::Null, &offset, true),
    ] {
        let variables = json!({ "legs": legs, "after": cursor }).to_string();
        let answer = park.execute(&super_user(), &page(filter, ", after: $after"), &variables).await;
        if fits {
            assert!(answer["errors"].is_null(), "{filter} {answer}");
        } else {
            assert_eq!(answer["errors"][0]["extensions"]["code"], "INVALID_CURSOR", "{filter} {answer}");
        }
    }
}

/// Pages of a filtered list, walked forward, are the list.
#[tokio::test]
async fn a_filtered_list_has_pages() {
    let park = zoo::park().await;
    let query = "query Q($first: Int, $after: String) {
        searchReadings(filter: { or: [{ note: { isNull: true } }, { animal: { name: { ne: \"Leo\" } } }] },
            orderBy: { level: false }, first: $first, after: $after) {
            edges { node { id } } pageInfo { hasNextPage endCursor totalCount } } }";
    let all = ask(&park, query, json!({})).await["searchReadings"].take();
    let (mut walked, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = ask(&park, query, json!({ "first": 7, "after": after })).await["searchReadings"].take();
        walked.extend(nodes(&page));
        assert_eq!(page["pageInfo"]["totalCount"], all["pageInfo"]["totalCount"]);
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] != true {
            break;
        }
    }
    assert_eq!(walked, nodes(&all));
    assert!(walked.len() > 14 && walked.len() < 60, "{}", walked.len());
}

/// A filter costs no statement of its own, and a filter's text holds no value.
#[tokio::test]
async fn a_filter_is_a_part_of_its_statement() {
    let park = zoo::park().await;
    let query = "{ searchAnimals(filter: { name: { contains: \"needle\" }, keeper: { name: { in: [\"needle\"] } },
        readings: { none: { amount: { gt: 123456 } } } }) { edges { node { id } } } }";
    let ran = park.statements_of(&super_user(), query, "{}").await;
    assert!(!ran.texts().iter().any(|text| text.contains("needle") || text.contains("123456")), "{ran}");
    ran.assert_exactly(1);
}

mod wrong {
    /// What is hidden, or has another's name.
    pub mod hidden {
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
        #[connection(filter(name, alias, missions(goal)))]
        pub struct SpyNode {
            pub name: String,
        }

        #[node(Mission)]
        #[connection(filter(goal, spy_id, next_id, agent_id))]
        pub struct MissionNode {
            pub goal: String,
            pub spy: SpyNode,
            pub next: Option<MissionNode>,
        }
    }

    pub mod names {
        use lys::prelude::*;

        #[entity]
        pub struct Word {
            pub text: String,
        }

        #[node(Word)]
        pub struct WordNode {
            pub text: String,
        }

        #[connection(node = WordNode, filter(text))]
        async fn words(_ctx: &Context<'_>, filter: Option<String>) -> Result<Select<Word>> {
            Ok(Word::select().filter_some(filter, |text| Word::COLUMN.text.eq(text)))
        }

        #[derive(Input)]
        pub struct WordsFilter {
            pub text: String,
        }

        #[field(query)]
        async fn count_words(_ctx: &Context<'_>, by: WordsFilter) -> Result<String> {
            Ok(by.text)
        }
    }
}

fn faults(root: &'static str) -> Vec<String> {
    Model::build(&[App::new("wrong", root)]).err().map(|error| error.faults().to_vec()).unwrap_or_default()
}

#[test]
fn what_a_node_does_not_show_cannot_be_filtered_by() {
    let faults = faults(concat!(module_path!(), "::wrong::hidden"));
    let parts = [
        "`all_spies` filters by `alias`, which `SpyNode` does not show",
        "`all_spies` filters by `missions`, which `SpyNode` does not show",
        // Not the key of `spy`, whose rows nobody hides, but that of `next`, whose rows a scope may hide.
        "`all_missions` filters by `next_id`, which `MissionNode` does not show",
        "`all_missions` filters by `agent_id`, which `MissionNode` does not show",
    ];
    assert_eq!(faults.len(), parts.len(), "{faults:#?}");
    for (fault, part) in faults.iter().zip(parts) {
        assert!(fault.contains(part), "`{part}` is not in: {fault}");
    }
}

#[test]
fn names_that_meet_are_told() {
    let faults = faults(concat!(module_path!(), "::wrong::names"));
    assert_eq!(faults.len(), 2, "{faults:#?}");
    assert!(
        faults[0].contains("operation `words` has two arguments `filter`; rename the one that is yours"),
        "{faults:#?}"
    );
    assert!(faults[1].contains("`WordsFilter` is used by an input and by the filter of `words`"), "{faults:#?}");
}
