//! Starting, settings, commands, stopping.

use std::{
    io::{BufRead as _, Read as _, Write as _},
    net::TcpListener,
};

use serde_json::json;
use tempfile::TempDir;

use crate::kit::{CREATE, PAGE, Server, catalog, check_integrity, output, printed, product, read, refused, token};

#[test]
fn a_fresh_start_needs_nothing_and_a_second_keeps_tokens() {
    let directory = TempDir::new().unwrap();
    let server = Server::start(directory.path());
    for file in [".lys/catalog.db", ".lys/secret"] {
        assert!(directory.path().join(file).is_file(), "{file}");
    }
    assert!(server.greeting.contains("/graphql"), "{}", server.greeting);

    // The query and the token that it prints work as they are.
    let query = server.greeting.lines().find(|line| line.trim_start().starts_with("{ ")).unwrap().trim();
    assert!(server.client("").data(query, &json!({}))["allCategories"]["edges"].as_array().unwrap().len() == 3);
    let printed = server.greeting.split("Bearer ").nth(1).unwrap().split('\'').next().unwrap().to_owned();
    let total = |server: &Server, token: &str| {
        server.client(token).data(PAGE, &json!({}))["allProducts"]["pageInfo"]["totalCount"].as_u64()
    };
    assert_eq!(total(&server, &printed), Some(40));
    let member = token(directory.path(), "acme-member");
    assert_eq!(total(&server, &member), Some(20));
    server.client(&printed).data(CREATE, &product("Sofa", 1.5));
    assert_eq!(server.stop(), Some(0));

    let server = Server::start(directory.path());
    assert_eq!((total(&server, &printed), total(&server, &member)), (Some(41), Some(21)));
    assert_eq!(server.stop(), Some(0));
    check_integrity(directory.path());
}

#[test]
fn a_busy_port_names_the_next_step() {
    let directory = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let said = refused(catalog(directory.path(), &["--port", &port.to_string()]));
    assert!(said.contains(&format!("port {port} is taken")), "{said}");
    assert!(said.contains(&format!("--port {}", port.wrapping_add(1))), "{said}");
    assert!(!directory.path().join(".lys/catalog.db").exists(), "nothing is made before the port is ours");
}

#[test]
fn settings_that_do_not_hold_are_refused() {
    let directory = TempDir::new().unwrap();
    let prod = |secret: &str| {
        let mut command = catalog(directory.path(), &["schema"]);
        command.env("LYS_ENV", "prod");
        if !secret.is_empty() {
            command.env("LYS_SECRET_KEY", secret);
        }
        command
    };
    let said = refused(prod(""));
    assert!(said.contains("prod needs a secret key") && said.contains("LYS_SECRET_KEY"), "{said}");
    let said = refused(prod("hunter2"));
    assert!(said.contains("shorter than 32") && !said.contains("hunter2"), "{said}");
    printed(prod(&"s".repeat(32)));

    std::fs::write(directory.path().join("lys.toml"), "prot = 1\n[database]\nulr = \"x\"\n").unwrap();
    let said = refused(catalog(directory.path(), &["schema"]));
    for part in ["2 faults", "lys.toml: unknown key `prot`; did you mean `port`?", "did you mean `database.url`?"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    std::fs::write(directory.path().join("lys.toml"), "apps = [\"catlog\"]\n").unwrap();
    let said = refused(catalog(directory.path(), &["schema"]));
    assert!(said.contains("did you mean `catalog`?"), "{said}");
    std::fs::remove_file(directory.path().join("lys.toml")).unwrap();
    for (apps, said) in [("catalog", ""), ("catalog, shop", "the project has no app `shop`"), ("", "the list is empty")]
    {
        let mut command = catalog(directory.path(), &["schema"]);
        command.env("LYS_APPS", apps);
        match said {
            "" => assert!(printed(command).contains("type ProductNode"), "{apps}"),
            said => assert!(refused(command).contains(said), "{apps}"),
        }
    }
    assert_eq!(output(catalog(directory.path(), &["sreve"])).status.code(), Some(2));
}

#[test]
fn production_has_no_demo_rows_and_no_introspection() {
    let directory = TempDir::new().unwrap();
    let mut command = catalog(directory.path(), &["--port", "0"]);
    command.env("LYS_ENV", "prod").env("LYS_SECRET_KEY", "s".repeat(32));
    let server = Server::start_with(command);
    assert_eq!(server.greeting.lines().count(), 1, "{}", server.greeting);
    let mut client = server.client("");
    let categories = client.data("{ allCategories { edges { node { code } } } }", &json!({}));
    assert_eq!(categories["allCategories"]["edges"].as_array().unwrap().len(), 3);
    let (_, answer) = client.send("{ __schema { queryType { name } } }", &json!({})).unwrap();
    assert!(answer["errors"][0]["message"].as_str().unwrap().starts_with("GraphQL introspection has been disabled"));
    assert_eq!(server.stop(), Some(0));
    assert_eq!(read(directory.path(), &["SELECT name FROM product"]), [Vec::<String>::new()]);
    assert!(!directory.path().join(".lys/secret").exists());
    let mut command = catalog(directory.path(), &["token"]);
    command.env("LYS_ENV", "prod").env("LYS_SECRET_KEY", "s".repeat(32));
    assert!(refused(command).contains("in dev only"));
}

#[test]
fn commands_print_what_they_say() {
    let directory = TempDir::new().unwrap();
    let schema = printed(catalog(directory.path(), &["schema"]));
    assert_eq!(schema, include_str!("../../../../tests/snapshots/catalog.graphql"));
    let access = printed(catalog(directory.path(), &["access"]));
    assert_eq!(access, include_str!("../../../../tests/snapshots/catalog_access.txt"));
    assert!(!directory.path().join(".lys/catalog.db").exists(), "printing needs no database");

    let all = printed(catalog(directory.path(), &["token"]));
    for account in ["super-user", "manager", "acme-member", "globex-member"] {
        assert!(all.contains(&format!("# {account}\n")), "{all}");
        assert_eq!(token(directory.path(), account).split('.').count(), 3);
    }
    let said = refused(catalog(directory.path(), &["token", "--as", "nobody"]));
    assert!(said.contains("no demo account `nobody`") && said.contains("acme-member"), "{said}");
    for part in ["serve", "schema", "access", "token", "bench-data", "LYS_DATABASE__URL"] {
        assert!(printed(catalog(directory.path(), &["--help"])).contains(part), "{part}");
    }
}

#[test]
fn bench_data_is_always_the_same() {
    let rows = || {
        let directory = TempDir::new().unwrap();
        printed(catalog(directory.path(), &["bench-data", "--products", "30", "--reviews", "50"]));
        check_integrity(directory.path());
        read(
            directory.path(),
            &[
                "SELECT hex(id) || name || price || created_at FROM product WHERE name LIKE 'Product %' ORDER BY id",
                "SELECT hex(id) || hex(product_id) || rating || body FROM review WHERE body LIKE 'Review %' ORDER BY id",
            ],
        )
    };
    let first = rows();
    assert_eq!(first.iter().map(Vec::len).collect::<Vec<_>>(), [30, 50]);
    assert_eq!(first, rows());
}

#[test]
fn a_stopping_server_answers_what_it_has_begun() {
    let directory = TempDir::new().unwrap();
    let mut command = catalog(directory.path(), &["--port", "0"]);
    command.env("LYS_LOG", "lys::http=info");
    let mut server = Server::start_with(command);
    let mut client = server.client(&token(directory.path(), "manager"));
    let body = json!({ "query": CREATE, "variables": product("Just in time", 3.5) }).to_string();
    let head = client.head(body.len(), "Expect: 100-continue\r\n");
    client.stream.get_mut().write_all(head.as_bytes()).unwrap();
    assert_eq!(client.status_and_length().unwrap().0, 100, "the request has begun");
    server.signal("-TERM");
    let mut line = String::new();
    while !line.contains("stopping") {
        line.clear();
        assert_ne!(server.log.read_line(&mut line).unwrap(), 0, "it has stopped too early");
    }
    client.stream.get_mut().write_all(body.as_bytes()).unwrap();
    let (status, answer) = client.answer().unwrap();
    assert_eq!((status, &answer["data"]["createProduct"]["name"]), (200, &json!("Just in time")), "{answer}");
    let mut rest = String::new();
    server.log.read_to_string(&mut rest).unwrap();
    assert_eq!(server.child.wait().unwrap().code(), Some(0), "{rest}");
    assert_eq!(read(directory.path(), &["SELECT name FROM product WHERE name = 'Just in time'"]), [["Just in time"]]);
}
