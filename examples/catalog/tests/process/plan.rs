//! Plans: in answers, and on the command line.

use std::io::Write as _;

use serde_json::json;
use tempfile::TempDir;

use crate::kit::{Server, catalog, demo_product, printed, read, refused, token};

/// What is in the answer to a page whose plan is asked for.
fn keys_with_plan(server: &Server) -> Vec<String> {
    let mut client = server.client("");
    let body = json!({ "query": "{ allCategories { edges { node { code } } } }" }).to_string();
    let head = client.head(body.len(), "X-Lys-Plan: 1\r\n");
    client.stream.get_mut().write_all(format!("{head}{body}").as_bytes()).unwrap();
    let (status, answer) = client.answer().unwrap();
    assert_eq!((status, answer["data"]["allCategories"]["edges"].as_array().unwrap().len()), (200, 3), "{answer}");
    answer.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn plans_are_shown_in_dev_only() {
    let directory = TempDir::new().unwrap();
    let server = Server::start(directory.path());
    assert_eq!(keys_with_plan(&server), ["data", "extensions"]);
    assert_eq!(server.stop(), Some(0));
    for environment in ["demo", "preprod", "prod"] {
        let mut command = catalog(directory.path(), &["--port", "0"]);
        command.env("LYS_ENV", environment).env("LYS_SECRET_KEY", "s".repeat(32)).env("LYS_LOG", "off");
        let server = Server::start_with(command);
        assert_eq!(keys_with_plan(&server), ["data"], "{environment}");
        assert_eq!(server.stop(), Some(0));
    }
}

#[test]
fn explain_prints_a_plan_and_writes_nothing() {
    let directory = TempDir::new().unwrap();
    let explain = |arguments: &[&str]| catalog(directory.path(), &[&["explain"], arguments].concat());
    let file = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    file(
        "page.graphql",
        "query A { __typename } query B($n: Int) { allProducts(first: $n) { edges { node { name } } } }",
    );
    file("rename.graphql", "mutation ($id: ID!) { updateProduct(id: $id, inputs: { name: \"Other\" }) { name } }");
    file("page.json", r#"{ "n": 3 }"#);
    file("rename.json", &json!({ "id": demo_product(1) }).to_string());

    let page = ["page.graphql", "--operation-name", "B", "--variables", "page.json", "--as"];
    let tree = printed(explain(&[&page[..], &["acme-member"]].concat()));
    for part in ["allProducts (all_products), ", "page: Product, \"client_id\" = ?", "4 rows, ", "\n1 statement\n"] {
        assert!(tree.contains(part), "{part} in {tree}");
    }
    let super_user = token(directory.path(), "super-user");
    assert!(printed(explain(&[&page[..], &[&super_user]].concat())).contains("page: Product, all rows"));
    assert!(printed(explain(&page[..5])).contains("denied, ACCESS_DENIED_ERROR"));

    let tree = printed(explain(&["rename.graphql", "--variables", "rename.json", "--as", "manager"]));
    assert!(tree.contains("rolled back: nothing was written") && tree.contains("UPDATE \"product\""), "{tree}");
    assert_eq!(read(directory.path(), &["SELECT name FROM product WHERE name = 'Other'"]), [Vec::<String>::new()]);

    let mut outside_dev = explain(&["rename.graphql", "--variables", "rename.json"]);
    outside_dev.env("LYS_ENV", "prod").env("LYS_SECRET_KEY", "s".repeat(32));
    assert!(refused(outside_dev).contains("roll it back, which is for dev, and this is prod"));
    assert!(refused(explain(&["nowhere.graphql"])).contains("nowhere.graphql cannot be read"));
    assert!(refused(explain(&["page.json"])).contains("the document is refused: Syntax Error"));
    assert!(refused(explain(&["page.graphql", "--variables", "page.graphql"])).contains("is no JSON object"));
    assert!(refused(explain(&["page.graphql", "--as", "nobody"])).contains("no demo account `nobody`; there are:"));
}
