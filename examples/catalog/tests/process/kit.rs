//! The program, a client that keeps its connection, and a look into the file.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStderr, Command, Output, Stdio},
    time::Duration,
};

use lys::{
    GlobalId,
    sea_orm::{ConnectionTrait as _, Database, DbBackend, Statement},
};
use serde_json::{Value as Json, json};

/// Nothing here takes longer; a hanging server fails the test instead of stopping it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
pub(crate) const CREATE: &str =
    "mutation ($inputs: CreateProductInput!) { createProduct(inputs: $inputs) { id name price } }";
pub(crate) const UPDATE: &str =
    "mutation ($id: ID!, $inputs: UpdateProductInput!) { updateProduct(id: $id, inputs: $inputs) { name price } }";
pub(crate) const DELETE: &str = "mutation ($id: ID!) { deleteProduct(id: $id) { succeed } }";
pub(crate) const PAGE: &str = "query ($search: String) { allProducts(search: $search, first: 20) {
    pageInfo { totalCount } edges { node { name price category { code } reviews { rating } } } } }";

/// The program in a directory of its own, without settings from outside.
pub(crate) fn catalog(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_catalog"));
    let settings = std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("LYS_"));
    for name in settings {
        command.env_remove(name);
    }
    command.current_dir(directory).args(arguments);
    command
}

pub(crate) fn output(mut command: Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap()
}

/// What a command prints; it succeeds.
#[track_caller]
pub(crate) fn printed(command: Command) -> String {
    let output = output(command);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What a command says on standard error; it fails with code 1 and prints nothing.
#[track_caller]
pub(crate) fn refused(command: Command) -> String {
    let output = output(command);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    said
}

pub(crate) fn token(directory: &Path, account: &str) -> String {
    printed(catalog(directory, &["token", "--as", account])).trim().to_owned()
}

/// A server on a free port; killed when dropped.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) port: u16,
    /// What it prints until it listens.
    pub(crate) greeting: String,
    pub(crate) log: BufReader<ChildStderr>,
}

impl Server {
    pub(crate) fn start(directory: &Path) -> Self {
        let mut command = catalog(directory, &["--port", "0"]);
        // Nobody reads the log meanwhile: it must not fill its pipe.
        command.env("LYS_LOG", "off");
        Self::start_with(command)
    }

    pub(crate) fn start_with(mut command: Command) -> Self {
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

    pub(crate) fn client(&self, token: &str) -> Client {
        Client::connect(self.port, token).unwrap()
    }

    pub(crate) fn signal(&self, name: &str) {
        let killed = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
    }

    /// Stops it as an operator would; gives the exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
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
pub(crate) struct Client {
    pub(crate) stream: BufReader<TcpStream>,
    token: String,
}

impl Client {
    pub(crate) fn connect(port: u16, token: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), token: token.to_owned() })
    }

    /// Status and JSON of a GraphQL request.
    pub(crate) fn send(&mut self, query: &str, variables: &Json) -> io::Result<(u16, Json)> {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let head = self.head(body.len(), "");
        self.stream.get_mut().write_all(format!("{head}{body}").as_bytes())?;
        self.answer()
    }

    /// The `data` of an answer without errors.
    #[track_caller]
    pub(crate) fn data(&mut self, query: &str, variables: &Json) -> Json {
        let (status, mut answer) = self.send(query, variables).unwrap();
        assert!(status == 200 && answer.get("errors").is_none(), "{status} {answer}");
        answer["data"].take()
    }

    pub(crate) fn head(&self, length: usize, more: &str) -> String {
        let authorization = match self.token.as_str() {
            "" => String::new(),
            token => format!("Authorization: Bearer {token}\r\n"),
        };
        format!(
            "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{authorization}{more}Content-Length: {length}\r\n\r\n"
        )
    }

    pub(crate) fn status_and_length(&mut self) -> io::Result<(u16, usize)> {
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

    pub(crate) fn answer(&mut self) -> io::Result<(u16, Json)> {
        let (status, length) = self.status_and_length()?;
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok((status, serde_json::from_slice(&body)?))
    }
}

pub(crate) fn product(name: &str, price: f64) -> Json {
    let client = GlobalId::new("ClientNode", catalog::demo::ACME).encode();
    json!({ "inputs": { "name": name, "price": price, "categoryId": "HOME", "clientId": client } })
}

pub(crate) fn demo_product(number: u128) -> String {
    GlobalId::new("ProductNode", lys::uuid::Uuid::from_u128(0x4000_8000_0000_0000_0000 | number)).encode()
}

/// Texts in the first column of the rows of the database file, read with plain SeaORM.
pub(crate) fn read(directory: &Path, statements: &[&str]) -> Vec<Vec<String>> {
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
pub(crate) fn check_integrity(directory: &Path) {
    let found = read(
        directory,
        &["PRAGMA integrity_check", "SELECT \"table\" || ' breaks a foreign key' FROM pragma_foreign_key_check"],
    );
    assert_eq!(found, [vec!["ok".to_owned()], Vec::new()]);
}
