//! What a document may read is known before it runs: too much is refused and nothing has happened, and no document reads more.

use std::collections::BTreeMap;

use lys::{
    app::App,
    context::Request,
    execute::{
        EngineOptions, GraphqlRequest,
        inspect::{LevelReport, PlanReport},
    },
    testing::{TestProject, super_user},
};
use proptest::{collection::vec, prelude::any, test_runner::TestCaseError};
use serde_json::{Value as Json, json};
use tokio::runtime::Runtime;

use crate::{
    catalog_kit::{ACME, client_id, codes, product_id, rows},
    interpreter::{generate::Generator, runner, viewer::Viewer, world::World},
    zoo,
};

/// A page of pages.
const DEAR: &str = "{ allBranches(first: 10) { edges { node { roster(first: 10) { edges { node { points } } } } } } }";

async fn club(options: EngineOptions) -> TestProject {
    TestProject::with_options([zoo::club::app()], options).await.unwrap()
}

fn limited(cost_limit: u64) -> EngineOptions {
    EngineOptions { cost_limit, alias_limit: 100, depth_limit: 100, ..EngineOptions::default() }
}

async fn ask(project: &TestProject, query: &str, variables: Json) -> Json {
    project.execute(&super_user(), query, &variables.to_string()).await
}

async fn plan(project: &TestProject, query: &str, variables: &Json) -> PlanReport {
    let variables = variables.as_object().unwrap().clone();
    let graphql = GraphqlRequest { query: query.to_owned(), variables, ..GraphqlRequest::default() };
    let explained = project.engine().explain(&Request::of(super_user()), &graphql).await;
    explained.plan.unwrap_or_else(|| panic!("{query}: {:?}", explained.answer))
}

async fn check_costs(project: &TestProject, documents: &[(&str, Json, u64)]) {
    for (query, variables, cost) in documents {
        assert_eq!(plan(project, query, variables).await.cost, *cost, "{query} {variables}");
    }
}

/// Refused with this estimate, before a statement ran.
async fn check_too_expensive(project: &TestProject, query: &str, variables: Json, cost: u64) {
    let _ = project.statements().take();
    let answer = ask(project, query, variables).await;
    assert_eq!(codes(&answer), ["DOCUMENT_TOO_EXPENSIVE"], "{query}: {answer}");
    assert_eq!(answer["errors"][0]["extensions"]["cost"], cost, "{query}: {answer}");
    assert_eq!(answer.get("data"), None, "{query}: {answer}");
    assert_eq!(project.statements().take(), Vec::<String>::new(), "{query}");
}

#[tokio::test]
async fn pages_count_what_is_asked_for_and_lists_an_assumption() {
    let project = club(EngineOptions { list_rows: 7, max_page: 50, ..limited(u64::MAX) }).await;
    let page = |arguments: &str| format!("{{ allMembers{arguments} {{ edges {{ node {{ points }} }} }} }}");
    let pages = [
        ("", 51),
        ("(first: 5)", 6),
        ("(last: 5)", 6),
        ("(first: 5, last: 3)", 6),
        ("(first: 5, limit: 2)", 3),
        ("(first: 2, limit: 5)", 3),
        ("(limit: 1000)", 51),
        ("(first: 0)", 1),
        ("(first: 5, after: \"\", before: null)", 7),
    ];
    for (arguments, cost) in pages {
        check_costs(&project, &[(&page(arguments), json!({}), cost)]).await;
    }
    check_costs(
        &project,
        &[
            ("{ __typename }", json!({}), 0),
            ("{ allMembers { pageInfo { totalCount } } }", json!({}), 1),
            ("{ allMembers(first: 3) { edges { cursor } pageInfo { totalCount } } }", json!({}), 5),
            ("{ allMembers(first: 3) { edges { node { branch { code } } } } }", json!({}), 7),
            ("{ allMembers(first: 3) { edges { node { friends { branch { code } } } } } }", json!({}), 4 + 21 + 21),
            (
                "{ allMembers(first: 3) { edges { node { circle(first: 4) { edges { node { badge { color } } } } } } } }",
                json!({}),
                4 + (3 + 12) + 12,
            ),
            (
                "{ allMembers(first: 3) { edges { node { circle { pageInfo { totalCount } } } } } }",
                json!({}),
                4 + 3,
            ),
            (
                "query ($all: Boolean!) { allMembers(first: 3) { edges { node { friends @include(if: $all) { points } } } } }",
                json!({ "all": false }),
                4,
            ),
            ("{ a: allSkills(first: 1) { edges { cursor } } b: allSkills(first: 2) { edges { cursor } } }", json!({}), 5),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_filter_costs_its_page_again_for_each_relation_that_it_searches() {
    let project = TestProject::new([zoo::market::app::<0>()]).await.unwrap();
    let query = "query ($more: [PublicShelvesFilter!], $name: String) { publicShelves(first: 4, filter: {
        name: { eq: $name } wares: { some: { name: { eq: $name } } none: {} } and: $more }) { edges { node { name } } } }";
    let more = json!([{ "supplier": { "name": { "eq": "x" } } }, { "not": { "labels": { "every": {} } } }]);
    check_costs(
        &project,
        &[
            ("{ publicShelves(first: 4, filter: { name: { eq: \"a\" } }) { edges { node { name } } } }", json!({}), 5),
            (query, json!({ "name": "a" }), 5 + 2 * 4),
            (query, json!({ "name": "a", "more": more }), 5 + 4 * 4),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_sort_costs_its_page_again_for_each_relation_that_it_follows() {
    let project = TestProject::new([zoo::market::app::<0>()]).await.unwrap();
    let query =
        "query ($sort: [PublicShelvesSort!]) { publicShelves(first: 4, sort: $sort) { edges { node { name } } } }";
    let sort = json!([{ "supplier": { "name": "ASC" } }, { "wares": { "count": "DESC" } }]);
    check_costs(&project, &[(query, json!({}), 5), (query, json!({ "sort": sort }), 5 + 2 * 4)]).await;
}

#[tokio::test]
async fn an_aggregate_costs_a_row_and_groups_an_assumption_for_each_list() {
    let project = club(EngineOptions { list_rows: 7, ..limited(u64::MAX) }).await;
    check_costs(
        &project,
        &[
            ("{ allMembers { aggregate { count } } }", json!({}), 1),
            (
                "{ allMembers { a: aggregate { count } b: groups(by: ACTIVE) { aggregate { count } } } }",
                json!({}),
                1 + 7,
            ),
            (
                "{ allMembers(first: 3) { edges { node { circle { groups(by: ACTIVE) { aggregate { count } } } } } } }",
                json!({}),
                4 + 3 * 7,
            ),
        ],
    )
    .await;
}

/// The same document, known by then, is answered as soon as its variables ask for less.
#[tokio::test]
async fn the_variables_of_the_request_decide() {
    let project = club(limited(100)).await;
    let query = "query ($n: Int, $m: Int = 10) { allBranches(first: $n) { edges { node { roster(first: $m) {
        edges { node { points } } } } } } }";
    for _ in 0..2 {
        check_too_expensive(&project, query, json!({ "n": 10 }), 11 + 110).await;
        check_too_expensive(&project, query, json!({ "n": 50, "m": 1 }), 51 + 100).await;
        check_too_expensive(&project, query, json!({}), 101 + 1_100).await;
        check_too_expensive(&project, query, json!({ "n": null, "m": 0 }), 101 + 100).await;
        for cheap in [json!({ "n": 9, "m": 8 }), json!({ "n": 0 }), json!({ "n": 1, "m": 90 })] {
            assert_eq!(ask(&project, query, cheap).await.get("errors"), None);
        }
    }
}

/// However the same rows are asked for.
#[tokio::test]
async fn aliases_and_fragments_do_not_hide_rows() {
    let project = club(limited(200)).await;
    check_costs(&project, &[(DEAR, json!({}), 121)]).await;
    let roster = "roster(first: 10) { edges { node { points } } }";
    let branches = format!("allBranches(first: 10) {{ edges {{ node {{ {roster} }} }} }}");
    let twice = [
        format!("{{ a: {branches} b: {branches} }}"),
        format!(
            "{{ ...f ...g }} fragment f on Query {{ a: {branches} }} fragment g on Query {{ ... on Query {{ b: {branches} }} }}"
        ),
    ];
    for query in &twice {
        check_too_expensive(&project, query, json!({}), 242).await;
    }
    let below = [
        format!("{{ allBranches(first: 10) {{ edges {{ node {{ a: {roster} b: {roster} }} }} }} }}"),
        format!(
            "{{ allBranches(first: 10) {{ edges {{ node {{ {roster} ...f }} }} }} }} fragment f on BranchNode {{ x: {roster} }}"
        ),
        format!(
            "{{ allBranches(first: 10) {{ edges {{ node {{ {roster} }} }} x: edges {{ node {{ x: {roster} }} }} }} }}"
        ),
    ];
    for query in &below {
        check_too_expensive(&project, query, json!({}), 231).await;
    }
    // Merged into one, they are read once.
    let merged = format!("{{ {branches} ...f }} fragment f on Query {{ {branches} }}");
    assert_eq!(ask(&project, &merged, json!({})).await.get("errors"), None);
}

#[tokio::test]
async fn the_limits_of_a_project_stop_explosions() {
    let project = club(EngineOptions::default()).await;
    let exploding = "{ allMembers { edges { node { friends { friends { friends { points } } } } } } }";
    check_too_expensive(&project, exploding, json!({}), 101 + 2_000 + 40_000 + 800_000).await;
    let pages =
        "{ allMembers { edges { node { circle { edges { node { circle { edges { node { points } } } } } } } } } }";
    check_too_expensive(&project, pages, json!({}), 101 + 10_100 + 1_010_000).await;
    let page_of_pages = "{ allMembers { edges { node { circle { edges { node { points badge { color } } } } } } } }";
    check_costs(&project, &[(page_of_pages, json!({}), 101 + 10_100 + 10_000)]).await;
    // More than there are numbers for.
    let deep = EngineOptions { cycle_limit: 100, depth_limit: 100, ..EngineOptions::default() };
    let deep = club(deep).await;
    let endless =
        format!("{{ allMembers {{ edges {{ node {{ {}points{} }} }} }} }}", "friends { ".repeat(25), " }".repeat(25));
    check_too_expensive(&deep, &endless, json!({}), u64::MAX).await;
}

#[tokio::test]
async fn a_refused_mutation_writes_nothing() {
    let project = TestProject::with_options([catalog::app()], limited(25)).await.unwrap();
    let before = rows(&project).await;
    let mutation = "mutation ($id: ID!, $new: CreateProductInput!) {
        createProduct(inputs: $new) { name reviews { body } } deleteProduct(id: $id) { succeed } again: createProduct(inputs: $new) { reviews { body } } }";
    let new = json!({ "name": "Sofa", "price": 5, "categoryId": "HOME", "clientId": client_id(ACME) });
    check_too_expensive(&project, mutation, json!({ "id": product_id(1), "new": new }), 42).await;
    assert_eq!(rows(&project).await, before);
}

/// One row for each item, whether the list is a variable or holds some.
#[tokio::test]
async fn operations_on_many_rows_count_their_items() {
    let project = TestProject::with_options([zoo::shop::app()], limited(2)).await.unwrap();
    let before = rows(&project).await;
    let ids: Vec<String> = (1..=3).map(product_id).collect();
    let given = "mutation ($ids: [ID!]!) { priceWares(ids: $ids, prices: [1]) { name } }";
    let written = "mutation ($id: ID!) { priceWares(ids: [$id, $id, $id], prices: [1]) { name } }";
    check_too_expensive(&project, given, json!({ "ids": ids }), 3).await;
    check_too_expensive(&project, written, json!({ "id": ids[0] }), 3).await;
    assert_eq!(rows(&project).await, before);
}

#[tokio::test]
async fn a_path_comes_back_to_the_same_rows_so_often_and_no_more() {
    let project = club(EngineOptions { cycle_limit: 4, ..limited(u64::MAX) }).await;
    let parents = |times: usize| {
        format!(
            "{{ allBranches(first: 1) {{ edges {{ node {}{{ code }}{} }} }} }}",
            "{ parent ".repeat(times),
            " }".repeat(times)
        )
    };
    assert_eq!(ask(&project, &parents(3), json!({})).await.get("errors"), None);
    let refused = |name: &str| format!("{name} occurs 5 times on one path. Allowed: 4");
    let documents = [
        ("BranchNode", parents(4)),
        ("MemberNode", "{ allMembers { edges { node { mentor { students { class { edges { node { fans { points } } } } } } } } } }".to_owned()),
        ("BranchNode", "{ allBranches { edges { node { members { branch { members { branch { members { branch { offices { edges { node { code } } } } } } } } } } } } }".to_owned()),
        ("BranchNode", "{ allBranches { edges { node { ...a } } } } fragment a on BranchNode { parent { parent { ...b } } } fragment b on BranchNode { x: parent { code children { id } } }".to_owned()),
    ];
    let _ = project.statements().take();
    for (node, query) in documents {
        let answer = ask(&project, &query, json!({})).await;
        assert_eq!(codes(&answer), ["GRAPHQL_VALIDATION_FAILED"], "{query}: {answer}");
        assert_eq!(answer["errors"][0]["message"], refused(node), "{query}");
        assert!(answer["errors"][0]["locations"][0]["line"].is_number(), "{answer}");
    }
    assert_eq!(project.statements().take(), Vec::<String>::new());
    // Beside each other they are no cycle.
    let wide = "{ allBranches { edges { node { parent { code } children { code } x: parent { code } members { branch { code } } } } } }";
    assert_eq!(ask(&project, wide, json!({})).await.get("errors"), None);
}

/// Rows that statements of these levels gave.
fn read(levels: &[LevelReport]) -> u64 {
    let of_level = |level: &LevelReport| {
        level.statements.iter().map(|statement| statement.rows.unwrap_or(0)).sum::<u64>() + read(&level.levels)
    };
    levels.iter().map(of_level).sum()
}

/// Random documents on `apps`: what they read is at most what they cost, and some read all of it.
fn check_bound(cases: u32, apps: Vec<App>) {
    let runtime = Runtime::new().unwrap();
    // No list without paging has more rows than this.
    let unlimited = EngineOptions {
        depth_limit: usize::MAX,
        alias_limit: usize::MAX,
        cycle_limit: usize::MAX,
        cost_limit: u64::MAX,
        ..EngineOptions::default()
    };
    let options = EngineOptions { list_rows: 60, ..unlimited };
    let project = runtime.block_on(TestProject::with_options(apps, options)).unwrap();
    let world = runtime.block_on(World::load(&project));
    let (mut total, mut exact) = (0_u64, 0);
    let counted = std::cell::RefCell::new((&mut total, &mut exact));
    let known = BTreeMap::new();
    let result = runner(cases).run(&vec(any::<u8>(), 0..400), |tape| {
        let generated = Generator::generate(&world, &Viewer::SuperUser, &known, tape);
        let report = runtime.block_on(plan(&project, &generated.query, &Json::Object(generated.variables)));
        let read = report.fields.iter().map(|field| read(&field.levels)).sum::<u64>();
        if read > report.cost {
            return Err(TestCaseError::fail(format!("{read} rows for {}: {}\n{report}", report.cost, generated.query)));
        }
        let mut counted = counted.borrow_mut();
        *counted.0 += read;
        *counted.1 += u32::from(read > 0 && read == report.cost);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    assert!(total > u64::from(cases) && exact * 50 >= cases, "{total} rows, {exact} estimates exact in {cases} cases");
}

#[test]
fn the_club_reads_no_more_than_estimated() {
    check_bound(200, vec![zoo::club::app()]);
}

#[test]
fn the_catalog_reads_no_more_than_estimated() {
    check_bound(100, vec![catalog::app()]);
}
