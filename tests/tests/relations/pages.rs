//! Pages of relations: arguments, cursors, and what is wrong with them.

use lys::testing::{TestProject, super_user};
use serde_json::{Value, json};

use super::library::library;

async fn books(project: &TestProject, arguments: &str) -> Value {
    let query = format!(
        "{{ allShelves(first: 13) {{ edges {{ node {{ books{arguments} {{
            edges {{ cursor node {{ title }} }}
            pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor totalCount }}
        }} }} }} }} }}"
    );
    project.execute(&super_user(), &query, "{}").await
}

/// The titles on each shelf, and whether there are more behind and before.
async fn titles(project: &TestProject, arguments: &str) -> Vec<(Vec<String>, bool, bool)> {
    let answer = books(project, arguments).await;
    assert!(answer.get("errors").is_none(), "{arguments}\n{answer}");
    let title = |edge: &Value| edge["node"]["title"].as_str().unwrap().to_owned();
    let shelf = |edge: &Value| {
        let page = &edge["node"]["books"];
        let info = &page["pageInfo"];
        let titles = page["edges"].as_array().unwrap().iter().map(title).collect();
        (titles, info["hasNextPage"] == true, info["hasPreviousPage"] == true)
    };
    answer["data"]["allShelves"]["edges"].as_array().unwrap().iter().map(shelf).collect()
}

fn page(titles: &[&str], has_next: bool, has_previous: bool) -> (Vec<String>, bool, bool) {
    (titles.iter().map(|title| (*title).to_owned()).collect(), has_next, has_previous)
}

#[tokio::test]
async fn each_parent_has_a_page_of_its_own() {
    let project = library().await;
    let by_title = titles(&project, "(orderBy: { title: true }, first: 2)").await;
    assert_eq!(by_title[0], page(&[], false, false));
    assert_eq!(by_title[2], page(&["t0", "t5"], false, false));
    assert_eq!(by_title[3], page(&["t0", "t3"], true, false));
    assert_eq!(by_title[6], page(&["t0", "t1"], true, false));
    let last = titles(&project, "(orderBy: { title: false }, last: 2)").await;
    assert_eq!(last[6], page(&["t1", "t0"], false, true));
    assert_eq!(last[1], page(&["t0"], false, false));
    let limited = titles(&project, "(orderBy: { title: true }, first: 5, limit: 1)").await;
    assert_eq!(limited[2], page(&["t0"], true, false));
    assert_eq!(titles(&project, "(first: 0)").await[6], page(&[], true, false));
    assert_eq!(titles(&project, "(first: 0)").await[0], page(&[], false, false));
    let both = titles(&project, "(orderBy: { title: true }, first: 3, last: 1)").await;
    assert_eq!(both[6], page(&["t3"], true, true));
}

/// A cursor is a place in the order: the same place for every parent.
#[tokio::test]
async fn a_cursor_means_the_same_for_every_parent() {
    let project = library().await;
    let first = books(&project, "(orderBy: { title: true }, first: 2)").await;
    // Behind the `t3` of shelf 3.
    let cursor = &first["data"]["allShelves"]["edges"][3]["node"]["books"]["pageInfo"]["endCursor"];
    let behind = titles(&project, &format!("(orderBy: {{ title: true }}, after: {cursor})")).await;
    assert_eq!(behind[0], page(&[], false, true));
    assert_eq!(behind[3], page(&["t5"], false, true));
    // The ids of later shelves are greater, so their `t3` is behind that place.
    assert_eq!(behind[6], page(&["t3", "t4", "t5", "t6"], false, true));
    let before = titles(&project, &format!("(orderBy: {{ title: true }}, before: {cursor}, last: 1)")).await;
    assert_eq!(before[2], page(&["t0"], true, false));
    assert_eq!(before[6], page(&["t1"], true, true));
}

#[tokio::test]
async fn wrong_arguments_are_the_fields_own_error() {
    let project = library().await;
    let cursor = |arguments: &'static str| {
        let project = &project;
        async move {
            books(project, arguments).await["data"]["allShelves"]["edges"][6]["node"]["books"]["pageInfo"]["endCursor"]
                .take()
        }
    };
    let other = cursor("(orderBy: { title: true })").await;
    for (arguments, message) in [
        ("(first: -1)".to_owned(), "Argument 'first' must be a non-negative integer."),
        ("(last: 101)".to_owned(), "Argument 'last' cannot be higher than 100."),
        ("(after: \"?\")".to_owned(), "INVALID_CURSOR"),
        // `arrayconnection:3`: an offset is no place that parents share.
        ("(after: \"YXJyYXljb25uZWN0aW9uOjM=\")".to_owned(), "INVALID_CURSOR"),
        (format!("(orderBy: {{ title: false }}, after: {other})"), "INVALID_CURSOR"),
        (format!("(before: {other})"), "INVALID_CURSOR"),
    ] {
        let answer = books(&project, &arguments).await;
        assert_eq!(answer["data"], Value::Null, "{arguments}");
        assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{answer}");
        assert_eq!(answer["errors"][0]["message"], message);
        assert_eq!(answer["errors"][0]["path"], json!(["allShelves", "edges", 0, "node", "books"]));
    }
}

#[tokio::test]
async fn a_level_has_its_most_rows() {
    let options = lys::execute::EngineOptions { max_rows: 100, ..lys::execute::EngineOptions::default() };
    let project = TestProject::with_options([super::library::app()], options).await.unwrap();
    let ask = async |first: i32| {
        let query =
            format!("{{ allShelves {{ edges {{ node {{ books(first: {first}) {{ edges {{ cursor }} }} }} }} }} }}");
        project.execute(&super_user(), &query, "{}").await
    };
    // Of a hundred shelves, 85 have a book.
    assert_eq!(ask(1).await.get("errors"), None);
    assert_eq!(ask(2).await["errors"][0]["message"], "TOO_MANY_ROWS");
    assert_eq!(ask(100).await["errors"][0]["message"], "TOO_MANY_ROWS");
}

#[tokio::test]
async fn the_schema_says_what_may_be_asked() {
    let sdl = library().await.engine().sdl();
    let squeezed = sdl.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "orderBy: ShelfNodeBooksOrderBy",
        "input ShelfNodeBooksOrderBy @oneOf { title: Boolean createdAt: Boolean }",
        "input BookNodeLoansOrderBy @oneOf { days: Boolean }",
        // No keys of its own: those of the node.
        "orderBy: TopicNodeOderByType",
        "input TopicNodeOderByType @oneOf { code: Boolean createdAt: Boolean }",
        "): BookNodeListConnection!",
    ] {
        assert!(squeezed.contains(part), "`{part}` in\n{sdl}");
    }
}

/// What is shown page by page is shown.
#[tokio::test]
async fn callers_filter_by_what_pages_show() {
    let project = library().await;
    let ask = async |filter: &str| {
        let query = format!("{{ allShelves(filter: {{ books: {filter} }}) {{ pageInfo {{ totalCount }} }} }}");
        project.execute(&super_user(), &query, "{}").await["data"]["allShelves"]["pageInfo"]["totalCount"].take()
    };
    // The `n`-th shelf has `n % 7` books; the sixth of a shelf is its `t4`.
    assert_eq!(ask("{ some: { title: { eq: \"t4\" } } }").await, 17);
    assert_eq!(ask("{ none: {} }").await, 18);
    // The third and the sixth book of a shelf are about the sea.
    let sea = lys::prelude::GlobalId::new("TopicNode", "SEA").encode();
    let about_the_sea = format!("{{ some: {{ topics: {{ some: {{ id: {{ eq: \"{sea}\" }} }} }} }} }}");
    assert_eq!(ask(&about_the_sea).await, 68);
}
