//! Pages of other origins.

use lys::{
    actix_web::http::Method,
    http::cors::{Cors, CorsOptions},
};

use super::*;

const PAGE: &str = "https://app.example.com";

fn allowing(origins: &[&str], credentials: bool) -> HttpOptions {
    let origins = origins.iter().map(|origin| (*origin).to_owned()).collect();
    let options = CorsOptions { origins, credentials, ..CorsOptions::default() };
    HttpOptions { cors: Cors::of(&options), body_limit: 4096, ..HttpOptions::default() }
}

fn preflight(path: &str, origin: &str, method: &str, headers: &str) -> TestRequest {
    let request = TestRequest::default().method(Method::OPTIONS).uri(path).insert_header(("origin", origin.to_owned()));
    let request = request.insert_header(("access-control-request-method", method.to_owned()));
    request.insert_header(("access-control-request-headers", headers.to_owned()))
}

#[test]
fn a_page_that_may_call_passes_its_preflight() {
    run(async {
        let site = Site::open(allowing(&[PAGE], true)).await;
        let answered = site.send(preflight("/graphql", PAGE, "POST", "Content-Type, X-XSRF-TOKEN")).await;
        assert_eq!((answered.status, answered.body.as_str()), (204, ""));
        assert_eq!(answered.header("access-control-allow-origin"), PAGE);
        assert_eq!(answered.header("access-control-allow-credentials"), "true");
        assert_eq!(answered.header("access-control-allow-methods"), "GET, POST");
        assert!(answered.header("access-control-allow-headers").contains("x-xsrf-token"));
        assert_eq!(answered.header("access-control-max-age"), "600");
        assert_eq!(answered.header("vary"), "Origin");
        assert_eq!(site.send(preflight("/whoami", PAGE, "GET", "")).await.status, 204);
    });
}

#[test]
fn a_preflight_that_is_refused_tells_why_in_json() {
    run(async {
        let site = Site::open(allowing(&[PAGE], true)).await;
        for (origin, method, headers, code) in [
            ("https://evil.example", "POST", "content-type", "CORS_ORIGIN_REFUSED"),
            ("https://app.example.com.evil.example", "POST", "content-type", "CORS_ORIGIN_REFUSED"),
            ("http://app.example.com", "POST", "content-type", "CORS_ORIGIN_REFUSED"),
            ("https://app.example.com:8443", "POST", "content-type", "CORS_ORIGIN_REFUSED"),
            ("null", "POST", "content-type", "CORS_ORIGIN_REFUSED"),
            (PAGE, "DELETE", "content-type", "CORS_METHOD_REFUSED"),
            (PAGE, "post", "content-type", "CORS_METHOD_REFUSED"),
            (PAGE, "POST", "content-type, x-evil", "CORS_HEADERS_REFUSED"),
        ] {
            let answered = site.send(preflight("/graphql", origin, method, headers)).await;
            answered.check_refused(403, code);
            assert_eq!(answered.header("access-control-allow-origin"), if origin == PAGE { PAGE } else { "" });
            assert_eq!(answered.header("access-control-allow-methods"), "");
            assert_eq!(answered.header("vary"), "Origin");
            let there = site.send(preflight("/whoami", origin, method, headers)).await;
            assert_eq!((there.status, there.json()), (403, json!({ "detail": code })));
        }
    });
}

/// A page can read why it was refused, whatever the status; other pages read nothing.
#[test]
fn refusals_can_be_read_by_the_page() {
    run(async {
        let settings = RateLimitSettings { requests_per_minute: 20, ..RateLimitSettings::default() };
        let rate_limit = Some(Arc::new(RateLimit::new(&settings).unwrap()));
        let site = Site::open(HttpOptions { rate_limit, ..allowing(&[PAGE], true) }).await;
        let cookie = format!("access_token={}", site.tokens.user_token(&user(1)).unwrap());
        let requests = || {
            [
                (post(CATEGORIES), 200),
                (raw("{"), 400),
                (post(CATEGORIES).insert_header(("cookie", cookie.clone())), 403),
                (raw(vec![b' '; 5000]), 413),
                (post(CATEGORIES).insert_header(("content-type", "text/plain")), 415),
                (TestRequest::get().uri("/nowhere"), 404),
                (TestRequest::get().uri("/whoami"), 200),
            ]
        };
        for (request, status) in requests() {
            let answered = site.send(request.insert_header(("origin", PAGE))).await;
            assert_eq!((answered.status, answered.header("access-control-allow-origin")), (status, PAGE));
            assert_eq!(answered.header("access-control-allow-credentials"), "true");
            assert!(answered.header("access-control-expose-headers").contains("retry-after"));
            assert!(answered.headers.get_all("vary").any(|vary| vary == "Origin"));
        }
        for (request, status) in requests() {
            let answered = site.send(request.insert_header(("origin", "https://evil.example"))).await;
            assert_eq!((answered.status, answered.header("access-control-allow-origin")), (status, ""));
            assert_eq!(answered.header("access-control-allow-credentials"), "");
        }
        let page = || post(CATEGORIES).insert_header(("origin", PAGE));
        let mut last = site.send(page()).await;
        for _ in 0..20 {
            last = site.send(page()).await;
        }
        last.check_refused(429, "RATE_LIMIT_ERROR");
        assert_eq!(last.header("access-control-allow-origin"), PAGE);
        // Preflights are not counted.
        assert_eq!(site.send(preflight("/graphql", PAGE, "POST", "content-type")).await.status, 204);
    });
}

#[test]
fn other_origins_are_off_by_default_and_a_star_has_no_credentials() {
    run(async {
        let site = Site::open(HttpOptions::default()).await;
        let answered = site.send(post(CATEGORIES).insert_header(("origin", PAGE))).await;
        assert_eq!((answered.status, answered.header("access-control-allow-origin")), (200, ""));
        assert_eq!(answered.header("vary"), "");
        let answered = site.send(preflight("/graphql", PAGE, "POST", "content-type")).await;
        assert_eq!((answered.status, answered.header("access-control-allow-origin")), (204, ""));

        let site = Site::open(allowing(&["*"], false)).await;
        let answered = site.send(post(CATEGORIES).insert_header(("origin", PAGE))).await;
        assert_eq!(answered.header("access-control-allow-origin"), "*");
        assert_eq!(answered.header("access-control-allow-credentials"), "");
        assert!(allowing(&["*"], true).cors.is_none(), "a start refuses this");
    });
}
