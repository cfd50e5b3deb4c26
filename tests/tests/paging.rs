//! Pages: walks in both directions give the sorted list, for every order key and whatever the page sizes.

use std::cmp::Ordering;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lys::{
    App,
    name::camel_case,
    operation::{OperationKind, OutputDef},
    testing::{TestProject, super_user},
};
use proptest::{collection::vec, prelude::any, test_runner::TestCaseError};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::{
    interpreter::{paging::compare, runner},
    zoo,
};

/// One order of one connection.
#[derive(Debug, Clone)]
struct Order {
    field: String,
    key: String,
    ascending: bool,
}

/// Every order key of every connection, both ways.
fn orders(project: &TestProject) -> Vec<Order> {
    let mut orders = Vec::new();
    for operation in project.engine().model().operations() {
        let OutputDef::Connection { order_by, .. } = &operation.definition.output else { continue };
        assert_eq!(operation.definition.kind, OperationKind::Connection);
        let keys = order_by.as_ref().map_or(vec!["created_at"], |keys| keys.iter().map(|key| key.name).collect());
        for (key, ascending) in keys.into_iter().flat_map(|key| [(key, true), (key, false)]) {
            orders.push(Order { field: operation.field.clone(), key: camel_case(key), ascending });
        }
    }
    orders
}

async fn ask(project: &TestProject, order: &Order, more: &str) -> Value {
    let Order { field, key, ascending } = order;
    let query = format!(
        "{{ {field}(orderBy: {{ {key}: {ascending} }}{more}) {{
            edges {{ cursor node {{ id {key} }} }}
            pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor totalCount }}
        }} }}"
    );
    let mut answer = project.execute(&super_user(), &query, "{}").await;
    assert!(answer["errors"].is_null(), "{query}\n{answer}");
    answer["data"][field].take()
}

fn ids(page: &Value) -> Vec<String> {
    page["edges"].as_array().unwrap().iter().map(|edge| edge["node"]["id"].as_str().unwrap().to_owned()).collect()
}

/// All rows, sorted here.
async fn sorted(project: &TestProject, order: &Order) -> Vec<String> {
    let page = ask(project, order, "").await;
    let mut rows: Vec<&Value> = page["edges"].as_array().unwrap().iter().map(|edge| &edge["node"]).collect();
    let id = |row: &Value| STANDARD.decode(row["id"].as_str().unwrap()).unwrap();
    rows.sort_by(|left, right| {
        let ordering = compare(&left[&order.key], &right[&order.key]).then_with(|| id(left).cmp(&id(right)));
        if order.ascending { ordering } else { Ordering::reverse(ordering) }
    });
    rows.into_iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

/// Reads the list page by page, and checks where each page says it stands.
async fn walk(project: &TestProject, order: &Order, sizes: &[u8], forward: bool) -> Result<(), String> {
    let expected = sorted(project, order).await;
    let (mut seen, mut cursor, mut sizes) = (Vec::new(), String::new(), sizes.iter().cycle());
    loop {
        let size = sizes.next().unwrap() % 9 + 1;
        let more = if forward { format!(", first: {size}{cursor}") } else { format!(", last: {size}{cursor}") };
        let page = ask(project, order, &more).await;
        let info = &page["pageInfo"];
        let rows = ids(&page);
        let fault = |what: &str| Err(format!("{what}: {order:?}{more}\n{page}"));
        if info["totalCount"] != json!(expected.len()) {
            return fault("totalCount");
        }
        if !rows.is_empty()
            && (info["startCursor"].is_null() || info["endCursor"] != page["edges"][rows.len() - 1]["cursor"])
        {
            return fault("the cursors of the page");
        }
        let further = if forward {
            seen.extend(rows);
            cursor = format!(", after: {}", info["endCursor"]);
            &info["hasNextPage"]
        } else {
            seen.splice(0..0, rows);
            cursor = format!(", before: {}", info["startCursor"]);
            &info["hasPreviousPage"]
        };
        let behind = if forward { &info["hasPreviousPage"] } else { &info["hasNextPage"] };
        let whole = seen.len() >= expected.len();
        let first = seen.len() == page["edges"].as_array().unwrap().len();
        if *further == whole || *behind == first {
            return fault("whether more follows");
        }
        if whole {
            break;
        }
    }
    if seen == expected { Ok(()) } else { Err(format!("{order:?}\ngiven:    {seen:?}\nexpected: {expected:?}")) }
}

fn check(cases: u32, apps: Vec<App>) {
    let runtime = Runtime::new().unwrap();
    let project = runtime.block_on(TestProject::new(apps)).unwrap();
    let orders = orders(&project);
    assert!(orders.len() >= 6);
    for order in &orders {
        for forward in [true, false] {
            runtime.block_on(walk(&project, order, &[2, 6, 0, 3], forward)).unwrap();
        }
    }
    let strategy = (0..orders.len(), vec(any::<u8>(), 1..8), any::<bool>());
    let result = runner(cases).run(&strategy, |(order, sizes, forward)| {
        runtime.block_on(walk(&project, &orders[order], &sizes, forward)).map_err(TestCaseError::fail)
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn walks_through_the_zoo() {
    check(40, vec![zoo::park::app(), zoo::tour::app()]);
}

#[test]
fn walks_through_the_catalog() {
    check(20, vec![catalog::app()]);
}

fn offset(at: usize) -> String {
    format!("\"{}\"", STANDARD.encode(format!("arrayconnection:{at}")))
}

#[tokio::test]
async fn offsets_and_own_cursors_mix() {
    let project = zoo::park().await;
    for order in orders(&project).iter().filter(|order| order.field == "allReadings") {
        let all = ask(&project, order, "").await;
        let cursor = |at: usize| all["edges"][at]["cursor"].to_string();
        let expected = ids(&all);
        for (after, before) in [(0, 9), (5, 59), (20, 22), (30, 31), (40, 10)] {
            let slice = expected.get(after + 1..before).unwrap_or_default().to_vec();
            for after in [cursor(after), offset(after)] {
                for before in [cursor(before), offset(before)] {
                    let page = ask(&project, order, &format!(", after: {after}, before: {before}")).await;
                    assert_eq!(ids(&page), slice, "{order:?} {after} {before}");
                }
            }
        }
        let page = ask(&project, order, &format!(", first: 2, after: {}", offset(7))).await;
        assert_eq!(page["edges"][1]["cursor"], all["edges"][9]["cursor"]);
    }
}

/// It would be bound as NULL, before which there is nothing.
#[tokio::test]
async fn a_cursor_whose_number_is_no_decimal_is_refused() {
    let project = zoo::park().await;
    let order = Order { field: "allReadings".to_owned(), key: "amount".to_owned(), ascending: true };
    let all = ask(&project, &order, "").await;
    let cursor = all["edges"][59]["cursor"].as_str().unwrap();
    let place = String::from_utf8(STANDARD.decode(cursor).unwrap()).unwrap();
    let parts: Vec<&str> = place.split(',').collect();
    let cursor = STANDARD.encode([parts[0], "1e29", parts[2]].join(","));
    let query =
        format!("{{ allReadings(orderBy: {{ amount: true }}, before: \"{cursor}\") {{ edges {{ cursor }} }} }}");
    let answer = project.execute(&super_user(), &query, "{}").await;
    assert_eq!(answer["errors"][0]["message"], "INVALID_CURSOR", "{answer}");
}

/// The requests of 10-core §10.4 on sixty rows, with the answers of §10.3.
#[tokio::test]
async fn pages_of_sixty_rows() {
    let project = zoo::park().await;
    let order = Order { field: "allReadings".to_owned(), key: "label".to_owned(), ascending: true };
    let expected = ids(&ask(&project, &order, "").await);
    assert_eq!(expected.len(), 60);
    let after = |at: usize| format!(", after: {}", offset(at));
    let rows = [
        (", first: 3".to_owned(), 0..3, true, false),
        (format!(", first: 3{}", after(2)), 3..6, true, true),
        (format!(", first: 10{}", after(9)), 10..20, true, true),
        (format!(", first: 3{}", after(56)), 57..60, false, true),
        (format!(", last: 3, before: {}", offset(10)), 7..10, true, true),
        (format!("{}, before: {}", after(10), offset(20)), 11..20, true, true),
        (", first: 4, last: 2".to_owned(), 2..4, true, true),
        (", last: 3".to_owned(), 57..60, false, true),
        (String::new(), 0..60, false, false),
        (", first: 0".to_owned(), 0..0, true, false),
        // Beside the table: an empty cursor is none, `limit` caps, and cursors may point outside.
        (", first: 3, after: \"\"".to_owned(), 0..3, true, false),
        (", limit: 5".to_owned(), 0..5, true, false),
        (", first: 9, limit: 5".to_owned(), 0..5, true, false),
        (", last: 9, limit: 5".to_owned(), 55..60, false, true),
        (after(99), 60..60, false, true),
        (format!("{}, before: {}", after(99), offset(10)), 60..60, true, true),
        (format!(", first: 2, before: {}", offset(99)), 0..2, true, false),
    ];
    for (more, range, has_next, has_previous) in rows {
        let page = ask(&project, &order, &more).await;
        let info = &page["pageInfo"];
        assert_eq!(ids(&page), expected[range], "{more}");
        assert_eq!(
            (&info["hasNextPage"], &info["hasPreviousPage"]),
            (&json!(has_next), &json!(has_previous)),
            "{more}"
        );
        assert_eq!(info["startCursor"].is_null(), page["edges"].as_array().unwrap().is_empty(), "{more}");
    }
}

#[tokio::test]
async fn wrong_paging_arguments_are_named() {
    let project = zoo::park().await;
    let cursor = |text: &str| format!("\"{}\"", STANDARD.encode(text));
    let own = {
        let order = Order { field: "allReadings".to_owned(), key: "label".to_owned(), ascending: true };
        ask(&project, &order, ", first: 1").await["edges"][0]["cursor"].to_string()
    };
    for (arguments, message) in [
        ("first: -1".to_owned(), "Argument 'first' must be a non-negative integer."),
        ("last: -1".to_owned(), "Argument 'last' must be a non-negative integer."),
        ("first: 101".to_owned(), "Argument 'first' cannot be higher than 100."),
        ("last: 101".to_owned(), "Argument 'last' cannot be higher than 100."),
        (format!("after: {}", cursor("wrong:1")), "Argument 'after' contains a non-existing value."),
        (format!("before: {}", cursor("wrong:1")), "Argument 'before' contains a non-existing value."),
        (format!("after: {}", cursor("arrayconnection:x")), "INVALID_CURSOR"),
        ("after: \"?\"".to_owned(), "INVALID_CURSOR"),
        (format!("after: {}", cursor("lys1:[]")), "INVALID_CURSOR"),
        (format!("after: {}", cursor("lys1:{}")), "INVALID_CURSOR"),
        // A cursor of another order.
        (format!("orderBy: {{ batch: true }}, after: {own}"), "INVALID_CURSOR"),
    ] {
        let query = format!("{{ allReadings({arguments}) {{ edges {{ cursor }} }} }}");
        let answer = project.execute(&super_user(), &query, "{}").await;
        assert_eq!(answer["errors"][0]["message"], message, "{query}\n{answer}");
        assert!(answer["data"].is_null());
    }
}
