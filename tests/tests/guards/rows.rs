//! Rights to a field of some rows: they hold where all rows at that place are such rows.

use lys::{
    access::{Actor, Claims},
    testing::{super_user, user},
};
use serde_json::{Value, json};

use super::{
    errors,
    payroll::{FOREIGN, OWN, employee_id, id, payroll},
};

const SALARIES: &str = "{ allEmployees { edges { node { name salary } } } }";

fn member(operations: &[&str]) -> Claims {
    user(3).organization("client", OWN, operations.iter().copied())
}

fn salaries(answer: &Value) -> Vec<Value> {
    let edges = answer["data"]["allEmployees"]["edges"].as_array().unwrap_or_else(|| panic!("{answer}")).clone();
    edges.iter().map(|edge| edge["node"]["salary"].clone()).collect()
}

#[tokio::test]
async fn a_right_inside_an_organization_shows_its_rows() {
    let project = payroll().await;
    let actor: Actor = member(&["all_employees", "employee_node.salary"]).into();
    let answer = project.execute(&actor, SALARIES, "{}").await;
    assert!(answer["errors"].is_null(), "{answer}");
    assert_eq!(salaries(&answer), [json!(70_001), json!(70_003)]);
    for arguments in ["orderBy: { salary: false }", "filter: { salary: { gt: 0 } }", "sort: { salary: DESC }"] {
        let query = format!(
            "{{ allEmployees({arguments}) {{ edges {{ node {{ salary }} }} aggregate {{ salary {{ max }} }} }} }}"
        );
        let answer = project.execute(&actor, &query, "{}").await;
        assert!(answer["errors"].is_null(), "{answer}");
        assert_eq!(answer["data"]["allEmployees"]["aggregate"]["salary"]["max"], 70_003);
    }
    // Without the field's right: none of them.
    let answer = project.execute(&member(&["all_employees"]).into(), SALARIES, "{}").await;
    assert_eq!(salaries(&answer), [Value::Null, Value::Null]);
}

/// Rows of two organizations, the field of one: a place that shows both shows neither.
#[tokio::test]
async fn a_right_to_fewer_rows_than_are_read_is_none() {
    let project = payroll().await;
    let both = |claims: Claims| claims.organization("client", FOREIGN, ["all_employees"]);
    for actor in [
        both(member(&["all_employees", "employee_node.salary"])),
        member(&["employee_node.salary"]).grant("all_employees"),
        user(101).grant_own("employee_node.salary").grant("all_employees"),
        user(101).grant_own("employee_node.salary").organization("client", OWN, ["all_employees"]),
        member(&["all_employees"]).organization("client", FOREIGN, ["employee_node.salary"]),
    ] {
        let actor: Actor = actor.into();
        let ran = project.statements_of(&actor, SALARIES, "{}").await;
        assert!(ran.texts().iter().all(|text| !text.contains("salary")), "{ran}");
        assert!(salaries(&ran.answer).iter().all(Value::is_null), "{}", ran.answer);
        assert!(errors(&ran.answer).iter().all(|(code, _)| code == "PERMISSION_DENIED"));
        let sorted = "{ allEmployees(orderBy: { salary: true }) { edges { node { name } } } }";
        project.statements_of(&actor, sorted, "{}").await.assert_exactly(0);
    }
    // The other way round it is enough.
    let actor: Actor = member(&["all_employees", "employee_node.salary"])
        .organization("client", FOREIGN, ["employee_node.salary"])
        .into();
    assert_eq!(salaries(&project.execute(&actor, SALARIES, "{}").await), [json!(70_001), json!(70_003)]);
}

#[tokio::test]
async fn owners_read_their_own() {
    let project = payroll().await;
    let actor: Actor =
        user(101).grant_own("all_employees").grant_own("employee").grant_own("employee_node.salary").into();
    assert_eq!(id(101), id(100 + 1));
    assert_eq!(salaries(&project.execute(&actor, SALARIES, "{}").await), [json!(70_001)]);
    let query = "query($id: ID!) { node(id: $id) { ... on EmployeeNode { salary } } }";
    let node = async |n| project.execute(&actor, query, &json!({ "id": employee_id(n) }).to_string()).await;
    assert_eq!(node(1).await, json!({ "data": { "node": { "salary": 70_001 } } }));
    assert_eq!(node(2).await, json!({ "data": { "node": null } }));
}

/// Along `inherit` come rows of others: a right to the own ones does not reach them. Along `filter` come own rows only.
#[tokio::test]
async fn relations_that_leave_the_scope_leave_the_right() {
    let project = payroll().await;
    let actor: Actor = member(&["all_employees", "employee_node.salary"]).grant("unrelated").into();
    let inherited = "{ allEmployees { edges { node { department { staff { name salary } } } } } }";
    let ran = project.statements_of(&actor, inherited, "{}").await;
    assert!(ran.texts().iter().all(|text| !text.contains("salary")), "{ran}");
    assert!(!ran.answer.to_string().contains("7000"), "{}", ran.answer);
    assert!(!errors(&ran.answer).is_empty());
    let filtered = "{ allEmployees { edges { node { department { employees { edges { node { salary } } } } } } } }";
    let answer = project.execute(&actor, filtered, "{}").await;
    assert!(answer["errors"].is_null(), "{answer}");
    assert!(!answer.to_string().contains("70002"));
    let all = project.execute(&super_user(), inherited, "{}").await;
    assert!(all["errors"].is_null(), "{all}");
}

/// Two root fields, two decisions: the right holds below one and not below the other, in either order and for both at once.
#[tokio::test]
async fn each_root_field_is_checked_with_its_own_decision() {
    let project = payroll().await;
    // All employees by role, the best paid only inside the organization; so is the salary.
    let actor: Actor = member(&["best_paid", "employee_node.salary"]).grant("all_employees").into();
    let (all, best) = ("allEmployees { edges { node { salary } } }", "bestPaid { edges { node { salary } } }");
    for query in [format!("{{ {all} {best} }}"), format!("{{ {best} {all} }}")] {
        let answer = project.execute(&actor, &query, "{}").await;
        assert_eq!(salaries(&answer), vec![Value::Null; 4], "{query}");
        let paid = &answer["data"]["bestPaid"]["edges"];
        assert_eq!(*paid, json!([{ "node": { "salary": 70_003 } }, { "node": { "salary": 70_001 } }]), "{query}");
        assert_eq!(errors(&answer).len(), 4);
        assert!(errors(&answer).iter().all(|(_, path)| path[0] == "allEmployees"));
    }
}
