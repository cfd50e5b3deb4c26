//! Where a request comes from, and what it is called by.

use lys::http::client::{ForwardedHeader, Proxies};

use super::*;

fn behind(networks: &[&str], header: ForwardedHeader) -> HttpOptions {
    let networks = networks.iter().map(|network| network.parse().unwrap()).collect();
    HttpOptions { proxies: Proxies { networks, header }, ..HttpOptions::default() }
}

async fn seen(site: &Site, request: TestRequest) -> Json {
    site.send(request.insert_header(("user-agent", "probe/1"))).await.json()["data"]["whoami"].clone()
}

#[test]
fn operations_and_endpoints_know_the_client() {
    run(async {
        let site = Site::open(HttpOptions::default()).await;
        let request = from(post(WHOAMI), "198.51.100.7").insert_header(("x-request-id", "id-7"));
        assert_eq!(seen(&site, request).await, json!(["id-7", "198.51.100.7", "probe/1"]));
        let there = from(TestRequest::get().uri("/whoami"), "198.51.100.7");
        assert_eq!(site.send(there).await.body, "198.51.100.7");
    });
}

/// Nobody chooses an address by a header, unless a proxy that is trusted wrote it.
#[test]
fn a_forged_address_is_not_believed() {
    run(async {
        let forge = |request: TestRequest| {
            request
                .insert_header(("x-forwarded-for", "10.0.0.9, 203.0.113.9"))
                .insert_header(("forwarded", "for=203.0.113.9;proto=https"))
                .insert_header(("x-real-ip", "203.0.113.9"))
                .insert_header(("x-forwarded-proto", "https"))
        };
        for options in [HttpOptions::default(), behind(&["10.0.0.0/8"], ForwardedHeader::XForwarded)] {
            let site = Site::open(options).await;
            let answered = site.send(forge(from(post(WHOAMI), "198.51.100.7"))).await;
            assert_eq!(answered.json()["data"]["whoami"][1], "198.51.100.7");
            assert_eq!(answered.header("strict-transport-security"), "");
        }
        // What the client wrote stands left of what the proxy saw.
        let site = Site::open(behind(&["10.0.0.0/8"], ForwardedHeader::XForwarded)).await;
        let answered = site.send(forge(from(post(WHOAMI), "10.0.0.1"))).await;
        assert_eq!(answered.json()["data"]["whoami"][1], "203.0.113.9");
        assert!(answered.header("strict-transport-security").starts_with("max-age=31536000"));
        let site = Site::open(behind(&["10.0.0.1"], ForwardedHeader::Forwarded)).await;
        let other = from(post(WHOAMI), "10.0.0.1").insert_header(("x-forwarded-for", "203.0.113.9"));
        assert_eq!(seen(&site, other).await[1], "10.0.0.1");
    });
}

#[test]
fn an_id_that_is_no_token_is_replaced() {
    run(async {
        let site = Site::open(HttpOptions::default()).await;
        for id in ["a b", "<script>", "a,b", &"a".repeat(129), ""] {
            let answered = site.send(post(WHOAMI).insert_header(("x-request-id", id))).await;
            let given = answered.header("x-request-id").to_owned();
            assert!(given != id && Uuid::parse_str(&given).is_ok(), "{id}: {given}");
            assert_eq!(answered.json()["data"]["whoami"][0], given);
        }
    });
}

/// Headers that keep a browser from taking an answer for something else are on every one of them.
#[test]
fn every_answer_is_secured() {
    run(async {
        let site = Site::open(HttpOptions { explorer: true, ..HttpOptions::default() }).await;
        let page = TestRequest::get().uri("/graphql").insert_header(("accept", "text/html"));
        let requests = [
            (post(WHOAMI), "default-src 'none'; frame-ancestors 'none'"),
            (raw("{"), "default-src 'none'; frame-ancestors 'none'"),
            (TestRequest::get().uri("/whoami"), "default-src 'none'; frame-ancestors 'none'"),
            (TestRequest::get().uri("/nowhere"), "default-src 'none'; frame-ancestors 'none'"),
            (TestRequest::get().uri("/health/live"), "default-src 'none'; frame-ancestors 'none'"),
            (page, "default-src 'none'; script-src 'nonce-"),
        ];
        for (request, policy) in requests {
            let answered = site.send(request).await;
            assert!(answered.header("content-security-policy").starts_with(policy), "{}", answered.body);
            assert_eq!(answered.header("x-content-type-options"), "nosniff");
            assert_eq!(answered.header("x-frame-options"), "DENY");
            assert_eq!(answered.header("referrer-policy"), "strict-origin-when-cross-origin");
            assert!(answered.header("permissions-policy").contains("camera=()"));
        }
    });
}

/// The page runs under its policy: nothing in it is inline but what carries the nonce, and nothing comes from elsewhere.
#[test]
fn the_explorer_keeps_to_its_policy() {
    run(async {
        let site = Site::open(HttpOptions { explorer: true, ..HttpOptions::default() }).await;
        let answered = site.send(TestRequest::get().uri("/graphql").insert_header(("accept", "text/html"))).await;
        let policy = answered.header("content-security-policy").to_owned();
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
        let page = &answered.body;
        for tag in ["<script", "<style"] {
            let (all, marked) = (page.matches(tag).count(), page.matches(&format!("{tag} nonce=\"{nonce}\"")).count());
            assert!(all == marked && all > 0, "{tag}: {marked} of {all}");
        }
        let markup = page.split("<script").next().unwrap();
        for forbidden in [" style=\"", " onclick=", " onload=", " src=\"", "@import", "url("] {
            assert!(!markup.contains(forbidden), "{forbidden}");
        }
        for forbidden in ["eval(", "new Function", "https://", ".setAttribute(\"style\"", "import("] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
    });
}
