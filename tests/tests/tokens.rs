//! Tokens through the HTTP boundary, for every kind of them: what is forged, taken over, called back or sent along by a foreign page
//! is refused, and changes nothing (20 §10 and §17, 50 §3 and §11).

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use lys::{
    access::{
        Algorithm, Claims, DatabaseSessions, Issued, Key, KeyPair, KeyRing, MemoryRevocations, RedisSessions, Sessions,
        Tokens,
    },
    actix_web::{
        App as Actix,
        middleware::from_fn,
        test::{TestRequest, call_service, init_service, read_body},
    },
    execute::{Engine, EngineOptions},
    http::{
        Http, HttpOptions, boundary,
        cookies::{CookieOptions, SignedIn},
        endpoints,
    },
    prelude::*,
    testing::{TestProject, user},
};

use crate::catalog_kit::{ACME, OF_MEMBERS, client_id, json, run};

const SECRET: &str = "a secret for tests: 32 bytes or more";
const HOST: (&str, &str) = ("host", "shop.example.com");
const OWN_PAGE: (&str, &str) = ("origin", "https://shop.example.com");
const FOREIGN_PAGE: (&str, &str) = ("origin", "https://evil.example");

/// What an app of users will have.
mod session {
    use lys::prelude::*;

    /// Signs the caller out, whoever that is.
    #[field(mutation, public, xsrf(origin))]
    async fn logout(ctx: &Context<'_>) -> Result<String> {
        Ok(format!("{:?}", ctx.actor()).split('(').next().unwrap_or_default().to_owned())
    }

    /// Anything else that is public.
    #[field(mutation, public)]
    async fn greet(_: &Context<'_>) -> Result<bool> {
        Ok(true)
    }

    /// Signs the caller out without GraphQL.
    #[endpoint(POST "/logout", public, xsrf(origin))]
    async fn sign_out(_: &Context<'_>) -> Result<String> {
        Ok("bye".to_owned())
    }

    /// Anything else that is public.
    #[endpoint(POST "/greet", public)]
    async fn hello(_: &Context<'_>) -> Result<String> {
        Ok("hello".to_owned())
    }

    pub fn app() -> App {
        App::new("session", module_path!())
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Secret,
    Pair,
    PairAndTable,
    Opaque,
    OpaqueInRedis,
}

impl Kind {
    fn is_opaque(self) -> bool {
        matches!(self, Self::Opaque | Self::OpaqueInRedis)
    }
}

/// All kinds that there are servers for.
fn kinds() -> Vec<Kind> {
    let mut kinds = vec![Kind::Secret, Kind::Pair, Kind::PairAndTable, Kind::Opaque];
    if redis_url().is_some() {
        kinds.push(Kind::OpaqueInRedis);
    } else {
        println!("skipped: LYS_TEST_REDIS_URL is not set");
    }
    kinds
}

fn redis_url() -> Option<String> {
    std::env::var("LYS_TEST_REDIS_URL").ok()
}

/// The catalog as a server would run it in production.
struct Site {
    project: TestProject,
    engine: Arc<Engine>,
    tokens: Arc<Tokens>,
    sessions: Arc<Sessions>,
    http: Http,
}

fn ring(algorithm: Algorithm) -> KeyRing {
    let pair = KeyPair::generate(algorithm).unwrap();
    KeyRing::new(Key::read(&pair.private).unwrap()).unwrap()
}

impl Site {
    async fn open(kind: Kind) -> Self {
        let project = TestProject::new([catalog::app(), session::app()]).await.unwrap();
        let tokens = Arc::new(match kind {
            Kind::Secret | Kind::Opaque | Kind::OpaqueInRedis => Tokens::new(SECRET).unwrap(),
            Kind::Pair => Tokens::with_keys(ring(Algorithm::EdDsa), Some(ring(Algorithm::EdDsa))).unwrap(),
            Kind::PairAndTable => Tokens::with_keys(ring(Algorithm::Es256), Some(ring(Algorithm::Es256))).unwrap(),
        });
        let table = Arc::new(DatabaseSessions::open(project.database()).await.unwrap());
        let sessions = Arc::new(match kind {
            Kind::Secret | Kind::Pair => Sessions::signed(Arc::clone(&tokens), Arc::new(MemoryRevocations::default())),
            Kind::PairAndTable => Sessions::signed(Arc::clone(&tokens), table),
            Kind::Opaque => Sessions::opaque(Arc::clone(&tokens), table),
            Kind::OpaqueInRedis => {
                let store = RedisSessions::open(&redis_url().unwrap()).unwrap();
                Sessions::opaque(Arc::clone(&tokens), Arc::new(store))
            }
        });
        let engine = Arc::new(project.cold_engine(EngineOptions::default()));
        let http = Http::new(Arc::<Engine>::clone(&engine), Arc::<Sessions>::clone(&sessions), HttpOptions::default());
        Self { project, engine, tokens, sessions, http }
    }

    async fn issue(&self, claims: Claims) -> Issued {
        self.sessions.issue(claims).await.unwrap()
    }

    async fn send(&self, request: TestRequest) -> (u16, String) {
        let definitions: Vec<_> = self.engine.model().endpoints().map(|endpoint| endpoint.definition.clone()).collect();
        let app = Actix::new()
            .wrap(from_fn(boundary::boundary))
            .configure(|config| self.http.mount(config))
            .configure(|config| endpoints::mount(config, &self.http, &self.engine, &definitions));
        let response = call_service(&init_service(app).await, request.insert_header(HOST).to_request()).await;
        let status = response.status().as_u16();
        (status, String::from_utf8(read_body(response).await.to_vec()).unwrap())
    }

    /// Status, code and `data` of a GraphQL request.
    async fn ask(&self, query: &str, variables: &Json, headers: &[(&str, &str)]) -> (u16, String, Json) {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let request = TestRequest::post().uri("/graphql").insert_header(("content-type", "application/json"));
        let request = headers.iter().fold(request.set_payload(body), |request, header| request.append_header(*header));
        let (status, body) = self.send(request).await;
        let mut answer: Json = serde_json::from_str(&body).unwrap_or_else(|_| panic!("no JSON: {body}"));
        let code = answer["errors"][0]["message"].as_str().unwrap_or_default().to_owned();
        (status, code, answer["data"].take())
    }

    /// A creation that the manager may do.
    async fn create(&self, headers: &[(&str, &str)]) -> (u16, String) {
        let query = "mutation ($inputs: CreateProductInput!) { createProduct(inputs: $inputs) { name } }";
        let inputs =
            json!({ "inputs": { "name": "Sofa", "price": 19.99, "categoryId": "HOME", "clientId": client_id(ACME) } });
        let (status, code, _) = self.ask(query, &inputs, headers).await;
        (status, code)
    }

    /// The creation is answered so, and no row has changed.
    async fn check_refused(&self, status: u16, code: &str, headers: &[(&str, &str)]) {
        let before = self.project.rows().await;
        assert_eq!(self.create(headers).await, (status, code.to_owned()), "{}", brief(headers));
        assert_eq!(self.project.rows().await, before, "{}", brief(headers));
    }

    /// A token lets nobody in, wherever it is sent; public operations still answer, as if it were not there (50 A2, C7).
    async fn check_anonymous(&self, token: &str, xsrf: &str) {
        let (bearer, service) = (format!("Bearer {token}"), format!("Service {token}"));
        let cookie = format!("access_token={token}; XSRF-TOKEN={xsrf}");
        for headers in [
            &[("authorization", bearer.as_str())][..],
            &[("authorization", service.as_str())],
            &[("cookie", cookie.as_str()), ("x-xsrf-token", xsrf)],
            &[("cookie", cookie.as_str())],
        ] {
            self.check_refused(200, "ACCESS_DENIED_ERROR", headers).await;
        }
        let query = "{ allCategories { edges { node { code } } } }";
        let (status, code, _) = self.ask(query, &json!({}), &[("cookie", &cookie)]).await;
        assert_eq!((status, code.as_str()), (200, ""), "{}", brief(&[("cookie", &cookie)]));
    }
}

fn brief(headers: &[(&str, &str)]) -> String {
    format!("{headers:?}").chars().take(600).collect()
}

/// Somebody new: stores are shared, and a test calls all tokens of its user back.
fn manager() -> Claims {
    OF_MEMBERS.into_iter().chain(["create_product"]).fold(Claims::user(Uuid::new_v4()), Claims::grant)
}

fn decoded(part: &str) -> Json {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn encoded(json: &Json) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

/// What can be made of a signed token without its key.
fn forgeries(token: &str) -> Vec<String> {
    let parts: Vec<&str> = token.split('.').collect();
    let (header, claims) = (decoded(parts[0]), decoded(parts[1]));
    let with = |json: &Json, name: &str, value: Json| {
        let mut json = json.clone();
        json[name] = value;
        json
    };
    let mut forged = Vec::new();
    for (name, value) in [
        ("is_super_user", json!(true)),
        ("sub", json!("00000000-0000-0000-0000-000000000009")),
        ("exp", json!(4_102_444_800_i64)),
        ("webservices", json!({ "create_product": "full" })),
        ("jti", json!("another")),
    ] {
        forged.push(format!("{}.{}.{}", parts[0], encoded(&with(&claims, name, value)), parts[2]));
    }
    for algorithm in ["none", "NONE", "HS256", "HS512", "EdDSA", "ES256", "RS256"] {
        if header["alg"] != algorithm {
            let header = encoded(&with(&header, "alg", json!(algorithm)));
            forged.push(format!("{header}.{}.", parts[1]));
            forged.push(format!("{header}.{}.{}", parts[1], parts[2]));
        }
    }
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
    for (name, value) in [("kid", json!("another")), ("jwk", key), ("jku", json!("https://evil.example/keys"))] {
        forged.push(format!("{}.{}.{}", encoded(&with(&header, name, value)), parts[1], parts[2]));
    }
    forged.push(format!("{}.{}.", parts[0], parts[1]));
    forged.push(format!("{}.{}", parts[0], parts[1]));
    forged.push(token[..token.len() - 1].to_owned());
    forged
}

#[test]
fn tokens_that_do_not_hold_let_nobody_in() {
    run(async {
        for kind in kinds() {
            let site = Site::open(kind).await;
            let good = site.issue(manager()).await;
            let xsrf = good.claims.xsrf_token.clone();
            let mut bad = vec!["junk".to_owned(), "..".to_owned(), "A".repeat(43), "a.".repeat(30_000)];
            // Of this kind, but past.
            bad.push(site.sessions.issue_for(manager(), Duration::ZERO).await.unwrap().token);
            // Signed by others, and by the key of services.
            let other = Tokens::with_keys(ring(Algorithm::EdDsa), None).unwrap();
            bad.push(other.user_token(&manager()).unwrap());
            bad.push(Tokens::new("another secret of at least 32 bytes!").unwrap().user_token(&manager()).unwrap());
            if kind.is_opaque() {
                // A signed token, and the keys of rows.
                bad.push(site.tokens.user_token(&manager()).unwrap());
                let sql = "SELECT id FROM lys_session".to_owned();
                let rows = site.project.database().read_all(sql, Vec::new()).await.unwrap();
                bad.extend(rows.iter().map(|row| row.get::<String>(0).unwrap()));
            } else {
                bad.extend(forgeries(&good.token));
                let wrong = [
                    Claims { aud: "lys-internal".to_owned(), ..manager() },
                    Claims { iss: "evil".to_owned(), ..manager() },
                    Claims { xsrf_token: String::new(), ..manager() },
                    Claims { nbf: Some(4_102_444_800.0), ..manager() },
                ];
                bad.extend(wrong.iter().map(|claims| site.tokens.user_token(claims).unwrap()));
            }
            for token in bad {
                site.check_anonymous(&token, &xsrf).await;
            }
            // A service's token is no user's, and the other way round; the manager's own still holds.
            let service = site.tokens.service_token("billing", Duration::from_mins(1)).unwrap();
            site.check_anonymous(&service, &xsrf).await;
            let bearer = format!("Bearer {}", good.token);
            assert_eq!(site.create(&[("authorization", &bearer)]).await, (200, String::new()), "{kind:?}");
            let as_service = format!("Service {}", good.token);
            site.check_refused(200, "ACCESS_DENIED_ERROR", &[("authorization", &as_service)]).await;
        }
    });
}

#[test]
fn a_token_that_was_called_back_cannot_be_replayed() {
    run(async {
        for kind in kinds() {
            let site = Site::open(kind).await;
            let (first, second) = (site.issue(manager()).await, site.issue(manager()).await);
            let (one, two) = (format!("Bearer {}", first.token), format!("Bearer {}", second.token));
            assert_eq!(site.create(&[("authorization", &one)]).await, (200, String::new()));
            site.sessions.revoke(&first.token).await.unwrap();
            site.check_anonymous(&first.token, &first.claims.xsrf_token).await;
            assert_eq!(site.create(&[("authorization", &two)]).await, (200, String::new()), "{kind:?}: only that one");
            site.sessions.revoke_user(second.claims.sub).await.unwrap();
            site.check_anonymous(&second.token, &second.claims.xsrf_token).await;
        }
    });
}

#[test]
fn a_cookie_vouches_for_nothing_without_the_xsrf_header() {
    run(async {
        for kind in kinds() {
            let site = Site::open(kind).await;
            let (good, other) = (site.issue(manager()).await, site.issue(manager()).await);
            let cookie = format!("access_token={}; XSRF-TOKEN={}", good.token, good.claims.xsrf_token);
            let whole = good.claims.xsrf_token.as_str();
            for sent in ["", "wrong", &whole[1..], &format!("{whole}0"), &other.claims.xsrf_token] {
                let headers = [("cookie", cookie.as_str()), ("x-xsrf-token", sent)];
                site.check_refused(403, "INVALID_XSRF_TOKEN_ERROR", &headers).await;
            }
            site.check_refused(403, "INVALID_XSRF_TOKEN_ERROR", &[("cookie", &cookie)]).await;
            // A bearer token beside the cookie, and a page of our own, do not lift the check.
            let bearer = format!("Bearer {}", good.token);
            let headers = [("cookie", cookie.as_str()), ("authorization", &bearer), OWN_PAGE];
            site.check_refused(403, "INVALID_XSRF_TOKEN_ERROR", &headers).await;
            assert_eq!(site.create(&[("cookie", &cookie), ("x-xsrf-token", whole)]).await, (200, String::new()));
            assert_eq!(site.create(&[("authorization", &bearer)]).await, (200, String::new()), "a program needs none");
        }
    });
}

#[test]
fn of_several_cookies_the_first_that_holds_counts() {
    run(async {
        for kind in kinds() {
            let site = Site::open(kind).await;
            let good = site.issue(manager()).await;
            let xsrf = ("x-xsrf-token", good.claims.xsrf_token.as_str());
            let (token, bearer) = (&good.token, format!("Bearer {}", good.token));
            for cookie in [
                format!("access_token=junk; access_token={token}"),
                format!("access_token={token}; access_token=junk"),
                format!("access_token=; access_token=\"{token}\""),
            ] {
                assert_eq!(site.create(&[("cookie", &cookie), xsrf]).await, (200, String::new()), "{cookie}");
            }
            // A junk cookie does not hide the header.
            let junk = [("cookie", "access_token=junk"), ("authorization", bearer.as_str())];
            assert_eq!(site.create(&junk).await, (200, String::new()));
            // Whoever plants a session of his own before the victim's needs the victim to send its XSRF token too.
            let planted = site.issue(user(9)).await;
            let both = format!("access_token={}; access_token={token}", planted.token);
            site.check_refused(403, "INVALID_XSRF_TOKEN_ERROR", &[("cookie", &both), xsrf]).await;
        }
    });
}

/// The cookies that a sign-in sets are those that the next request is known by (50 §11, 2).
#[test]
fn the_cookies_of_a_sign_in_sign_in() {
    run(async {
        for kind in kinds() {
            let site = Site::open(kind).await;
            let good = site.issue(manager()).await;
            let signed_in = SignedIn {
                access_token: &good.token,
                access_lifetime: site.sessions.lifetime(),
                refresh_token: "refresh",
                refresh_lifetime: Duration::from_hours(24),
                xsrf_token: &good.claims.xsrf_token,
            };
            let cookies = CookieOptions::default().sign_in(&signed_in).unwrap();
            let sent: Vec<String> = cookies.iter().map(|cookie| cookie.stripped().to_string()).collect();
            let read = sent[2].strip_prefix("XSRF-TOKEN=").unwrap();
            assert_eq!(
                site.create(&[("cookie", &sent.join("; ")), ("x-xsrf-token", read)]).await,
                (200, String::new())
            );
        }
    });
}

#[test]
fn what_works_on_the_refresh_cookie_alone_needs_a_page_of_ours_instead() {
    run(async {
        let site = Site::open(Kind::Pair).await;
        let good = site.issue(manager()).await;
        let lost = format!("access_token={}; refresh_token=r", good.token);
        let lost = ("cookie", lost.as_str());
        let refresh = ("cookie", "refresh_token=r");
        let xsrf = ("x-xsrf-token", good.claims.xsrf_token.as_str());
        let asked = async |query: &str, headers: &[(&str, &str)]| {
            let (status, code, data) = site.ask(query, &json!({}), headers).await;
            (status, code, data["logout"].as_str().unwrap_or_default().to_owned())
        };
        let answered = |actor: &str| (200, String::new(), actor.to_owned());
        let refused = (403, "INVALID_XSRF_TOKEN_ERROR".to_owned(), String::new());
        let logout = "mutation { logout }";
        // The XSRF cookie is lost: the page vouches, but for nobody.
        assert_eq!(asked(logout, &[lost, OWN_PAGE]).await, answered("Anonymous"));
        assert_eq!(asked("mutation { x: logout __typename }", &[lost, OWN_PAGE]).await.0, 200);
        assert_eq!(asked(logout, &[lost, xsrf, OWN_PAGE]).await, answered("User"));
        assert_eq!(asked(logout, &[refresh, OWN_PAGE]).await, answered("Anonymous"));
        assert_eq!(asked(logout, &[refresh, ("sec-fetch-site", "same-origin")]).await, answered("Anonymous"));
        // No cookie, nothing that a foreign page could use.
        assert_eq!(asked(logout, &[]).await, answered("Anonymous"));
        for headers in [
            &[lost, FOREIGN_PAGE][..],
            &[lost],
            &[lost, xsrf, FOREIGN_PAGE],
            &[refresh, FOREIGN_PAGE],
            &[refresh],
            &[refresh, OWN_PAGE, ("sec-fetch-site", "cross-site")],
        ] {
            for query in [logout, "mutation { x: logout }", "mutation { ...F } fragment F on Mutation { logout }"] {
                assert_eq!(asked(query, headers).await, refused, "{query} {}", brief(headers));
            }
        }
        // Nothing else rides along.
        for query in [
            "mutation { greet }",
            "mutation { logout greet }",
            "mutation { ...F logout } fragment F on Mutation { greet }",
            "mutation A { logout } mutation B { greet }",
            "{ allCategories { edges { node { code } } } }",
        ] {
            assert_eq!(asked(query, &[lost, OWN_PAGE]).await, refused, "{query}");
        }
        assert_eq!(
            site.ask("mutation { greet }", &json!({}), &[refresh, FOREIGN_PAGE]).await.0,
            200,
            "nothing vouches for it"
        );
    });
}

#[test]
fn endpoints_are_guarded_as_operations_are() {
    run(async {
        let site = Site::open(Kind::Secret).await;
        let good = site.issue(manager()).await;
        let cookie = format!("access_token={}; refresh_token=r", good.token);
        let post = async |path: &str, page: (&'static str, &'static str)| {
            let request = TestRequest::post().uri(path).insert_header(("cookie", cookie.clone())).insert_header(page);
            site.send(request).await
        };
        let refused = (403, r#"{"detail":"INVALID_XSRF_TOKEN_ERROR"}"#.to_owned());
        assert_eq!(post("/logout", OWN_PAGE).await, (200, "bye".to_owned()));
        assert_eq!(post("/logout", FOREIGN_PAGE).await, refused);
        assert_eq!(post("/greet", OWN_PAGE).await, refused);
    });
}

#[test]
fn a_store_that_fails_is_no_sign_out() {
    run(async {
        for kind in [Kind::Opaque, Kind::PairAndTable] {
            let site = Site::open(kind).await;
            let good = site.issue(manager()).await;
            let transaction = site.project.database().begin_alone().await.unwrap();
            for table in ["lys_session", "lys_revocation"] {
                transaction.execute(format!("DROP TABLE {table}"), Vec::new()).await.unwrap();
            }
            transaction.commit().await.unwrap();
            let (bearer, cookie) = (format!("Bearer {}", good.token), format!("access_token={}", good.token));
            for header in [("authorization", bearer.as_str()), ("cookie", &cookie)] {
                let (status, code, data) = site.ask("{ __typename }", &json!({}), &[header]).await;
                assert_eq!((status, code.as_str(), data), (503, "SESSIONS_UNAVAILABLE", Json::Null));
                site.check_refused(503, "SESSIONS_UNAVAILABLE", &[header]).await;
            }
            assert_eq!(site.ask("{ __typename }", &json!({}), &[]).await.0, 200, "others go on");
        }
    });
}
