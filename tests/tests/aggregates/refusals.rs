//! Wrong groups are refused with a code where they are, and wrong declarations at start.

use lys::{
    app::{App, Model},
    execute::EngineOptions,
    testing::{TestProject, super_user},
};
use serde_json::json;

use crate::zoo;

#[tokio::test]
async fn groups_share_something() {
    let park = zoo::park().await;
    let query = "query Q($by: [ReadingNodeGroupBy!]!) { allReadings { groups(by: $by) { aggregate { count } } } }";
    let answer = park.execute(&super_user(), query, &json!({ "by": [] }).to_string()).await;
    assert!(answer["data"].is_null());
    assert_eq!(answer["errors"][0]["message"], "Argument 'by' must name what the rows of a group share.", "{answer}");
    assert_eq!(answer["errors"][0]["path"], json!(["allReadings", "groups"]));
    for by in [json!(["LEVEL"]), json!([null]), json!(null), json!([1])] {
        let answer = park.execute(&super_user(), query, &json!({ "by": by }).to_string()).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
    }
    // What is named twice is shared once.
    let twice = park.execute_raw(&super_user(), query, &json!({ "by": ["GOOD", "GOOD"] }).to_string()).await;
    let once = park.execute_raw(&super_user(), query, &json!({ "by": ["GOOD"] }).to_string()).await;
    assert_eq!(twice, once);
}

/// There may be so many groups, and an answer of groups is no longer than others.
#[tokio::test]
async fn groups_are_limited() {
    let ask = async |options: EngineOptions| {
        let park = TestProject::with_options([zoo::park::app()], options).await.unwrap();
        let query = "{ allReadings { groups(by: [GOOD, MOOD]) { aggregate { count } } } }";
        park.execute(&super_user(), query, "{}").await
    };
    let all = ask(EngineOptions::default()).await;
    let groups = all["data"]["allReadings"]["groups"].as_array().unwrap().len();
    let enough = u32::try_from(groups).unwrap();
    assert_eq!(ask(EngineOptions { max_rows: enough, ..EngineOptions::default() }).await, all);
    for (options, code) in [
        (EngineOptions { max_rows: enough - 1, ..EngineOptions::default() }, "TOO_MANY_ROWS"),
        (EngineOptions { max_answer_bytes: 100, ..EngineOptions::default() }, "ANSWER_TOO_LARGE"),
    ] {
        let answer = ask(options).await;
        assert!(answer["data"].is_null(), "{answer}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{answer}");
    }
}

mod wrong {
    use lys::prelude::*;

    #[entity]
    pub struct Spy {
        pub name: String,
        pub alias: String,
        pub age: i32,
        pub count: i32,
    }

    #[node(Spy)]
    #[connection(aggregate(alias, age), group_by(alias, name))]
    pub struct SpyNode {
        pub name: String,
        pub age: i32,
        pub count: i32,
    }

    #[connection(node = SpyNode, aggregate(age))]
    async fn old_spies(_ctx: &Context<'_>) -> Result<Select<Spy>> {
        Ok(Spy::select().filter(Spy::COLUMN.age.gt(60)))
    }
}

#[test]
fn wrong_declarations_do_not_start() {
    let built = Model::build(&[App::new("wrong", concat!(module_path!(), "::wrong"))]);
    let faults = built.err().map(|error| error.faults().to_vec()).unwrap_or_default();
    let parts = [
        "`all_spies` sums up or groups by `alias`, which `SpyNode` does not show",
        "the connections of `SpyNode` have other aggregates at",
    ];
    assert_eq!(faults.len(), parts.len(), "{faults:#?}");
    for (fault, part) in faults.iter().zip(parts) {
        assert!(fault.contains(part), "`{part}` is not in: {fault}");
    }
}
