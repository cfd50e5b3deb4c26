//! A denied field in what is sorted, filtered, summed up and grouped by, and in cursors.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lys::testing::super_user;
use serde_json::{Value, json};

use super::{clerk, errors, paymaster, payroll::payroll, refused};

/// Each refusal is that of its root field: nothing is asked, and nothing of the document is answered.
#[tokio::test]
async fn a_denied_field_sorts_filters_and_sums_up_nothing() {
    let project = payroll().await;
    for arguments in [
        "orderBy: { salary: true }",
        "orderBy: { salary: false }, first: 1",
        "sort: [{ salary: ASC }]",
        "sort: [{ name: ASC }, { salary: DESC }]",
        "sort: { department: { budget: ASC } }",
        "sort: { appraisals: { count: ASC } }",
        "filter: { salary: { gt: 70001 } }",
        "filter: { salary: { in: [] } }",
        "filter: { name: { eq: \"employee 1\" }, salary: { eq: 1 } }",
        "filter: { or: [{ name: { eq: \"x\" } }, { and: [{ not: { salary: { lt: 0 } } }] }] }",
        "filter: { department: { budget: { gt: 0 } } }",
        "filter: { appraisals: { some: {} } }",
        "filter: { appraisals: { none: { text: { contains: \"1\" } } } }",
        "filter: { not: { appraisals: { every: { text: { eq: \"appraisal 1\" } } } } }",
    ] {
        for selection in
            ["edges { node { name } }", "pageInfo { totalCount }", "edges { cursor }", "aggregate { count }"]
        {
            let query = format!("{{ allEmployees({arguments}) {{ {selection} }} }}");
            let answer = refused(&project, &clerk(), &query).await;
            assert_eq!(answer["data"], Value::Null, "{query}");
            let denied = ("PERMISSION_DENIED".to_owned(), json!(["allEmployees"]));
            assert_eq!(errors(&answer), [denied], "{query}");
            let answer = project.execute(&super_user(), &query, "{}").await;
            assert!(answer["errors"].is_null(), "{query}\n{answer}");
        }
    }
}

/// The same with variables, which no document shows.
#[tokio::test]
async fn variables_hide_nothing() {
    let project = payroll().await;
    let query = "query($f: AllEmployeesFilter, $s: [AllEmployeesSort!], $o: EmployeeNodeOderByType) {
        allEmployees(filter: $f, sort: $s, orderBy: $o) { edges { node { name } } } }";
    let given = [
        json!({ "f": { "salary": { "gt": 1 } } }),
        json!({ "s": [{ "salary": "ASC" }] }),
        json!({ "o": { "salary": true } }),
        json!({ "f": { "and": [{ "department": { "budget": { "gt": 1 } } }] } }),
    ];
    for variables in &given {
        let ran = project.statements_of(&clerk(), query, &variables.to_string()).await;
        let answer = ran.assert_exactly(0);
        assert_eq!(errors(&answer)[0].0, "PERMISSION_DENIED", "{variables}");
    }
    for variables in ["{}", r#"{ "f": { "name": { "eq": "employee 1" } } }"#, r#"{ "s": [{ "name": "ASC" }] }"#] {
        let answer = project.execute(&clerk(), query, variables).await;
        assert!(answer["errors"].is_null(), "{answer}");
    }
}

#[tokio::test]
async fn a_denied_field_comes_to_nothing() {
    let project = payroll().await;
    for (selection, path) in [
        ("aggregate { count salary { min max sum avg } }", json!(["allEmployees", "aggregate", "salary"])),
        ("x: aggregate { age { max } y: salary { __typename } }", json!(["allEmployees", "x", "y"])),
        ("groups(by: SALARY) { aggregate { count } }", json!(["allEmployees", "groups"])),
        ("groups(by: [AGE, SALARY]) { key { age } aggregate { count } }", json!(["allEmployees", "groups"])),
        ("groups(by: AGE) { key { salary } }", json!(["allEmployees", "groups", "key", "salary"])),
        ("groups(by: AGE) { aggregate { salary { max } } }", json!(["allEmployees", "groups", "aggregate", "salary"])),
        ("edges { node { name } } aggregate { salary { max } }", json!(["allEmployees", "aggregate", "salary"])),
    ] {
        let query = format!("{{ allEmployees {{ {selection} }} }}");
        let answer = refused(&project, &clerk(), &query).await;
        assert_eq!(answer["data"], Value::Null, "{query}");
        assert_eq!(errors(&answer), [("PERMISSION_DENIED".to_owned(), path)], "{query}");
        let answer = project.execute(&paymaster(), &query, "{}").await;
        assert!(answer["errors"].is_null(), "{query}\n{answer}");
    }
    let open = "{ allEmployees { aggregate { count age { max } } groups(by: AGE) { key { age } } } }";
    let answer = project.execute(&clerk(), open, "{}").await;
    assert!(answer["errors"].is_null(), "{answer}");
}

/// In the connection of a relation, whatever the rows above are.
#[tokio::test]
async fn the_lists_of_relations_are_guarded_too() {
    let project = payroll().await;
    for arguments in [
        "employees(orderBy: { salary: true }) { edges { node { name } } }",
        "employees(orderBy: { salary: true }, first: 1) { pageInfo { endCursor } }",
        "employees { aggregate { salary { max } } }",
        "employees { groups(by: SALARY) { aggregate { count } } }",
    ] {
        let query = format!("{{ allDepartments {{ edges {{ node {{ {arguments} }} }} }} }}");
        let answer = refused(&project, &clerk(), &query).await;
        assert!(errors(&answer).iter().all(|(code, _)| code == "PERMISSION_DENIED"), "{answer}");
        assert!(!errors(&answer).is_empty(), "{query}");
        let answer = project.execute(&paymaster(), &query, "{}").await;
        assert!(answer["errors"].is_null(), "{query}\n{answer}");
    }
    let filter =
        "{ allDepartments(filter: { employees: { some: { salary: { gt: 70003 } } } }) { pageInfo { totalCount } } }";
    assert_eq!(errors(&refused(&project, &clerk(), filter).await)[0].0, "PERMISSION_DENIED");
    let answer = project.execute(&paymaster(), filter, "{}").await;
    assert_eq!(answer["data"]["allDepartments"]["pageInfo"]["totalCount"], 1);
}

/// An author's order by a denied field is dropped: neither places nor cursors tell of it.
#[tokio::test]
async fn the_authors_order_tells_nothing() {
    let project = payroll().await;
    let query = "{ bestPaid(first: 3) { edges { cursor node { name } } pageInfo { endCursor hasNextPage } } }";
    let answer = refused(&project, &clerk(), query).await;
    assert!(answer["errors"].is_null(), "{answer}");
    let names = |answer: &Value| {
        let edges = answer["data"]["bestPaid"]["edges"].as_array().unwrap().clone();
        edges.iter().map(|edge| edge["node"]["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&answer), ["employee 1", "employee 2", "employee 3"]);
    for edge in answer["data"]["bestPaid"]["edges"].as_array().unwrap() {
        let cursor = STANDARD.decode(edge["cursor"].as_str().unwrap()).unwrap();
        assert!(!String::from_utf8(cursor).unwrap().contains("7000"));
    }
    // Pages go on in that order.
    let after = |cursor: &Value| format!("{{ bestPaid(after: {cursor}) {{ edges {{ cursor node {{ name }} }} }} }}");
    let next = refused(&project, &clerk(), &after(&answer["data"]["bestPaid"]["pageInfo"]["endCursor"])).await;
    assert_eq!(names(&next), ["employee 4"]);

    let paid = project.execute(&paymaster(), query, "{}").await;
    assert_eq!(names(&paid), ["employee 4", "employee 3", "employee 2"]);
    // A cursor with a salary in it, however it was come by, is no place in the clerk's list.
    let stolen = refused(&project, &clerk(), &after(&paid["data"]["bestPaid"]["pageInfo"]["endCursor"])).await;
    assert_eq!(errors(&stolen)[0].0, "INVALID_CURSOR");
    // Nor do the reference's cursors know another order.
    let offset = json!(STANDARD.encode("arrayconnection:1"));
    assert_eq!(names(&refused(&project, &clerk(), &after(&offset)).await), ["employee 3", "employee 4"]);
}
