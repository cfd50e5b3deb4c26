//! Fields with an access of their own: who may not read one reads nothing of it, along no way (00-design §2 P3).

mod arguments;
pub(crate) mod payroll;
mod rows;
mod start_up;

use lys::{
    access::{Actor, Claims},
    app::Model,
    boot::access_table,
    execute::GraphqlRequest,
    testing::{TestProject, anonymous, super_user, user},
};
use serde_json::{Value, json};

use self::payroll::{app, employee_id, payroll};

const OPERATIONS: [&str; 6] =
    ["all_employees", "all_departments", "best_paid", "employee", "department", "rename_employee"];

/// Every operation, and no guarded field.
fn claims() -> Claims {
    OPERATIONS.into_iter().fold(user(3), Claims::grant)
}

fn clerk() -> Actor {
    claims().into()
}

fn paymaster() -> Actor {
    claims().grant("employee_node.salary").grant("employee_node.bonus").into()
}

/// `query` as the clerk: the code of every error, and what is answered. Nothing has to do with salaries, budgets or appraisals.
async fn refused(project: &TestProject, actor: &Actor, query: &str) -> Value {
    let before = project.rows().await;
    let ran = project.statements_of(actor, query, "{}").await;
    let touched = ["salary", "budget", "appraisal"];
    assert!(!ran.texts().iter().any(|text| touched.iter().any(|word| text.contains(word))), "{query}\n{ran}");
    let text = ran.answer.to_string();
    for secret in ["70001", "70002", "70003", "70004", "1000001", "1000002", "appraisal 1", "7000."] {
        assert!(!text.contains(secret), "{query}\n{text}");
    }
    assert_eq!(before, project.rows().await);
    ran.answer
}

fn errors(answer: &Value) -> Vec<(String, Value)> {
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    errors
        .iter()
        .map(|error| (error["extensions"]["code"].as_str().unwrap().to_owned(), error["path"].clone()))
        .collect()
}

#[tokio::test]
async fn a_field_without_its_right_is_null_with_an_error_at_its_path() {
    let project = payroll().await;
    let query = "{ allEmployees(first: 2) { edges { node { name salary } } } }";
    let answer = refused(&project, &clerk(), query).await;
    let edges = json!([
        { "node": { "name": "employee 1", "salary": null } }, { "node": { "name": "employee 2", "salary": null } },
    ]);
    assert_eq!(answer["data"]["allEmployees"]["edges"], edges);
    let path = |index: i32| json!(["allEmployees", "edges", index, "node", "salary"]);
    let denied = "PERMISSION_DENIED".to_owned();
    assert_eq!(errors(&answer), [(denied.clone(), path(0)), (denied, path(1))]);

    for actor in [paymaster(), super_user()] {
        let answer = project.execute(&actor, query, "{}").await;
        assert!(answer["errors"].is_null(), "{answer}");
        assert_eq!(answer["data"]["allEmployees"]["edges"][1]["node"]["salary"], 70_002);
    }
    // The plan that the others got is not the clerk's.
    assert_eq!(refused(&project, &clerk(), query).await, answer);
}

/// Null may stand for a guarded field, whatever its column holds: the row stays.
#[tokio::test]
async fn a_guarded_field_may_always_be_null() {
    let project = payroll().await;
    let answer = refused(&project, &clerk(), "{ allDepartments(first: 1) { edges { node { name budget } } } }").await;
    let row = json!({ "name": "department 1", "budget": null });
    assert_eq!(answer["data"]["allDepartments"]["edges"][0]["node"], row);
    let path = json!(["allDepartments", "edges", 0, "node", "budget"]);
    assert_eq!(errors(&answer), [("PERMISSION_DENIED".to_owned(), path)]);
    let query = "query($id: ID!) { node(id: $id) { id ... on EmployeeNode { name bonus appraisals { text } } } }";
    let answer = project.execute(&clerk(), query, &json!({ "id": employee_id(1) }).to_string()).await;
    let row = json!({ "id": employee_id(1), "name": "employee 1", "bonus": null, "appraisals": null });
    assert_eq!(answer["data"], json!({ "node": row }));
    let paths: Vec<Value> = errors(&answer).into_iter().map(|(_, path)| path).collect();
    assert_eq!(paths, [json!(["node", "bonus"]), json!(["node", "appraisals"])]);
    let sdl = project.engine().sdl();
    for field in ["\tsalary: Int\n", "\tbudget: Int\n", "\tbonus: Int\n", "\tappraisals: [AppraisalNode!]\n"] {
        assert!(sdl.contains(field), "{field}\n{sdl}");
    }
}

/// Aliases, fragments, relations, computed fields, `node` and `nodes`, the field twice: no way leads to it.
#[tokio::test]
async fn no_selection_reaches_a_denied_field() {
    let project = payroll().await;
    for query in [
        "{ allEmployees { edges { node { a: salary b: salary name } } } }",
        "{ allEmployees { edges { node { ...s ... on EmployeeNode { salary } ... on Node { ...s } } } } } fragment s on EmployeeNode { x: salary }",
        "{ allEmployees { edges { node { bonus } } } }",
        "{ allEmployees { edges { node { raise(by: 1) } } } }",
        "{ allEmployees { edges { node { appraisals { text } } } } }",
        "{ allEmployees { edges { node { appraisals { __typename } } } } }",
        "{ allEmployees { edges { node { department { budget } } } } }",
        "{ allDepartments { edges { node { staff { salary } } } } }",
        "{ allDepartments { edges { node { employees { edges { node { salary department { staff { salary } } } } } } } } }",
        "{ a: allEmployees { pageInfo { totalCount } } b: allEmployees { edges { node { salary } } } }",
        "{ b: allEmployees { edges { node { salary } } } a: allEmployees { pageInfo { totalCount } } }",
    ] {
        let answer = refused(&project, &clerk(), query).await;
        let errors = errors(&answer);
        assert!(!errors.is_empty() && errors.iter().all(|(code, _)| code == "PERMISSION_DENIED"), "{query}\n{answer}");
        let answer = project.execute(&super_user(), query, "{}").await;
        assert!(answer["errors"].is_null(), "{query}\n{answer}");
    }
    let ids = json!({ "ids": [employee_id(1), employee_id(2)] }).to_string();
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on EmployeeNode { salary name } } }";
    let ran = project.statements_of(&clerk(), query, &ids).await;
    assert!(ran.texts().iter().all(|text| !text.contains("salary")), "{ran}");
    let answer = ran.assert_exactly(1);
    assert_eq!(answer["data"]["nodes"][1], json!({ "salary": null, "name": "employee 2" }));
    assert_eq!(errors(&answer)[1].1, json!(["nodes", 1, "salary"]));
}

/// A denied relation is no statement, and those beside it are as many as ever.
#[tokio::test]
async fn a_denied_relation_costs_nothing() {
    let project = payroll().await;
    let query = "{ allEmployees { edges { node { name appraisals { text } department { name } } } } }";
    project.statements_of(&super_user(), query, "{}").await.assert_exactly(3);
    let soft = "{ allEmployees { edges { node { name salary department { name } } } } }";
    project.statements_of(&clerk(), soft, "{}").await.assert_exactly(2);
    project.statements_of(&paymaster(), soft, "{}").await.assert_exactly(2);
}

/// Signed out: the code by which a client knows to sign in, from a public operation too.
#[tokio::test]
async fn nobody_is_told_to_sign_in() {
    let project = payroll().await;
    for query in [
        "{ publicDepartments { edges { node { name budget } } } }",
        "{ publicDepartments { aggregate { budget { max } } } }",
    ] {
        let answer = refused(&project, &anonymous(), query).await;
        assert!(errors(&answer).iter().all(|(code, _)| code == "ACCESS_DENIED_ERROR"), "{answer}");
        assert!(!errors(&answer).is_empty());
    }
    let answer = project.execute(&anonymous(), "{ publicDepartments { edges { node { name } } } }", "{}").await;
    assert!(answer["errors"].is_null(), "{answer}");
}

/// A mutation that may not show what it selects is not begun: clients send refused ones again.
#[tokio::test]
async fn a_mutation_is_refused_before_it_writes() {
    let project = payroll().await;
    let query = "mutation($id: ID!) {
        first: renameEmployee(id: $id, inputs: { name: \"changed\" }) { name }
        renameEmployee(id: $id, inputs: { name: \"changed again\" }) { name salary }
    }";
    let variables = json!({ "id": employee_id(1) }).to_string();
    let before = project.rows().await;
    let ran = project.statements_of(&clerk(), query, &variables).await;
    let answer = ran.assert_exactly(0);
    assert_eq!(answer["data"], Value::Null);
    assert_eq!(errors(&answer), [("PERMISSION_DENIED".to_owned(), json!(["renameEmployee"]))]);
    assert_eq!(answer["errors"][0]["extensions"]["field"], "salary");
    assert_eq!(before, project.rows().await);
    let answer = project.execute(&paymaster(), query, &variables).await;
    assert_eq!(answer["data"]["renameEmployee"], json!({ "name": "changed again", "salary": 70_001 }));
}

/// What sums up a field shows it: that is told before the mutation writes, too.
#[tokio::test]
async fn a_mutation_that_sums_up_a_denied_field_writes_nothing() {
    let project = payroll().await;
    let query = "mutation($id: ID!) { renameEmployee(id: $id, inputs: { name: \"changed\" }) {
        department { employees { aggregate { salary { sum } } } } } }";
    let variables = json!({ "id": employee_id(1) }).to_string();
    let before = project.rows().await;
    let ran = project.statements_of(&clerk(), query, &variables).await;
    let answer = ran.assert_exactly(0);
    assert_eq!(answer["data"], Value::Null);
    assert_eq!(errors(&answer), [("PERMISSION_DENIED".to_owned(), json!(["renameEmployee"]))]);
    assert_eq!(before, project.rows().await);
    let answer = project.execute(&paymaster(), query, &variables).await;
    assert!(answer["errors"].is_null(), "{answer}");
}

/// Only the claim that names the field grants it: no operation's does, nor one of an unknown value.
#[tokio::test]
async fn other_claims_do_not_grant_a_field() {
    let project = payroll().await;
    let query = "{ allEmployees { edges { node { salary } } } }";
    for claim in ["employee_node", "salary", "employeeNode.salary", "EmployeeNode.salary", "department_node.salary"] {
        let actor = claims().grant(claim).into();
        let answer = refused(&project, &actor, query).await;
        assert_eq!(errors(&answer)[0].0, "PERMISSION_DENIED", "{claim}");
    }
    // A right to the field is none to the operation.
    let actor = user(3).grant("employee_node.salary").into();
    let answer = refused(&project, &actor, query).await;
    assert_eq!(answer["data"], Value::Null);
}

#[tokio::test]
async fn the_access_table_and_plans_tell_of_guarded_fields() {
    let model = Model::build(&[app()]).unwrap();
    let table = access_table(&model);
    let line = table.lines().find(|line| line.starts_with("employee_node.salary")).unwrap_or_else(|| panic!("{table}"));
    let cells: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    let expected = [
        "employee_node.salary",
        "node field",
        "payroll",
        "ROLE, ORGANIZATION_ROLE, OWNER",
        "-",
        "no",
        "yes",
        "owner user_id, client client_id",
    ];
    assert_eq!(cells, expected);
    let names: Vec<&str> = model.guards().map(|guard| guard.name.as_str()).collect();
    let expected = [
        "department_node.budget",
        "employee_node.salary",
        "employee_node.appraisals",
        "employee_node.bonus",
        "employee_node.raise",
    ];
    assert_eq!(names, expected);

    let project = payroll().await;
    let sdl = project.engine().sdl();
    let described = sdl.split_once("What it may spend.").and_then(|(_, rest)| rest.split_once("budget: Int"));
    assert!(described.is_some_and(|(text, _)| text.contains("ACCESS LEVELS: ROLE")), "{sdl}");
    let query = "{ allEmployees { edges { node { salary } } } }".to_owned();
    let request = lys::context::Request::of(clerk());
    let explained = project.engine().explain(&request, &GraphqlRequest { query, ..GraphqlRequest::default() }).await;
    let tree = explained.plan.unwrap().to_string();
    assert!(tree.contains("field employee_node.salary: denied, PERMISSION_DENIED"), "{tree}");
}
