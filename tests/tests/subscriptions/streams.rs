//! Server-sent events and multipart over a real connection.

use std::time::Duration;

use lys::{boot::settings::subscriptions::SubscriptionOptions, prelude::*};

use super::kit::{ACME, GLOBEX, Raw, SUBSCRIBE, Site, create, json, member, run};

const EVENTS: &str = "text/event-stream";
const PARTS: &str = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json";
/// What urql and others send with every request.
const ALL: &str = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed";

async fn head(answer: &mut Raw) -> String {
    answer.until("\r\n\r\n").await.to_ascii_lowercase()
}

#[test]
fn events_come_as_they_happen() {
    run(async {
        let site = Site::open().await;
        let mut events = site.post(EVENTS, Some(&member(2, ACME)), SUBSCRIBE).await;
        let head = head(&mut events).await;
        assert!(head.starts_with("http/1.1 200"), "{head}");
        for header in [
            "content-type: text/event-stream; charset=utf-8",
            "cache-control: no-cache, no-store",
            "x-accel-buffering: no",
        ] {
            assert!(head.contains(header), "{header} in {head}");
        }
        assert!(!head.contains("content-encoding"));
        events.until(":\n\n").await;
        create(&site.engine, "foreign", GLOBEX).await;
        create(&site.engine, "own", ACME).await;
        let event = events.until("\n\n").await;
        let data = r#"data: {"data":{"newsCreated":{"title":"own","remarks":[{"body":"on own"}]}}}"#;
        assert!(event.contains(&format!("event: next\n{data}\n\n")), "{event}");
        assert!(!event.contains("foreign"));
        site.stop().await;
    });
}

#[test]
fn a_stream_that_ends_says_so() {
    run(async {
        let site = Site::open().await;
        let numbers = "subscription { numbers(count: 2) }";
        let body = site.post(EVENTS, None, numbers).await.rest().await;
        let (first, second) = (r#"{"data":{"numbers":1}}"#, r#"{"data":{"numbers":null}}"#);
        for part in [
            &format!("event: next\ndata: {first}\n\n"),
            &format!("event: next\ndata: {second}\n\n"),
            "event: complete\ndata:\n\n",
        ] {
            assert!(body.contains(part), "{part} in {body}");
        }
        let body = site.post(PARTS, None, numbers).await.rest().await;
        let lower = body.to_ascii_lowercase();
        assert!(lower.contains("content-type: multipart/mixed;boundary=graphql;subscriptionspec=1.0\r\n"), "{body}");
        let part = |json: &str| {
            let length = json.len();
            format!(
                "\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {length}\r\n\r\n{json}\r\n--graphql"
            )
        };
        assert!(body.contains(&format!("--graphql{}", part("{}"))), "{body}");
        for answer in [first, second] {
            assert!(body.contains(&part(&format!(r#"{{"payload":{answer}}}"#))), "{body}");
        }
        assert!(body.contains("--\r\n"), "{body}");
        site.stop().await;
    });
}

#[test]
fn a_url_can_subscribe_and_cannot_change_anything() {
    run(async {
        let site = Site::open().await;
        let mut events =
            site.http("GET /graphql?query=subscription%7Bnumbers(count:1)%7D", &[("accept", EVENTS)], "").await;
        assert!(events.rest().await.contains(r#"{"data":{"numbers":1}}"#));
        let token = format!("access_token={}", site.token(&member(2, ACME).grant("create_news")));
        let query = "GET /graphql?query=mutation%7BcreateNews(title:%22x%22,clientId:%22x%22)%7Bid%7D%7D";
        let mut refused = site.http(query, &[("accept", EVENTS), ("cookie", &token)], "").await;
        let refused = refused.until("}]").await;
        assert!(refused.starts_with("HTTP/1.1 405"), "{refused}");
        // The cookie alone does not post.
        let body = json!({ "query": SUBSCRIBE }).to_string();
        let mut refused = site.http("POST /graphql", &[("accept", EVENTS), ("cookie", &token)], &body).await;
        let refused = refused.until("}]").await;
        assert!(refused.starts_with("HTTP/1.1 403") && refused.contains("INVALID_XSRF_TOKEN_ERROR"), "{refused}");
        site.stop().await;
    });
}

#[test]
fn one_answer_is_a_stream_for_who_reads_nothing_else() {
    run(async {
        let site = Site::open().await;
        for (query, part) in [
            ("{ allNews { edges { cursor } } }", "ACCESS_DENIED_ERROR"),
            ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
            ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
            (SUBSCRIBE, "ACCESS_DENIED_ERROR"),
            ("subscription { refused }", "NO_NEWS"),
        ] {
            let mut answer = site.post(EVENTS, None, query).await;
            let body = answer.until("event: complete\ndata:\n\n").await;
            assert!(body.starts_with("HTTP/1.1 200") && body.contains("event: next\ndata: {"), "{query}: {body}");
            assert!(body.contains(part), "{query}: {body}");
        }
        // Before GraphQL is reached, a refusal keeps its status.
        let mut refused = site.http("POST /graphql", &[("accept", EVENTS)], "no JSON").await;
        let refused = refused.until("}]").await;
        assert!(refused.starts_with("HTTP/1.1 400") && refused.contains("MALFORMED_JSON"), "{refused}");
        site.stop().await;
    });
}

#[test]
fn who_reads_both_gets_json_where_there_is_one_answer() {
    run(async {
        let site = Site::open().await;
        let member = member(2, ACME);
        for accept in [ALL, PARTS] {
            let mut answer = site.post(accept, Some(&member), "{ allNews { edges { cursor } } }").await;
            let answer = answer.until("}}").await;
            assert!(answer.contains(r#"{"data":{"allNews":{"edges":[]}}"#), "{accept}: {answer}");
            assert!(!answer.contains("event-stream") && !answer.contains("multipart/mixed"), "{accept}: {answer}");
        }
        let mut events = site.post(ALL, None, "subscription { numbers(count: 1) }").await;
        assert!(events.rest().await.contains("event: complete"));
        site.stop().await;
    });
}

#[test]
fn without_a_stream_a_subscription_is_refused() {
    run(async {
        let site = Site::open().await;
        for accept in
            ["application/json", "*/*", "application/graphql-response+json", "multipart/mixed, application/json"]
        {
            let mut answer = site.post(accept, Some(&member(2, ACME)), SUBSCRIBE).await;
            let answer = answer.until("}]").await;
            assert!(answer.starts_with("HTTP/1.1 406"), "{accept}: {answer}");
            assert!(answer.contains("SUBSCRIPTION_NEEDS_STREAM"), "{accept}: {answer}");
        }
        site.stop().await;
    });
}

#[test]
fn quiet_streams_are_kept_alive() {
    run(async {
        let options = SubscriptionOptions { keep_alive: Duration::from_millis(100), ..SubscriptionOptions::default() };
        let site = Site::with(options).await;
        let mut events = site.post(EVENTS, None, "subscription { quiet }").await;
        let mut parts = site.post(PARTS, None, "subscription { quiet }").await;
        for _ in 0..4 {
            events.until(":\n\n").await;
            parts.until("{}\r\n--graphql").await;
        }
        site.stop().await;
    });
}

#[test]
fn a_client_that_goes_is_forgotten() {
    run(async {
        let options = SubscriptionOptions {
            keep_alive: Duration::from_millis(50),
            connections_per_ip: 1,
            ..SubscriptionOptions::default()
        };
        let site = Site::with(options).await;
        for _ in 0..3 {
            let mut events = site.post(EVENTS, None, "subscription { quiet }").await;
            events.until(":\n\n").await;
            let mut refused = site.post(EVENTS, None, "subscription { quiet }").await;
            assert!(refused.until("}]").await.contains("TOO_MANY_CONNECTIONS"));
            drop(events);
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        site.stop().await;
    });
}

/// What front ends of the reference listen to (50-front-contract §8).
#[test]
fn signals_of_a_user_are_for_that_user() {
    run(async {
        let site = Site::open().await;
        let ada = member(2, ACME).expires_in(Duration::from_secs(2));
        let channel = format!("user:{}", ada.sub);
        let cookie = format!("access_token={}", site.token(&ada));
        let get = |channel: &str| format!("GET /sse/signals?channel={channel}");
        let mut signals = site.http(&get(&channel), &[("cookie", &cookie)], "").await;
        let head = head(&mut signals).await;
        assert!(head.starts_with("http/1.1 200") && head.contains("content-type: text/event-stream"), "{head}");
        assert!(head.contains("x-accel-buffering: no"), "{head}");
        signals.until(":\n\n").await;
        let topic: Topic<serde_json::Map<String, Json>> = Topic::new("NEW_NOTIFICATION");
        let params = json!({ "type_id": "SALE", "data": { "n": 1 } }).as_object().cloned().unwrap();
        let tell =
            async |channel: String| site.engine.subscriptions().publish(&topic.on(channel), &params).await.unwrap();
        assert_eq!(tell("user:00000000-0000-0000-0000-000000000009".to_owned()).await, 0);
        assert_eq!(tell(channel.clone()).await, 1);
        let event = signals.until("}\n\n").await;
        let data = event.split_once("data: ").unwrap();
        assert!(!data.0.contains("event:"), "browsers read events without a name: {event}");
        let message: Json = serde_json::from_str(data.1).unwrap();
        assert_eq!(message, json!({ "channel": channel, "signal": "NEW_NOTIFICATION", "params": params }));
        // Those of others, and those of nobody.
        for (other, headers, status, code) in [
            ("user:00000000-0000-0000-0000-000000000009", &[("cookie", cookie.as_str())][..], 403, "PERMISSION_DENIED"),
            ("news", &[("cookie", cookie.as_str())], 403, "PERMISSION_DENIED"),
            ("", &[("cookie", cookie.as_str())], 403, "PERMISSION_DENIED"),
            (channel.as_str(), &[], 401, "ACCESS_DENIED_ERROR"),
        ] {
            let mut refused = site.http(&get(other), headers, "").await;
            let refused = refused.until(&format!("{{\"detail\":\"{code}\"}}")).await;
            assert!(refused.starts_with(&format!("HTTP/1.1 {status}")), "{other}: {refused}");
        }
        // The end of the token is the end of the stream; browsers come again, and are not refused in the meantime.
        assert!(!signals.rest().await.contains("data:"));
        let mut again = site.http(&get(&channel), &[("cookie", &cookie)], "").await;
        let again = again.until("retry: 3000\n\n").await;
        assert!(again.starts_with("HTTP/1.1 200"), "{again}");
        site.stop().await;
    });
}
