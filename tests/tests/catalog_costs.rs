//! What each operation of the catalog costs in statements: a golden file made through the registry.

use std::fmt::Write as _;

use expect_test::expect_file;
use lys::{
    access::Actor,
    app::{Model, OperationEntry},
    node::NodeFieldKind,
    operation::{OutputDef, Root},
    prelude::*,
    testing::{Statements, TestDatabase, TestProject, anonymous, super_user},
};

use crate::catalog_kit::{ACME, catalog, client_id, codes, json, member, product_id, run};

/// The declarations and arguments of each operation. Whoever adds an operation to the catalog adds a line here.
const ARGUMENTS: [(&str, &str, &str); 6] = [
    ("all_categories", "", "(first: 5)"),
    ("product", "($id: ID!)", "(id: $id)"),
    ("delete_product", "($id: ID!)", "(id: $id)"),
    ("all_products", "", "(first: 5)"),
    ("create_product", "($new: CreateProductInput!)", "(inputs: $new)"),
    ("update_product", "($id: ID!, $changes: UpdateProductInput!)", "(id: $id, inputs: $changes)"),
];

/// Values for the declared variables: a product that no earlier run has touched, and names that no row has yet.
fn used(declared: &str, run: u32) -> Json {
    let new = json!({ "name": format!("New {run}"), "price": 5, "categoryId": "HOME", "clientId": client_id(ACME) });
    let values =
        [("id", json!(product_id(run))), ("new", new), ("changes", json!({ "name": format!("Changed {run}") }))];
    values.into_iter().filter(|(name, _)| declared.contains(&format!("${name}:"))).collect()
}

/// Every plain field of a node; with `relations`, every relation with its plain fields too.
fn selection(model: &Model, node: &str, relations: bool) -> String {
    let node = model.nodes().find(|entry| entry.definition.name == node).unwrap();
    let fields = node.definition.fields.iter().filter_map(|field| {
        let name = lys::name::camel_case(field.name);
        match &field.kind {
            NodeFieldKind::Column { .. } => Some(name),
            NodeFieldKind::ToOne { node, .. } | NodeFieldKind::ToMany { node, .. } if relations => {
                Some(format!("{name} {{ {} }}", selection(model, node, false)))
            }
            _ => None,
        }
    });
    fields.collect::<Vec<_>>().join(" ")
}

/// What can be selected of an operation's answer, and what that is called in the file.
fn selections(model: &Model, operation: &OperationEntry) -> Vec<(&'static str, String)> {
    let mut selections = match &operation.definition.output {
        OutputDef::Node { node, .. } => vec![
            ("its columns", selection(model, node, false)),
            ("its columns and relations", selection(model, node, true)),
        ],
        OutputDef::Connection { node, .. } => {
            let page = |relations, more| {
                let node = selection(model, node, relations);
                format!("edges {{ cursor node {{ {node} }} }} pageInfo {{ hasNextPage endCursor {more} }}")
            };
            vec![
                ("a page", page(false, "")),
                ("a page and its relations", page(true, "")),
                ("a page and totalCount", page(false, "totalCount")),
                ("totalCount", "pageInfo { totalCount }".to_owned()),
            ]
        }
        OutputDef::Success { .. } => vec![("success", "succeed".to_owned())],
        OutputDef::Value { .. } => panic!("{}: the golden file has no line for values yet", operation.definition.name),
    };
    // A node without relations has nothing more to select.
    selections.dedup_by(|later, earlier| later.1 == earlier.1);
    selections
}

/// Who asks.
fn actors() -> [(&'static str, Actor); 3] {
    [("super user", super_user()), ("member", member(ACME)), ("stranger", anonymous())]
}

/// The lines of one operation: what is selected, who asks, and then what that costs. Actors who pay the same share a line.
async fn lines(catalog: &TestProject, operation: &OperationEntry) -> String {
    let name = operation.definition.name;
    let (_, declared, given) = ARGUMENTS.into_iter().find(|(known, ..)| *known == name).unwrap_or_else(|| {
        panic!("the operation `{name}` is not in the golden file: add its arguments to `ARGUMENTS`")
    });
    let root = match operation.definition.root {
        Root::Query => "query",
        Root::Mutation => "mutation",
        Root::Subscription => "subscription",
    };
    let mut lines = format!("\n{name} ({})\n", operation.definition.kind.name());
    let mut runs = 1..;
    for (what, selection) in selections(catalog.engine().model(), operation) {
        let query = format!("{root} Q{declared} {{ {}{given} {{ {selection} }} }}", operation.field);
        let mut costs: Vec<(Vec<&str>, String)> = Vec::new();
        for ((who, actor), run) in actors().into_iter().zip(&mut runs) {
            let ran = catalog.statements_of(&actor, &query, &used(declared, run).to_string()).await;
            let cost = cost(&ran);
            match costs.iter_mut().find(|(_, known)| *known == cost) {
                Some((others, _)) => others.push(who),
                None => costs.push((vec![who], cost)),
            }
        }
        for (who, cost) in costs {
            writeln!(lines, "  {what} [{}]: {cost}", who.join(", ")).unwrap();
        }
    }
    lines
}

/// The number of statements or the codes of the refusal, and the texts.
fn cost(ran: &Statements<Json>) -> String {
    let codes = codes(&ran.answer);
    let count = if codes.is_empty() { ran.count().to_string() } else { codes.join(", ") };
    std::iter::once(count).chain(ran.texts().iter().map(|text| format!("    {text}"))).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_statements_of_every_operation_are_the_ones_that_were_reviewed() {
    run(async {
        let mut file = "Statements of each operation of the catalog, transaction control left out.\n".to_owned();
        let model = Model::build(&[catalog::app()]).unwrap();
        for operation in model.operations() {
            file.push_str(&Box::pin(lines(&catalog().await, operation)).await);
        }
        let name = match TestDatabase::current() {
            TestDatabase::Sqlite => "../snapshots/catalog_statements.txt",
            TestDatabase::Postgres => "../snapshots/catalog_statements.postgres.txt",
            _ => "../snapshots/catalog_statements.mysql.txt",
        };
        expect_file![name].assert_eq(&file);
    });
}
