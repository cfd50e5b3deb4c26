//! The catalog through the HTTP boundary (00-design §7, 50 §2 and §3).

use std::{sync::Arc, time::Duration};

use lys::{
    access::{Claims, Tokens},
    actix_web::{
        App as Actix,
        http::{Method, header::HeaderMap},
        middleware::from_fn,
        test::{TestRequest, call_service, init_service, read_body},
        web,
    },
    execute::{Engine, EngineOptions},
    http::{Http, HttpOptions, boundary, endpoints, not_found},
    prelude::*,
    testing::{TestProject, user},
};

use crate::catalog_kit::{ACME, OF_MEMBERS, client_id, json, product_id, run, tells_of_a_missing_table};

const SECRET: &str = "a secret for tests: 32 bytes or more";

mod probe {
    use lys::prelude::*;

    /// How many products the caller may see.
    #[endpoint(GET "/stock", access(Role, OrganizationRole))]
    async fn stock(ctx: &Context<'_>) -> Result<String> {
        let products = ctx.reader().count(catalog::product::Product::select()).await?;
        Ok(products.to_string())
    }

    pub fn app() -> App {
        App::new("probe", module_path!())
    }
}

struct Answered {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answered {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    #[track_caller]
    fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.body))
    }

    fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// The catalog as a server would run it in production, or in dev.
struct Site {
    project: TestProject,
    engine: Arc<Engine>,
    tokens: Arc<Tokens>,
    http: Http,
}

impl Site {
    async fn open(dev: bool) -> Self {
        let project = TestProject::new([catalog::app(), probe::app()]).await.unwrap();
        let options =
            EngineOptions { introspection: dev, suggestions: dev, expose_causes: dev, ..EngineOptions::default() };
        let engine = Arc::new(project.cold_engine(options));
        let tokens = Arc::new(Tokens::new(SECRET).unwrap());
        let options = HttpOptions { explorer: dev, body_limit: 4096, ..HttpOptions::default() };
        let http = Http::new(Arc::<Engine>::clone(&engine), Arc::<Tokens>::clone(&tokens), options);
        Self { project, engine, tokens, http }
    }

    async fn send(&self, request: TestRequest) -> Answered {
        let definitions: Vec<_> = self.engine.model().endpoints().map(|endpoint| endpoint.definition.clone()).collect();
        let app = Actix::new()
            .wrap(from_fn(boundary::boundary))
            .configure(|config| self.http.mount(config))
            .configure(|config| endpoints::mount(config, &self.http, &self.engine, &definitions))
            .default_service(web::to(not_found));
        let response = call_service(&init_service(app).await, request.to_request()).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = String::from_utf8(read_body(response).await.to_vec()).unwrap();
        Answered { status, headers, body }
    }

    fn token(&self, claims: &Claims) -> String {
        self.tokens.user_token(claims).unwrap()
    }

    async fn count(&self) -> Json {
        let query = "{ allProducts { pageInfo { totalCount } } }";
        let mut answer = self.project.execute(&lys::testing::super_user(), query, "{}").await;
        answer["data"]["allProducts"]["pageInfo"]["totalCount"].take()
    }
}

const CATEGORIES: &str = "{ allCategories { edges { node { code } } } }";
const PRODUCTS: &str = "{ allProducts { pageInfo { totalCount } } }";
const GRAPHQL: &str = "application/graphql-response+json";

fn raw(body: impl Into<web::Bytes>) -> TestRequest {
    TestRequest::post().uri("/graphql").insert_header(("content-type", "application/json")).set_payload(body)
}

fn post(query: &str, variables: &Json) -> TestRequest {
    raw(json!({ "query": query, "variables": variables }).to_string())
}

fn get(query: &str) -> TestRequest {
    let escaped = query.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
    TestRequest::get().uri(&format!("/graphql?query={escaped}"))
}

fn bearer(request: TestRequest, token: &str) -> TestRequest {
    request.insert_header(("authorization", format!("Bearer {token}")))
}

fn manager() -> Claims {
    OF_MEMBERS.into_iter().chain(["create_product"]).fold(user(2), Claims::grant)
}

fn creation() -> (&'static str, Json) {
    let query = "mutation ($inputs: CreateProductInput!) { createProduct(inputs: $inputs) { name price } }";
    (query, json!({ "inputs": { "name": "Sofa", "price": 19.99, "categoryId": "HOME", "clientId": client_id(ACME) } }))
}

#[test]
fn a_browser_and_a_program_are_answered() {
    run(async {
        let site = Site::open(false).await;
        let expected = r#"{"data":{"allCategories":{"edges":[{"node":{"code":"BOOKS"}},{"node":{"code":"ELECTRONICS"}},{"node":{"code":"HOME"}}]}}}"#;
        for (accept, media) in [
            ("*/*", "application/json"),
            ("application/json", "application/json"),
            (GRAPHQL, GRAPHQL),
            ("application/graphql-response+json, application/json;q=0.5", GRAPHQL),
            ("application/graphql-response+json;q=0.1, application/json", "application/json"),
        ] {
            for request in [post(CATEGORIES, &json!({})), get(CATEGORIES)] {
                let answered = site.send(request.insert_header(("accept", accept))).await;
                assert_eq!((answered.status, answered.body.as_str()), (200, expected), "{accept}");
                assert_eq!(answered.header("content-type"), format!("{media}; charset=utf-8"), "{accept}");
                assert_eq!(answered.header("cache-control"), "no-store");
            }
        }
        let token = site.token(&manager());
        let answered = site.send(bearer(get(PRODUCTS), &token)).await;
        assert_eq!(answered.json()["data"]["allProducts"]["pageInfo"]["totalCount"], 40);
    });
}

#[test]
fn a_document_error_follows_the_media_type() {
    run(async {
        let site = Site::open(false).await;
        let wrong = [
            ("{", json!({})),
            ("{ nothing }", json!({})),
            ("{ allCategories { edges } }", json!({})),
            ("query ($n: Int!) { allCategories(first: $n) { edges { cursor } } }", json!({})),
            ("query ($n: Int!) { allCategories(first: $n) { edges { cursor } } }", json!({ "n": "1" })),
            (
                "query A { allCategories { edges { cursor } } } query B { allCategories { edges { cursor } } }",
                json!({}),
            ),
        ];
        for (query, variables) in wrong {
            let answered = site.send(post(query, &variables).insert_header(("accept", "application/json"))).await;
            assert_eq!((answered.status, &answered.json()["data"]), (200, &Json::Null), "{query}");
            assert!(answered.body.contains(r#""data":null"#), "{query}: {}", answered.body);
            let answered = site.send(post(query, &variables).insert_header(("accept", GRAPHQL))).await;
            assert_eq!(answered.status, 400, "{query}: {}", answered.body);
            assert!(answered.json().get("data").is_none(), "{query}: {}", answered.body);
            assert!(!answered.code().is_empty(), "{query}: {}", answered.body);
        }
    });
}

/// Execution errors are answers: 200 in both media types.
#[test]
fn an_execution_error_is_an_answer() {
    run(async {
        let site = Site::open(false).await;
        for accept in ["*/*", GRAPHQL] {
            let answered = site.send(post(PRODUCTS, &json!({})).insert_header(("accept", accept))).await;
            assert_eq!((answered.status, answered.code().as_str()), (200, "ACCESS_DENIED_ERROR"), "{accept}");
            assert_eq!(answered.json().get("data"), Some(&Json::Null), "{accept}");
            assert_eq!(answered.json()["errors"][0]["message"], "ACCESS_DENIED_ERROR");
        }
    });
}

#[test]
fn refused_requests_are_graphql_shaped() {
    run(async {
        let site = Site::open(false).await;
        let (mutation, _) = creation();
        let plain = || TestRequest::post().uri("/graphql").set_payload(r#"{"query": "{ __typename }"}"#);
        let cases = [
            (raw("{"), 400, "MALFORMED_JSON"),
            (raw(""), 400, "MALFORMED_JSON"),
            (raw(r#"[{"query": "{ __typename }"}]"#), 400, "BATCHING_NOT_ENABLED"),
            (raw("{}"), 400, "MISSING_QUERY"),
            (raw(r#"{"query": 1}"#), 400, "INVALID_QUERY"),
            (raw(r#"{"query": "{ __typename }", "variables": []}"#), 400, "INVALID_VARIABLES"),
            (raw(vec![b' '; 4097]), 413, "PAYLOAD_TOO_LARGE"),
            (plain(), 415, "UNSUPPORTED_MEDIA_TYPE"),
            (plain().insert_header(("content-type", "text/plain")), 415, "UNSUPPORTED_MEDIA_TYPE"),
            (
                plain().insert_header(("content-type", "application/x-www-form-urlencoded")),
                415,
                "UNSUPPORTED_MEDIA_TYPE",
            ),
            (post(CATEGORIES, &json!({})).insert_header(("accept", "image/png")), 406, "NOT_ACCEPTABLE"),
            (get(mutation), 405, "METHOD_NOT_ALLOWED"),
            (TestRequest::default().method(Method::PUT).uri("/graphql"), 405, "METHOD_NOT_ALLOWED"),
            (TestRequest::get().uri("/graphql"), 404, "NOT_FOUND"),
            (TestRequest::get().uri("/graphql/"), 404, "NOT_FOUND"),
        ];
        for (request, status, code) in cases {
            let answered = site.send(request).await;
            assert_eq!((answered.status, answered.code().as_str()), (status, code), "{}", answered.body);
            assert!(answered.body.contains(r#""data":null"#), "{code}: {}", answered.body);
            assert!(answered.header("content-type").starts_with("application/json"), "{code}");
        }
        assert_eq!(site.count().await, 40);
    });
}

#[test]
fn a_mutation_over_get_changes_nothing() {
    run(async {
        let site = Site::open(false).await;
        let token = site.token(&user(1).super_user());
        let mutation = format!(r#"mutation {{ deleteProduct(id: "{}") {{ succeed }} }}"#, product_id(1));
        let answered = site.send(bearer(get(&mutation), &token)).await;
        assert_eq!((answered.status, answered.header("allow")), (405, "POST"));
        assert_eq!(site.count().await, 40);
        let answered = site.send(bearer(post(&mutation, &json!({})), &token)).await;
        assert_eq!(answered.json()["data"]["deleteProduct"]["succeed"], true, "{}", answered.body);
        assert_eq!(site.count().await, 39);
    });
}

#[test]
fn a_cookie_needs_its_xsrf_header() {
    run(async {
        let site = Site::open(false).await;
        let claims = manager();
        let (cookie, xsrf) = (format!("access_token={}", site.token(&claims)), claims.xsrf_token.clone());
        let (mutation, variables) = creation();
        let request = || post(mutation, &variables).insert_header(("cookie", cookie.clone()));
        let wrong = [
            request(),
            request().insert_header(("x-xsrf-token", "")),
            request().insert_header(("x-xsrf-token", "wrong")),
            request().insert_header(("x-xsrf-token", xsrf[1..].to_owned())),
            bearer(request(), &site.token(&claims)),
        ];
        for request in wrong {
            let answered = site.send(request).await;
            assert_eq!((answered.status, answered.code().as_str()), (403, "INVALID_XSRF_TOKEN_ERROR"));
            assert_eq!(answered.json()["data"], Json::Null);
        }
        assert_eq!(site.count().await, 40);
        let answered = site.send(request().insert_header(("X-XSRF-TOKEN", xsrf))).await;
        assert_eq!(answered.json()["data"]["createProduct"], json!({ "name": "Sofa", "price": 19.99 }));
        assert_eq!(site.count().await, 41);
        // Reading needs none.
        let answered = site.send(get(PRODUCTS).insert_header(("cookie", cookie))).await;
        assert_eq!(answered.json()["data"]["allProducts"]["pageInfo"]["totalCount"], 41);
    });
}

#[test]
fn a_junk_cookie_is_nobody() {
    run(async {
        let site = Site::open(false).await;
        let junk = || post(PRODUCTS, &json!({})).insert_header(("cookie", "access_token=junk; refresh_token=x"));
        let answered = site.send(junk()).await;
        assert_eq!((answered.status, answered.code().as_str()), (200, "ACCESS_DENIED_ERROR"));
        let answered = site.send(bearer(junk(), &site.token(&manager()))).await;
        assert_eq!(answered.json()["data"]["allProducts"]["pageInfo"]["totalCount"], 40);
        let expired = site.token(&manager().expires_in(Duration::ZERO));
        let request = post(PRODUCTS, &json!({})).insert_header(("cookie", format!("access_token={expired}")));
        assert_eq!(site.send(request).await.code(), "ACCESS_DENIED_ERROR");
    });
}

#[test]
fn tokens_that_do_not_hold_are_nobody() {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
    run(async {
        let site = Site::open(false).await;
        let claims = user(1).super_user();
        let mut payload = serde_json::to_value(&claims).unwrap();
        let signed = |payload: &Json, secret: &str, algorithm| {
            encode(&Header::new(algorithm), payload, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
        };
        let part = |value: &Json| URL_SAFE_NO_PAD.encode(value.to_string());
        let mut junk = vec![
            site.token(&claims.clone().expires_in(Duration::ZERO)),
            Tokens::new("another secret of at least 32 bytes!").unwrap().user_token(&claims).unwrap(),
            site.tokens.service_token("billing", Duration::from_mins(1)).unwrap(),
            format!("{}.{}.", part(&json!({ "alg": "none", "typ": "JWT" })), part(&payload)),
            format!("{}.{}.x", part(&json!({ "alg": "NONE" })), part(&payload)),
            signed(&payload, SECRET, Algorithm::HS512),
            String::new(),
            "junk".to_owned(),
            "a.b.c".to_owned(),
        ];
        for (claim, value) in [
            ("aud", json!("other-api")),
            ("iss", json!("someone")),
            ("exp", json!("tomorrow")),
            ("sub", json!("me")),
            ("exp", Json::Null),
            ("xsrf_token", json!("")),
        ] {
            let kept = std::mem::replace(&mut payload[claim], value);
            junk.push(signed(&payload, SECRET, Algorithm::HS256));
            payload[claim] = kept;
        }
        let held = signed(&payload, SECRET, Algorithm::HS256);
        let cut = held[..held.len() - 2].to_owned();
        junk.push(cut);
        for token in junk {
            let answered = site.send(bearer(post(PRODUCTS, &json!({})), &token)).await;
            assert_eq!((answered.status, answered.code().as_str()), (200, "ACCESS_DENIED_ERROR"), "{token}");
            let answered = site.send(bearer(post(CATEGORIES, &json!({})), &token)).await;
            assert!(answered.json().get("errors").is_none(), "{token}: {}", answered.body);
        }
        let answered = site.send(bearer(post(PRODUCTS, &json!({})), &held)).await;
        assert_eq!(answered.json()["data"]["allProducts"]["pageInfo"]["totalCount"], 40);
    });
}

/// Claims that we do not know grant nothing and hide nothing.
#[test]
fn claims_are_read_with_suspicion() {
    use jsonwebtoken::{EncodingKey, Header, encode};
    run(async {
        let site = Site::open(false).await;
        let total = async |change: fn(&mut Json)| {
            let mut payload = serde_json::to_value(user(9)).unwrap();
            change(&mut payload);
            let token = encode(&Header::default(), &payload, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap();
            let answered = site.send(bearer(post(PRODUCTS, &json!({})), &token)).await;
            match answered.json()["data"]["allProducts"]["pageInfo"]["totalCount"].as_u64() {
                Some(total) => total.to_string(),
                None => answered.code(),
            }
        };
        assert_eq!(total(|claims: &mut Json| claims["webservices"] = json!({ "all_products": "full" })).await, "40");
        assert_eq!(total(|claims: &mut Json| claims["webservices"] = json!({ "all_products": "owner" })).await, "0");
        let unknown: [fn(&mut Json); 7] = [
            |claims: &mut Json| claims["webservices"] = json!({ "all_products": "FULL" }),
            |claims: &mut Json| claims["webservices"] = json!({ "all_products": true }),
            |claims: &mut Json| claims["webservices"] = json!({ "all_products": null }),
            |claims: &mut Json| claims["webservices"] = json!({ "all_products": { "full": true } }),
            |claims: &mut Json| {
                claims["webservices"] = json!({ "*": "full", "allProducts": "full", "ALL_PRODUCTS": "full" });
            },
            |claims: &mut Json| claims["roles"] = json!(["SUPER_USER"]),
            |claims: &mut Json| {
                claims["organizations"] = json!({ ACME.to_string(): { "level": "client", "webservices": [] } });
            },
        ];
        for value in unknown {
            assert_eq!(total(value).await, "PERMISSION_DENIED");
        }
        let member = |claims: &mut Json| {
            claims["organizations"] = json!({ ACME.to_string(): { "webservices": ["all_products"] } });
        };
        assert_eq!(total(member).await, "20");
        let malformed: [fn(&mut Json); 3] = [
            |claims: &mut Json| claims["webservices"] = json!("full"),
            |claims: &mut Json| claims["is_super_user"] = json!("yes"),
            |claims: &mut Json| claims["organizations"] = json!({ "everything": { "webservices": ["all_products"] } }),
        ];
        for broken in malformed {
            assert_eq!(total(broken).await, "ACCESS_DENIED_ERROR");
        }
    });
}

#[test]
fn a_service_is_nobody_outside_internal_operations() {
    run(async {
        let site = Site::open(false).await;
        let token = site.tokens.service_token("billing", Duration::from_mins(1)).unwrap();
        let service = |request: TestRequest| request.insert_header(("authorization", format!("Service {token}")));
        assert_eq!(site.send(service(post(PRODUCTS, &json!({})))).await.code(), "ACCESS_DENIED_ERROR");
        let (mutation, variables) = creation();
        assert_eq!(site.send(service(post(mutation, &variables))).await.code(), "ACCESS_DENIED_ERROR");
        assert!(site.send(service(post(CATEGORIES, &json!({})))).await.json().get("errors").is_none());
        assert_eq!(site.send(service(TestRequest::get().uri("/stock"))).await.status, 401);
        assert_eq!(site.count().await, 40);
    });
}

#[test]
fn introspection_is_off_in_production() {
    run(async {
        let (prod, dev) = (Site::open(false).await, Site::open(true).await);
        let query = "{ __schema { queryType { name } } }";
        let answered = prod.send(post(query, &json!({}))).await;
        assert_eq!(
            answered.json()["errors"][0]["message"],
            "GraphQL introspection has been disabled, but the requested query contained the field '__schema'."
        );
        assert_eq!(answered.json()["data"], Json::Null);
        assert_eq!(prod.send(post("{ __typename }", &json!({}))).await.body, r#"{"data":{"__typename":"Query"}}"#);
        assert_eq!(
            dev.send(post(query, &json!({}))).await.body,
            r#"{"data":{"__schema":{"queryType":{"name":"Query"}}}}"#
        );
        let typo = "{ allCategoris { edges { cursor } } }";
        assert!(!prod.send(post(typo, &json!({}))).await.body.contains("Did you mean"));
        assert!(dev.send(post(typo, &json!({}))).await.body.contains("Did you mean"));
    });
}

#[test]
fn internal_errors_are_told_in_dev_only() {
    run(async {
        for dev in [false, true] {
            let site = Site::open(dev).await;
            let transaction = site.project.database().begin_alone().await.unwrap();
            transaction.execute("DROP TABLE review".to_owned(), Vec::new()).await.unwrap();
            transaction.commit().await.unwrap();
            let query = "{ allProducts(first: 1) { edges { node { reviews { body } } } } }";
            let request =
                bearer(post(query, &json!({})), &site.token(&manager())).insert_header(("x-request-id", "id-7"));
            let answered = site.send(request).await;
            assert_eq!((answered.status, answered.code().as_str()), (200, "INTERNAL_ERROR"));
            assert_eq!(answered.json()["errors"][0]["message"], "INTERNAL_ERROR");
            assert_eq!(answered.json()["errors"][0]["extensions"]["correlation_id"], "id-7");
            assert_eq!(tells_of_a_missing_table(&answered.body), dev, "{}", answered.body);
            assert_eq!(
                answered.body.contains("review"),
                dev || answered.body.contains(r#""reviews""#),
                "{}",
                answered.body
            );
        }
    });
}

#[test]
fn health_and_headers() {
    run(async {
        let site = Site::open(false).await;
        for (path, status) in [("/health/live", "live"), ("/health/ready", "ready")] {
            let answered = site.send(TestRequest::get().uri(path)).await;
            assert_eq!((answered.status, answered.json()), (200, json!({ "status": status })));
        }
        for request in [
            post(CATEGORIES, &json!({})),
            raw("{"),
            TestRequest::get().uri("/health/live"),
            TestRequest::get().uri("/nowhere"),
        ] {
            let answered = site.send(request).await;
            assert_eq!(answered.header("x-content-type-options"), "nosniff");
            assert_eq!(answered.header("x-frame-options"), "DENY");
            assert!(!answered.header("referrer-policy").is_empty());
            assert!(!answered.header("x-request-id").is_empty());
            assert_eq!(answered.header("server"), "");
        }
        // Nobody is trusted to say so: see boundary::client.
        let secure = post(CATEGORIES, &json!({})).insert_header(("x-forwarded-proto", "https"));
        assert_eq!(site.send(secure).await.header("strict-transport-security"), "");
        site.project.database().close().await.unwrap();
        assert_eq!(site.send(TestRequest::get().uri("/health/ready")).await.status, 503);
        assert_eq!(site.send(TestRequest::get().uri("/health/live")).await.status, 200);
    });
}

#[test]
fn an_endpoint_stands_behind_the_same_chain() {
    run(async {
        let site = Site::open(false).await;
        let stock = || TestRequest::get().uri("/stock");
        let answered = site.send(stock()).await;
        assert_eq!((answered.status, answered.json()), (401, json!({ "detail": "ACCESS_DENIED_ERROR" })));
        let answered = site.send(bearer(stock(), &site.token(&manager()))).await;
        assert_eq!((answered.status, answered.json()), (403, json!({ "detail": "PERMISSION_DENIED" })));
        let answered = site.send(bearer(stock(), &site.token(&manager().grant("stock")))).await;
        assert_eq!((answered.status, answered.body.as_str()), (200, "40"));
        let member = user(3).organization("client", ACME, ["stock"]);
        assert_eq!(site.send(bearer(stock(), &site.token(&member))).await.body, "20");
        let answered = site.send(TestRequest::post().uri("/stock")).await;
        assert_eq!((answered.status, answered.json()), (405, json!({ "detail": "METHOD_NOT_ALLOWED" })));
    });
}
