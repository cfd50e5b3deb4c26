//! The GraphQL path over a backend that answers what it was told to.

use std::sync::Arc;

use actix_web::{
    App,
    http::{Method, StatusCode, header},
    middleware::from_fn,
    test::{TestRequest, call_service, init_service, read_body},
    web,
};
use futures_util::future::LocalBoxFuture;
use serde_json::{Value as Json, json};

use super::{Authenticator, Backend, Http, HttpOptions, boundary, not_found};
use crate::{
    access::{Claims, Reply},
    context::Request,
    error::Result,
    execute::{Answer, GraphqlRequest},
};

pub(super) const XSRF: &str = "0123abcd";

/// Knows the user token `good` and the service token `billing`.
pub(super) struct FakeTokens;

impl Authenticator for FakeTokens {
    fn user<'a>(&'a self, token: &'a str) -> Reply<'a, Result<Option<Claims>>> {
        let xsrf = match token {
            "good" => Some(XSRF),
            "other" => Some("of-the-other"),
            _ => None,
        };
        let claims = |xsrf: &str| Claims { xsrf_token: xsrf.to_owned(), ..Claims::user(uuid::Uuid::nil()) };
        Reply::Now(Ok(xsrf.map(claims)))
    }

    fn service(&self, token: &str) -> Option<String> {
        (token == "billing").then(|| token.to_owned())
    }
}

/// Answers by the query: `refuse`, `panic`, `long`; else repeats what it knows of the request.
struct FakeBackend;

impl Backend for FakeBackend {
    fn execute<'a>(&'a self, request: &'a Request, graphql: &'a GraphqlRequest) -> LocalBoxFuture<'a, Answer> {
        Box::pin(async move {
            let errors = br#"[{"message":"no"}]"#.to_vec();
            match graphql.query.as_str() {
                "refuse" => Answer::Refused(errors),
                "mutation" if graphql.read_only => Answer::ReadOnly(errors),
                "panic" => panic!("as asked"),
                "long" => Answer::Executed(vec![b' '; 4000]),
                _ => {
                    let data = json!({ "data": {
                        "actor": super::actor::kind(&request.actor), "id": request.id, "variables": graphql.variables,
                    }});
                    Answer::Executed(data.to_string().into_bytes())
                }
            }
        })
    }

    fn ready(&self) -> LocalBoxFuture<'_, bool> {
        Box::pin(async { false })
    }
}

struct Answered {
    status: StatusCode,
    headers: header::HeaderMap,
    body: Vec<u8>,
}

impl Answered {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn json(&self) -> Json {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }
}

async fn send(request: TestRequest, explorer: bool) -> Answered {
    let options = HttpOptions { explorer, body_limit: 1000, ..HttpOptions::default() };
    let http = Http::new(Arc::new(FakeBackend), Arc::new(FakeTokens), options);
    let app = App::new()
        .wrap(from_fn(boundary::boundary))
        .configure(|config| http.mount(config))
        .default_service(web::to(not_found));
    let response = call_service(&init_service(app).await, request.to_request()).await;
    let (status, headers) = (response.status(), response.headers().clone());
    Answered { status, headers, body: read_body(response).await.to_vec() }
}

fn post(body: impl Into<web::Bytes>) -> TestRequest {
    TestRequest::post().uri("/graphql").insert_header((header::CONTENT_TYPE, "application/json")).set_payload(body)
}

async fn check_refused(request: TestRequest, status: u16, code: &str) -> Answered {
    let answered = send(request, false).await;
    let expected = json!({
        "data": null,
        "errors": [{ "message": code, "extensions": { "code": code, "status_code": status } }],
    });
    assert_eq!(answered.json(), expected);
    assert_eq!(answered.status.as_u16(), status, "{code}");
    assert!(answered.header("content-type").starts_with("application/json"));
    answered
}

const QUERY: &str = r#"{"query": "{ a }"}"#;

#[actix_web::test]
async fn every_refusal_is_graphql_shaped() {
    check_refused(post("{"), 400, "MALFORMED_JSON").await;
    check_refused(post("[]"), 400, "BATCHING_NOT_ENABLED").await;
    check_refused(post("{}"), 400, "MISSING_QUERY").await;
    check_refused(post(vec![b' '; 1001]), 413, "PAYLOAD_TOO_LARGE").await;
    check_refused(post(QUERY).insert_header((header::CONTENT_TYPE, "text/plain")), 415, "UNSUPPORTED_MEDIA_TYPE").await;
    check_refused(post(QUERY).insert_header((header::CONTENT_ENCODING, "gzip")), 415, "UNSUPPORTED_MEDIA_TYPE").await;
    check_refused(post(QUERY).insert_header((header::ACCEPT, "text/html")), 406, "NOT_ACCEPTABLE").await;
    check_refused(post(QUERY).insert_header((header::COOKIE, "access_token=good")), 403, "INVALID_XSRF_TOKEN_ERROR")
        .await;
    check_refused(TestRequest::get().uri("/graphql"), 404, "NOT_FOUND").await;
    check_refused(TestRequest::get().uri("/graphql/other"), 404, "NOT_FOUND").await;
    check_refused(TestRequest::get().uri("/graphql?query=a&variables=1"), 400, "INVALID_VARIABLES").await;
    let answered = check_refused(TestRequest::delete().uri("/graphql"), 405, "METHOD_NOT_ALLOWED").await;
    assert_eq!(answered.header("allow"), "GET, POST");
}

#[actix_web::test]
async fn a_refused_document_follows_the_media_type() {
    let answered = send(post(r#"{"query": "refuse"}"#), false).await;
    assert_eq!(
        (answered.status.as_u16(), answered.json()),
        (200, json!({"data": null, "errors": [{"message": "no"}]}))
    );

    let request = post(r#"{"query": "refuse"}"#).insert_header((header::ACCEPT, "application/graphql-response+json"));
    let answered = send(request, false).await;
    assert_eq!((answered.status.as_u16(), answered.json()), (400, json!({"errors": [{"message": "no"}]})));
    assert_eq!(answered.header("content-type"), "application/graphql-response+json; charset=utf-8");
}

#[actix_web::test]
async fn get_only_reads() {
    let answered = send(TestRequest::get().uri("/graphql?query=mutation"), false).await;
    assert_eq!((answered.status.as_u16(), answered.header("allow")), (405, "POST"));
    let answered = send(TestRequest::get().uri("/graphql?query=%7Ba%7D&variables=%7B%22n%22%3A1%7D"), false).await;
    assert_eq!(answered.json()["data"]["variables"]["n"], 1);
    let answered = send(TestRequest::default().method(Method::OPTIONS).uri("/graphql"), false).await;
    assert_eq!(answered.status.as_u16(), 204);
}

#[actix_web::test]
async fn a_panic_is_found_again_in_the_log() {
    let answered = send(post(r#"{"query": "panic"}"#).insert_header(("x-request-id", "abc-1")), false).await;
    let extensions = json!({ "code": "INTERNAL_ERROR", "status_code": 500, "correlation_id": "abc-1" });
    let expected = json!({ "data": null, "errors": [{ "message": "INTERNAL_ERROR", "extensions": extensions }] });
    assert_eq!((answered.status.as_u16(), answered.json()), (500, expected));
}

#[actix_web::test]
async fn the_actor_and_the_request_id_reach_execution() {
    let request = post(QUERY)
        .insert_header((header::COOKIE, "access_token=good"))
        .insert_header(("x-xsrf-token", XSRF))
        .insert_header(("x-request-id", "abc-1"));
    let answered = send(request, false).await;
    let data = &answered.json()["data"];
    assert_eq!((&data["actor"], &data["id"]), (&json!("user"), &json!("abc-1")));
    assert_eq!(answered.header("x-request-id"), "abc-1");
    assert_eq!(answered.header("x-content-type-options"), "nosniff");
    assert_eq!(answered.header("strict-transport-security"), "");

    let answered = send(post(QUERY).insert_header(("x-request-id", "not sane")), false).await;
    assert_ne!(answered.header("x-request-id"), "not sane");
}

#[actix_web::test]
async fn the_explorer_is_for_browsers_in_dev() {
    let browser = || TestRequest::get().uri("/graphql").insert_header((header::ACCEPT, "text/html,*/*;q=0.8"));
    let answered = send(browser(), true).await;
    assert_eq!(answered.header("content-type"), "text/html; charset=utf-8");
    assert!(answered.header("content-security-policy").contains("default-src 'none'"));
    assert!(!String::from_utf8_lossy(&answered.body).contains("{{nonce}}"));
    assert_eq!(send(browser(), false).await.status, StatusCode::NOT_FOUND);
    let answered = send(TestRequest::get().uri("/graphql"), true).await;
    assert_eq!(answered.json()["errors"][0]["message"], "MISSING_QUERY");
}

#[actix_web::test]
async fn health_and_unknown_paths_answer_json() {
    let answered = send(TestRequest::get().uri("/health/live"), false).await;
    assert_eq!((answered.status.as_u16(), answered.json()), (200, json!({"status": "live"})));
    let answered = send(TestRequest::get().uri("/health/ready"), false).await;
    assert_eq!((answered.status.as_u16(), answered.json()), (503, json!({"status": "unavailable"})));
    let answered = send(TestRequest::get().uri("/nowhere"), false).await;
    assert_eq!((answered.status.as_u16(), answered.json()), (404, json!({"detail": "NOT_FOUND"})));
}

#[actix_web::test]
async fn large_answers_are_compressed_for_clients_that_ask() {
    let answered = send(post(r#"{"query": "long"}"#).insert_header((header::ACCEPT_ENCODING, "gzip")), false).await;
    assert_eq!(answered.header("content-encoding"), "gzip");
    assert!(answered.body.len() < 200);
    assert_eq!(send(post(r#"{"query": "long"}"#), false).await.body.len(), 4000);
}
