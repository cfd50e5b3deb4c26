//! How often a caller may ask, and that nobody chooses a bucket.

use super::*;

fn per_minute(requests: u32) -> RateLimitSettings {
    RateLimitSettings { requests_per_minute: requests, ..RateLimitSettings::default() }
}

/// How many of `tries` requests are let through.
async fn passed(site: &Site, tries: usize, request: impl Fn(usize) -> TestRequest) -> usize {
    let mut passed = 0;
    for number in 0..tries {
        passed += usize::from(site.send(request(number)).await.status != 429);
    }
    passed
}

#[test]
fn who_asks_too_often_is_told_when_to_come_back() {
    run(async {
        let site = Site::limited(per_minute(3)).await;
        let ask = || from(post(CATEGORIES), "198.51.100.7");
        assert_eq!(passed(&site, 3, |_| ask()).await, 3);
        let answered = site.send(ask()).await;
        answered.check_refused(429, "RATE_LIMIT_ERROR");
        let seconds: u64 = answered.header("retry-after").parse().unwrap();
        assert!((15..=20).contains(&seconds), "{seconds}");
        assert_eq!(answered.json()["errors"][0]["extensions"]["remaining_seconds"], seconds);
        // Endpoints have their own shape and the same bucket; health checks are not counted.
        let there = site.send(from(TestRequest::get().uri("/whoami"), "198.51.100.7")).await;
        assert_eq!((there.status, there.json()), (429, json!({ "detail": "RATE_LIMIT_ERROR" })));
        assert!(!there.header("retry-after").is_empty());
        assert_eq!(site.send(from(TestRequest::get().uri("/health/live"), "198.51.100.7")).await.status, 200);
        assert_eq!(site.send(from(post(CATEGORIES), "198.51.100.8")).await.status, 200);
        // A refused mutation has written nothing.
        let before = site.project.rows().await;
        let mutation = r#"mutation { mark(text: "x", milliseconds: 0) }"#;
        site.send(from(post(mutation), "198.51.100.7")).await.check_refused(429, "RATE_LIMIT_ERROR");
        assert_eq!(site.project.rows().await, before, "nothing was written");
    });
}

/// Neither another header, nor a token that does not hold, nor another address of the same network is another bucket.
#[test]
fn nobody_chooses_a_bucket() {
    run(async {
        let forged = |number: usize| {
            let request = from(post(CATEGORIES), "198.51.100.7");
            match number % 6 {
                0 => request.insert_header(("x-forwarded-for", format!("203.0.113.{number}"))),
                1 => request.insert_header(("forwarded", format!("for=203.0.113.{number}"))),
                2 => request.insert_header(("authorization", format!("Service forged-{number}"))),
                3 => request.insert_header(("authorization", format!("Bearer forged-{number}"))),
                4 => request.insert_header(("cookie", format!("access_token=forged-{number}"))),
                _ => request.insert_header(("x-request-id", number.to_string())),
            }
        };
        let settings = RateLimitSettings { service_requests_per_minute: 50, users: true, ..per_minute(5) };
        let site = Site::limited(settings.clone()).await;
        assert_eq!(passed(&site, 18, forged).await, 5);
        let site = Site::limited(settings.clone()).await;
        let neighbours = |number| from(post(CATEGORIES), &format!("2001:db8:0:7::{number}"));
        assert_eq!(passed(&site, 10, neighbours).await, 5);
        // A service whose token has expired or is another key's is an address like any other.
        let site = Site::limited(settings).await;
        let other = Tokens::new("another secret of at least 32 bytes!").unwrap();
        let token = other.service_token("billing", Duration::from_mins(1)).unwrap();
        let service =
            |_| from(post(CATEGORIES), "198.51.100.7").insert_header(("authorization", format!("Service {token}")));
        assert_eq!(passed(&site, 10, service).await, 5);
    });
}

#[test]
fn a_service_and_if_asked_for_a_user_have_their_own_bucket() {
    run(async {
        let settings = RateLimitSettings { service_requests_per_minute: 8, ..per_minute(3) };
        for users in [false, true] {
            let site = Site::limited(RateLimitSettings { users, ..settings.clone() }).await;
            let anonymous = |_| from(post(CATEGORIES), "198.51.100.7");
            assert_eq!(passed(&site, 5, anonymous).await, 3);
            let token = site.tokens.service_token("billing", Duration::from_mins(1)).unwrap();
            let service = |_| anonymous(0).insert_header(("authorization", format!("Service {token}")));
            assert_eq!(passed(&site, 10, service).await, 8);
            let user = |_| site.bearer(anonymous(0), &user(7));
            assert_eq!(passed(&site, 5, user).await, if users { 3 } else { 0 });
        }
    });
}

/// A wrong XSRF token is charged to the address: the answer must not be an oracle for guesses.
#[test]
fn refused_callers_are_counted_too() {
    run(async {
        let site = Site::limited(per_minute(3)).await;
        let cookie = format!("access_token={}", site.tokens.user_token(&user(1)).unwrap());
        let guess = |number: usize| {
            let request = from(post(CATEGORIES), "198.51.100.7").insert_header(("cookie", cookie.clone()));
            request.insert_header(("x-xsrf-token", number.to_string()))
        };
        site.send(guess(0)).await.check_refused(403, "INVALID_XSRF_TOKEN_ERROR");
        assert_eq!(passed(&site, 5, guess).await, 2);
    });
}

/// A request with many root fields costs as many; aliases and fragments do not hide them.
#[test]
fn operations_are_charged_not_only_requests() {
    run(async {
        let costs = vec![("all_products".to_owned(), 5)];
        let site = Site::limited(RateLimitSettings { costs, ..per_minute(10) }).await;
        let ask = |query: &str, address| from(post(query), address);
        let nine = "{ a: whoami b: whoami c: whoami d: whoami e: whoami f: whoami g: whoami ...G } fragment G on Query { h: whoami i: whoami }";
        assert_eq!(site.send(ask(nine, "198.51.100.1")).await.status, 200);
        assert_eq!(site.send(ask(WHOAMI, "198.51.100.1")).await.status, 200);
        site.send(ask(WHOAMI, "198.51.100.1")).await.check_refused(429, "RATE_LIMIT_ERROR");

        let dear = "{ allProducts { pageInfo { totalCount } } }";
        assert_eq!(site.send(ask(dear, "198.51.100.2")).await.status, 200);
        assert_eq!(site.send(ask(dear, "198.51.100.2")).await.status, 200);
        let refused = site.send(ask(dear, "198.51.100.2")).await;
        refused.check_refused(429, "RATE_LIMIT_ERROR");

        // What is refused for its root fields keeps its shape, in both media types, and has not run.
        let before = site.project.rows().await;
        let two = r#"mutation { a: mark(text: "x", milliseconds: 0) b: mark(text: "y", milliseconds: 0) }"#;
        let nearly = |_| ask(WHOAMI, "198.51.100.3");
        assert_eq!(passed(&site, 9, nearly).await, 9);
        let refused = site.send(ask(two, "198.51.100.3")).await;
        refused.check_refused(429, "RATE_LIMIT_ERROR");
        assert!(!refused.header("retry-after").is_empty());
        assert_eq!(site.project.rows().await, before, "nothing was written");
        assert_eq!(passed(&site, 9, |_| ask(WHOAMI, "198.51.100.4")).await, 9);
        let graphql = ask(two, "198.51.100.4").insert_header(("accept", "application/graphql-response+json"));
        let refused = site.send(graphql).await;
        assert_eq!((refused.status, refused.json().get("data").is_none()), (429, true), "{}", refused.body);
    });
}
