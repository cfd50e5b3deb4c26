//! The catalog as a process: what a newcomer runs first, many clients at once, and sudden deaths.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::float_cmp, reason = "a test: prices are exact")]

use std::{
    collections::{HashMap, HashSet},
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, ChildStderr, Command, Output, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use lys::{
    GlobalId,
    sea_orm::{ConnectionTrait as _, Database, DbBackend, Statement},
};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

/// Nothing here takes longer; a hanging server fails the test instead of stopping it.
const PATIENCE: Duration = Duration::from_secs(30);
const CREATE: &str = "mutation ($inputs: CreateProductInput!) { createProduct(inputs: $inputs) { id name price } }";
const UPDATE: &str =
    "mutation ($id: ID!, $inputs: UpdateProductInput!) { updateProduct(id: $id, inputs: $inputs) { name price } }";
const DELETE: &str = "mutation ($id: ID!) { deleteProduct(id: $id) { succeed } }";
const PAGE: &str = "query ($search: String) { allProducts(search: $search, first: 20) {
    pageInfo { totalCount } edges { node { name price category { code } reviews { rating } } } } }";

/// The program in a directory of its own, without settings from outside.
fn catalog(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_catalog"));
    let settings = std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("LYS_"));
    for name in settings {
        command.env_remove(name);
    }
    command.current_dir(directory).args(arguments);
    command
}

fn output(mut command: Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap()
}

/// What a command prints; it succeeds.
#[track_caller]
fn printed(command: Command) -> String {
    let output = output(command);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What a command says on standard error; it fails with code 1 and prints nothing.
#[track_caller]
fn refused(command: Command) -> String {
    let output = output(command);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    said
}

fn token(directory: &Path, account: &str) -> String {
    printed(catalog(directory, &["token", "--as", account])).trim().to_owned()
}

/// A server on a free port; killed when dropped.
struct Server {
    child: Child,
    port: u16,
    /// What it prints until it listens.
    greeting: String,
    log: BufReader<ChildStderr>,
}

impl Server {
    fn start(directory: &Path) -> Self {
        let mut command = catalog(directory, &["--port", "0"]);
        // Nobody reads the log meanwhile: it must not fill its pipe.
        command.env("LYS_LOG", "off");
        Self::start_with(command)
    }

    fn start_with(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        // In dev the last line is that of the demo request.
        while !greeting.contains("      -d ") {
            let before = greeting.len();
            assert_ne!(lines.read_line(&mut greeting).unwrap(), 0, "it ended: {greeting}");
            if !greeting[before..].starts_with(' ') && greeting[before..].contains(" serves ") {
                break;
            }
        }
        let port = greeting.split("127.0.0.1:").nth(1).unwrap().split('/').next().unwrap().parse().unwrap();
        Self { child, port, greeting, log }
    }

    fn client(&self, token: &str) -> Client {
        Client::connect(self.port, token).unwrap()
    }

    fn signal(&self, name: &str) {
        let killed = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
    }

    /// Stops it as an operator would; gives the exit code.
    fn stop(mut self) -> Option<i32> {
        self.signal("-TERM");
        let mut log = String::new();
        self.log.read_to_string(&mut log).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One connection that is kept.
struct Client {
    stream: BufReader<TcpStream>,
    token: String,
}

impl Client {
    fn connect(port: u16, token: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), token: token.to_owned() })
    }

    /// Status and JSON of a GraphQL request.
    fn send(&mut self, query: &str, variables: &Json) -> io::Result<(u16, Json)> {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let head = self.head(body.len(), "");
        self.stream.get_mut().write_all(format!("{head}{body}").as_bytes())?;
        self.answer()
    }

    /// The `data` of an answer without errors.
    #[track_caller]
    fn data(&mut self, query: &str, variables: &Json) -> Json {
        let (status, mut answer) = self.send(query, variables).unwrap();
        assert!(status == 200 && answer.get("errors").is_none(), "{status} {answer}");
        answer["data"].take()
    }

    fn head(&self, length: usize, more: &str) -> String {
        let authorization = match self.token.as_str() {
            "" => String::new(),
            token => format!("Authorization: Bearer {token}\r\n"),
        };
        format!(
            "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{authorization}{more}Content-Length: {length}\r\n\r\n"
        )
    }

    fn status_and_length(&mut self) -> io::Result<(u16, usize)> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status =
            line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or(io::ErrorKind::UnexpectedEof)?;
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            match line.trim_end().split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().unwrap(),
                Some(_) => {}
                None => return Ok((status, length)),
            }
        }
    }

    fn answer(&mut self) -> io::Result<(u16, Json)> {
        let (status, length) = self.status_and_length()?;
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok((status, serde_json::from_slice(&body)?))
    }
}

fn product(name: &str, price: f64) -> Json {
    let client = GlobalId::new("ClientNode", catalog::demo::ACME).encode();
    json!({ "inputs": { "name": name, "price": price, "categoryId": "HOME", "clientId": client } })
}

fn demo_product(number: u128) -> String {
    GlobalId::new("ProductNode", lys::uuid::Uuid::from_u128(0x4000_8000_0000_0000_0000 | number)).encode()
}

/// Texts in the first column of the rows of the database file, read with plain SeaORM.
fn read(directory: &Path, statements: &[&str]) -> Vec<Vec<String>> {
    let url = format!("sqlite://{}", directory.join(".lys/catalog.db").display());
    lys::actix_web::rt::System::new().block_on(async {
        let database = Database::connect(url).await.unwrap();
        let mut all = Vec::new();
        for sql in statements {
            let rows = database.query_all_raw(Statement::from_string(DbBackend::Sqlite, *sql)).await.unwrap();
            all.push(rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect());
        }
        database.close().await.unwrap();
        all
    })
}

/// The file is sound.
fn check_integrity(directory: &Path) {
    let found = read(
        directory,
        &["PRAGMA integrity_check", "SELECT \"table\" || ' breaks a foreign key' FROM pragma_foreign_key_check"],
    );
    assert_eq!(found, [vec!["ok".to_owned()], Vec::new()]);
}

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

#[test]
fn commands_print_what_they_say() {
    let directory = TempDir::new().unwrap();
    let schema = printed(catalog(directory.path(), &["schema"]));
    assert_eq!(schema, include_str!("../../../tests/snapshots/catalog.graphql"));
    let access = printed(catalog(directory.path(), &["access"]));
    assert_eq!(access, include_str!("../../../tests/snapshots/catalog_access.txt"));
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

/// What one client has been told was written.
#[derive(Default)]
struct Acknowledged {
    created: usize,
    deleted: usize,
    /// Last name and price of products that only this client edits.
    own: Vec<(String, f64)>,
    /// Names that it gave to the shared product, or prices.
    shared_names: Vec<String>,
    shared_prices: Vec<f64>,
}

fn one_of_many(server: &Server, token: &str, number: u32) -> Acknowledged {
    let mut client = server.client(token);
    let mut known = Acknowledged::default();
    let base = f64::from(number) + 100.0;
    let own = client.data(CREATE, &product(&format!("Own {number}"), base))["createProduct"]["id"].clone();
    let passing = client.data(CREATE, &product(&format!("Passing {number}"), 1.0))["createProduct"]["id"].clone();
    known.created += 2;
    let mut last = (String::new(), 0.0);
    for round in 0..3 {
        last = (format!("Own {number} round {round}"), base + f64::from(round) / 4.0);
        client.data(UPDATE, &json!({ "id": own, "inputs": { "name": last.0, "price": last.1 } }));
        let page = client.data(PAGE, &json!({ "search": format!("own {number} round") }));
        let node = &page["allProducts"]["edges"][0]["node"];
        assert_eq!(
            (node["name"].as_str(), node["price"].as_f64()),
            (Some(&*last.0), Some(last.1)),
            "it reads its own write"
        );
        // Half of the clients change the name of a shared row, the others its price: neither undoes the other.
        let shared = demo_product(7);
        if number.is_multiple_of(2) {
            let name = format!("Shared by {number} round {round}");
            client.data(UPDATE, &json!({ "id": shared, "inputs": { "name": name } }));
            known.shared_names.push(name);
        } else {
            let price = base * 10.0 + f64::from(round);
            client.data(UPDATE, &json!({ "id": shared, "inputs": { "price": price } }));
            known.shared_prices.push(price);
        }
    }
    client.data(DELETE, &json!({ "id": passing }));
    known.deleted += 1;
    known.own.push(last);
    known
}

#[test]
fn sixty_four_clients_lose_nothing() {
    let directory = TempDir::new().unwrap();
    let server = Server::start(directory.path());
    let token = token(directory.path(), "manager");
    let known: Vec<Acknowledged> = thread::scope(|scope| {
        let clients: Vec<_> = (0..64)
            .map(|number| {
                let (server, token) = (&server, &token);
                scope.spawn(move || one_of_many(server, token, number))
            })
            .collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    assert_eq!(server.stop(), Some(0));

    let expected = known.iter().fold(40, |count, known| count + known.created - known.deleted);
    let rows = read(directory.path(), &["SELECT name || '|' || price FROM product"]).remove(0);
    assert_eq!(rows.len(), expected);
    let prices: HashMap<&str, f64> =
        rows.iter().filter_map(|row| row.split_once('|')).map(|(name, price)| (name, price.parse().unwrap())).collect();
    for (name, price) in known.iter().flat_map(|known| &known.own) {
        assert_eq!(prices.get(name.as_str()), Some(price), "{name}");
    }
    let (name, price) = prices.iter().find(|(name, _)| name.starts_with("Shared by")).unwrap();
    assert!(known.iter().flat_map(|known| &known.shared_names).any(|known| known == name), "{name}");
    assert!(known.iter().flat_map(|known| &known.shared_prices).any(|known| known == price), "{price}");
    check_integrity(directory.path());
}

/// A row that is whole carries its number in its name and its price.
fn numbered(number: usize) -> (String, f64) {
    (format!("Numbered {number}"), f64::from(u32::try_from(number).unwrap()) + 0.25)
}

#[test]
fn a_killed_server_keeps_what_it_acknowledged() {
    const WRITERS: usize = 4;
    const BEFORE_DEATH: usize = 40;
    let directory = TempDir::new().unwrap();
    let next = AtomicUsize::new(1);
    let acknowledged = Mutex::new(HashSet::new());
    for round in 1..=3 {
        let mut server = Server::start(directory.path());
        let (port, token) = (server.port, token(directory.path(), "manager"));
        let target = round * BEFORE_DEATH;
        thread::scope(|scope| {
            for _ in 0..WRITERS {
                scope.spawn(|| {
                    let Ok(mut client) = Client::connect(port, &token) else { return };
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let (name, price) = numbered(number);
                        // Made under a number, then renamed to another: both writes are of two columns.
                        let Ok((200, made)) = client.send(CREATE, &product(&name, price)) else { return };
                        assert!(made.get("errors").is_none(), "{made}");
                        let id = made["data"]["createProduct"]["id"].clone();
                        acknowledged.lock().unwrap().insert((id.to_string(), number));
                        let changed = next.fetch_add(1, Ordering::Relaxed);
                        let (name, price) = numbered(changed);
                        let variables = json!({ "id": id, "inputs": { "name": name, "price": price } });
                        let Ok((200, edited)) = client.send(UPDATE, &variables) else { return };
                        assert!(edited.get("errors").is_none(), "{edited}");
                        acknowledged.lock().unwrap().insert((id.to_string(), changed));
                    }
                });
            }
            while acknowledged.lock().unwrap().len() < target {
                thread::yield_now();
            }
            server.child.kill().unwrap();
            server.child.wait().unwrap();
        });
        check_survivors(directory.path(), &acknowledged.lock().unwrap(), round * WRITERS);
    }
    // It starts again on what is left, and goes on.
    let server = Server::start(directory.path());
    server.client(&token(directory.path(), "manager")).data(CREATE, &product("After all", 2.5));
    assert_eq!(server.stop(), Some(0));
    check_integrity(directory.path());
}

/// Each product has the last number that was acknowledged for it, or the one after; `in_flight` writes may be more.
fn check_survivors(directory: &Path, acknowledged: &HashSet<(String, usize)>, in_flight: usize) {
    check_integrity(directory);
    let rows = read(
        directory,
        &["SELECT lower(hex(id)) || '|' || name || '|' || price FROM product WHERE name LIKE 'Numbered %'"],
    )
    .remove(0);
    let mut found = HashMap::new();
    for row in &rows {
        let [id, name, price] = row.splitn(3, '|').collect::<Vec<_>>().try_into().unwrap();
        let number: usize = name.strip_prefix("Numbered ").unwrap().parse().unwrap();
        assert_eq!((name.to_owned(), price.parse().unwrap()), numbered(number), "half a write in {row}");
        let id = lys::uuid::Uuid::try_parse(id).unwrap();
        found.insert(Json::from(GlobalId::new("ProductNode", id).encode()).to_string(), number);
    }
    let mut last: HashMap<&str, usize> = HashMap::new();
    for (id, number) in acknowledged {
        let known = last.entry(id).or_default();
        *known = (*known).max(*number);
    }
    let mut newer = 0;
    for (id, number) in &last {
        let stored = found.get(*id).unwrap_or_else(|| panic!("the acknowledged product {number} is gone"));
        assert!(stored >= number, "product {number} went back to {stored}");
        newer += usize::from(stored > number);
    }
    assert!(
        newer + found.len() - last.len() <= in_flight,
        "{newer} newer, {} found, {} known",
        found.len(),
        last.len()
    );
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
