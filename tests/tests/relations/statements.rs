//! What relations cost: one statement for each level, one more for its counts, however many parents there are.

use lys::testing::{TestDatabase, TestProject, super_user};
use serde_json::{Value, json};

use super::library::library;

async fn ask(project: &TestProject, query: &str, variables: &Value) -> (Value, Vec<String>) {
    let _ = project.statements().take();
    let mut answer = project.execute(&super_user(), query, &variables.to_string()).await;
    assert!(answer.get("errors").is_none(), "{query}\n{answer}");
    (answer["data"].take(), project.statements().take())
}

const NESTED: &str = "query ($first: Int!, $count: Boolean = false) { allShelves(first: $first) { edges { node {
    number
    books(first: 2, orderBy: { title: true }) {
        pageInfo { hasNextPage hasPreviousPage endCursor totalCount @include(if: $count) }
        edges { node {
            title
            loans(last: 1) { edges { node { days } } pageInfo { totalCount @include(if: $count) } }
            topics { edges { node { code } } pageInfo { totalCount @include(if: $count) } }
        } }
    }
} } } }";

#[tokio::test]
async fn connections_are_one_statement_for_each_level() {
    let project = library().await;
    for first in [1, 50, 100] {
        // The first shelf has no book, so nothing is asked below.
        let levels = if first == 1 { 2 } else { 4 };
        let (data, statements) = ask(&project, NESTED, &json!({ "first": first })).await;
        assert_eq!(data["allShelves"]["edges"].as_array().unwrap().len(), first);
        assert_eq!(statements.len(), levels, "first: {first}\n{statements:#?}");
        let (counted, statements) = ask(&project, NESTED, &json!({ "first": first, "count": true })).await;
        let counts = statements.iter().filter(|sql| sql.contains("COUNT(*)")).count();
        assert_eq!((statements.len(), counts), (2 * levels - 1, levels - 1), "first: {first}\n{statements:#?}");
        for (shelf, edge) in counted["allShelves"]["edges"].as_array().unwrap().iter().enumerate() {
            let books = &edge["node"]["books"];
            assert_eq!(books["pageInfo"]["totalCount"], shelf % 7, "{edge}");
            assert_eq!(books["edges"].as_array().unwrap().len(), (shelf % 7).min(2), "{edge}");
            assert_eq!(books["pageInfo"]["hasNextPage"], shelf % 7 > 2, "{edge}");
        }
    }
}

#[tokio::test]
async fn statements_are_the_same_for_any_number_of_parents() {
    let project = library().await;
    // Levels beside each other are read side by side: which of their statements comes first is not said.
    let texts = async |first: i32| {
        let mut texts = ask(&project, NESTED, &json!({ "first": first, "count": true })).await.1;
        texts.sort_unstable();
        texts
    };
    // A list of keys is as long as a power of two where each key is bound by itself.
    assert_eq!(texts(90).await, texts(100).await);
    if TestDatabase::current() == TestDatabase::Sqlite {
        assert_eq!(texts(3).await, texts(100).await);
    }
}

#[tokio::test]
async fn an_alias_is_a_level_of_its_own() {
    let project = library().await;
    let query = "{ allShelves(first: 30) { edges { node {
        a: books(first: 1, orderBy: { title: true }) { edges { node { title } } }
        b: books(last: 1, orderBy: { title: true }) { edges { node { title } } }
        c: books { pageInfo { totalCount } }
    } } } }";
    let (data, statements) = ask(&project, query, &json!({})).await;
    assert_eq!(statements.len(), 4, "{statements:#?}");
    let shelf = &data["allShelves"]["edges"][6]["node"];
    assert_eq!(shelf["a"]["edges"][0]["node"]["title"], "t0");
    assert_eq!(shelf["b"]["edges"][0]["node"]["title"], "t6");
    assert_eq!(shelf["c"]["pageInfo"]["totalCount"], 6);
}

#[tokio::test]
async fn rows_are_not_read_for_a_count_and_not_counted_for_rows() {
    let project = library().await;
    let query = |what: &str| format!("{{ allShelves(first: 9) {{ edges {{ node {{ books {{ {what} }} }} }} }} }}");
    let (_, statements) = ask(&project, &query("pageInfo { totalCount }"), &json!({})).await;
    assert_eq!(statements.len(), 2, "{statements:#?}");
    assert!(statements[1].contains("COUNT(*)"), "{statements:#?}");
    let (_, statements) = ask(&project, &query("pageInfo { hasNextPage }"), &json!({})).await;
    assert_eq!(statements.len(), 2, "{statements:#?}");
    assert!(!statements[1].contains("COUNT(*)"), "{statements:#?}");
    let (_, statements) = ask(&project, &query("__typename"), &json!({})).await;
    assert_eq!(statements.len(), 1, "{statements:#?}");
}

/// However many rows a parent has, only its page is looked up, in an index.
#[tokio::test]
async fn a_page_is_read_where_it_starts() {
    if TestDatabase::current() != TestDatabase::Sqlite {
        return;
    }
    let project = library().await;
    for (order, index) in [("", "created_at"), ("orderBy: { title: false }, ", "title")] {
        let query = format!(
            "{{ allShelves {{ edges {{ node {{ books({order}first: 2) {{ edges {{ node {{ title }} }} }} }} }} }} }}"
        );
        let (_, statements) = ask(&project, &query, &json!({})).await;
        let sql = statements[1].replacen('?', r#"'["00"]'"#, 1).replace('?', "3");
        let plan = project.database().read_all(format!("EXPLAIN QUERY PLAN {sql}"), Vec::new()).await.unwrap();
        let plan: Vec<String> = plan.iter().map(|row| row.get(3).unwrap()).collect();
        let search = format!("USING COVERING INDEX idx-book-shelf_id-{index}-id (shelf_id=?)");
        assert!(plan.iter().any(|step| step.contains(&search)), "{sql}\n{plan:#?}");
    }
}
