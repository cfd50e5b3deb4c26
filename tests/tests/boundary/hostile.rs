//! Input that is meant to hurt: it is refused soon, in the usual shape, and the server goes on.

use std::{net::TcpListener, time::Instant};

use lys::actix_web::HttpServer;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::*;

/// A request of this kind is answered within this time in a debug build on a busy machine.
const SOON: Duration = Duration::from_secs(10);

fn repeated(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().concat()
}

async fn refused_soon(site: &Site, request: TestRequest) -> Answered {
    let started = Instant::now();
    let answered = site.send(request).await;
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
    assert!(answered.body.len() < 200_000, "an answer does not outgrow its request");
    assert_eq!(site.send(post(CATEGORIES)).await.status, 200, "the server goes on");
    answered
}

#[test]
fn a_document_of_ten_megabytes() {
    run(async {
        let site = Site::open(HttpOptions::default()).await;
        let document = format!("{{ {} }}", "__typename ".repeat(1_000_000));
        refused_soon(&site, post(&document)).await.check_refused(413, "PAYLOAD_TOO_LARGE");
        // A project that takes such bodies counts tokens before it parses.
        let site = Site::open(HttpOptions { body_limit: 20 << 20, ..HttpOptions::default() }).await;
        let answered = refused_soon(&site, post(&document)).await;
        assert_eq!(answered.code(), "GRAPHQL_PARSE_FAILED");
        let comment = format!("{{ __typename }} # {}", "x".repeat(1_000_000));
        assert_eq!(refused_soon(&site, post(&comment)).await.status, 200);
    });
}

#[test]
fn ten_thousand_aliases() {
    run(async {
        let site = Site::open(HttpOptions::default()).await;
        let aliases = repeated(10_000, |number| format!("a{number}:whoami "));
        let answered = refused_soon(&site, post(&format!("{{ {aliases} }}"))).await;
        assert_eq!((answered.status, answered.json()["data"].clone()), (200, Json::Null));
        let some = repeated(2_000, |number| format!("a{number}:whoami "));
        let answered = refused_soon(&site, post(&format!("{{ {some} }}"))).await;
        assert_eq!(answered.json()["errors"][0]["message"], "2000 aliases found. Allowed: 10");
    });
}

#[test]
fn fragments_in_cycles_and_in_each_other() {
    run(async {
        let site = Site::open(HttpOptions::default()).await;
        let cycle = repeated(500, |n| format!("fragment F{n} on Query {{ ...F{} }} ", (n + 1) % 500));
        let doubled = repeated(30, |n| format!("fragment F{n} on Query {{ ...F{next} ...F{next} }} ", next = n + 1));
        let doubled = format!("{doubled} fragment F30 on Query {{ __typename }}");
        let deep = format!("{}{}", "{ allCategories ".repeat(2_000), "}".repeat(2_000));
        for document in [format!("{{ ...F0 }} {cycle}"), format!("{{ ...F0 }} {doubled}"), deep] {
            let answered = refused_soon(&site, post(&document)).await;
            assert_eq!((answered.status, answered.json()["data"].clone()), (200, Json::Null), "{}", answered.body);
        }
    });
}

#[test]
fn huge_variables() {
    run(async {
        let site = Site::open(HttpOptions::default()).await;
        let query = "query ($n: Int) { allCategories(first: $n) { edges { node { code } } } }";
        let ask = |variables: &str| raw(format!(r#"{{"query": "{query}", "variables": {variables}}}"#));
        let deep = format!("{{\"n\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let wide = repeated(50_000, |n| format!("\"v{n}\": {n},"));
        let long = format!("{{\"n\": \"{}\"}}", "9".repeat(900_000));
        for variables in [deep, format!("{{{wide} \"n\": []}}"), long, format!("{{\"n\": {}}}", "9".repeat(5_000))] {
            let answered = refused_soon(&site, ask(&variables)).await;
            assert!(matches!(answered.status, 200 | 400), "{}", answered.status);
            assert_eq!(answered.json()["data"], Json::Null);
            assert!(!answered.body.contains(&"9".repeat(1_000)), "values are not repeated");
        }
    });
}

/// The site on a port of its own: what follows is not for `TestRequest`.
async fn listening(options: HttpOptions) -> (Site, std::net::SocketAddr) {
    let site = Site::open(options).await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let http = site.http.clone();
    let server = HttpServer::new(move || {
        Actix::new()
            .wrap(from_fn(boundary::boundary))
            .configure(|config| http.mount(config))
            .default_service(web::to(not_found))
    });
    let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
    lys::actix_web::rt::spawn(server);
    (site, address)
}

async fn answer_of(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(SOON, stream.read_to_end(&mut answer)).await;
    // A server that hangs up on what it will not read may reset the connection.
    let _ = read.expect("it is answered");
    String::from_utf8(answer).unwrap()
}

#[test]
fn a_body_that_trickles_in() {
    run(async {
        let options = HttpOptions { body_timeout: Duration::from_secs(1), ..HttpOptions::default() };
        let (_site, address) = listening(options).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head =
            "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{";
        stream.write_all(head.as_bytes()).await.unwrap();
        let started = Instant::now();
        let answer = tokio::spawn(answer_of(stream)).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert!(answer.contains(r#"{"data":null,"errors":[{"extensions":{"code":"REQUEST_TIMEOUT""#), "{answer}");
        assert!(started.elapsed() >= Duration::from_millis(900), "it had its time");
    });
}

#[test]
fn a_flood_of_headers() {
    run(async {
        let (_site, address) = listening(HttpOptions::default()).await;
        let many = repeated(5_000, |n| format!("x-h{n}: {n}\r\n"));
        let long = format!("x-long: {}\r\n", "a".repeat(1 << 20));
        for flood in [many, long] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let head =
                format!("GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{flood}\r\n");
            // The server may hang up before it has heard all of it.
            let _ = stream.write_all(head.as_bytes()).await;
            let answer = answer_of(stream).await;
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
        }
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = "GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        assert!(answer_of(stream).await.ends_with(r#"{"data":{"__typename":"Query"}}"#), "the server goes on");
    });
}
