//! graphql-transport-ws over a real connection.

use std::time::Duration;

use lys::{boot::settings::subscriptions::SubscriptionOptions, prelude::*};

use super::kit::{ACME, CREATE, GLOBEX, SUBSCRIBE, Site, client_id, create, is_complete, is_next, json, member, run};
use crate::catalog_kit::codes;

#[test]
fn a_socket_from_greeting_to_goodbye() {
    run(async {
        let site = Site::open().await;
        let mut socket = site.greeted(&member(2, ACME)).await;
        socket.say(&json!({ "type": "ping", "payload": { "n": 1 } })).await;
        assert_eq!(socket.hear().await, json!({ "type": "pong", "payload": { "n": 1 } }));
        socket.say(&json!({ "type": "ping" })).await;
        assert_eq!(socket.hear().await, json!({ "type": "pong" }));
        socket.subscribe("a", SUBSCRIBE).await;
        socket.subscribe("b", "subscription { newsCreated { title } }").await;
        // Answered in between, while others run.
        socket.subscribe("c", "{ allNews { pageInfo { totalCount } } }").await;
        assert_eq!(socket.hear().await["id"], "c");
        assert_eq!(socket.hear().await, is_complete("c"));
        create(&site.engine, "foreign", GLOBEX).await;
        create(&site.engine, "own", ACME).await;
        let mut heard = [socket.hear().await, socket.hear().await];
        heard.sort_by_key(|message| message["id"].to_string());
        let told = json!({ "data": { "newsCreated": { "title": "own", "remarks": [{ "body": "on own" }] } } });
        assert_eq!(heard[0], is_next("a", &told));
        assert_eq!(heard[1], is_next("b", &json!({ "data": { "newsCreated": { "title": "own" } } })));
        socket.say(&json!({ "type": "complete", "id": "a" })).await;
        socket.say(&json!({ "type": "complete", "id": "never asked" })).await;
        socket.say(&json!({ "type": "pong" })).await;
        // The id is free at once.
        socket.subscribe("a", "subscription { numbers(count: 1) }").await;
        assert_eq!(socket.hear().await, is_next("a", &json!({ "data": { "numbers": 1 } })));
        assert_eq!(socket.hear().await, is_complete("a"));
        create(&site.engine, "again", ACME).await;
        assert_eq!(socket.hear().await["id"], "b");
        assert!(socket.is_silent().await);
        site.stop().await;
    });
}

#[test]
fn mutations_are_answered_too() {
    run(async {
        let site = Site::open().await;
        let claims = member(2, ACME).grant("create_news");
        let mut socket = site.greeted(&claims).await;
        let payload =
            json!({ "query": CREATE, "variables": { "title": "over a socket", "clientId": client_id(ACME) } });
        socket.say(&json!({ "type": "subscribe", "id": "1", "payload": payload })).await;
        assert!(socket.hear().await["payload"]["data"]["createNews"]["id"].is_string());
        assert_eq!(socket.hear().await, is_complete("1"));
        // Without the right nothing is written.
        let mut other = site.greeted(&member(3, ACME)).await;
        other.say(&json!({ "type": "subscribe", "id": "1", "payload": payload })).await;
        assert_eq!(codes(&other.hear().await["payload"]), ["PERMISSION_DENIED"]);
        assert_eq!(other.hear().await, is_complete("1"));
        other.subscribe("2", "{ allNews { pageInfo { totalCount } } }").await;
        let count = other.hear().await["payload"]["data"]["allNews"]["pageInfo"]["totalCount"].take();
        assert_eq!(count, 1);
        site.stop().await;
    });
}

#[test]
fn refused_documents_are_errors_and_refused_rights_are_answers() {
    run(async {
        let site = Site::open().await;
        let mut socket = site.socket(&[]).await.unwrap();
        socket.greet(None).await;
        for (query, code) in [
            ("subscription {", "GRAPHQL_PARSE_FAILED"),
            ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
            ("subscription { quiet numbers(count: 1) }", "GRAPHQL_VALIDATION_FAILED"),
            ("subscription ($n: Int!) { numbers(count: $n) }", "BAD_USER_INPUT"),
        ] {
            socket.subscribe("1", query).await;
            let message = socket.hear().await;
            assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("1")), "{query}: {message}");
            assert_eq!(message["payload"][0]["extensions"]["code"], code, "{query}");
        }
        socket.subscribe("1", SUBSCRIBE).await;
        let message = socket.hear().await;
        assert_eq!((&message["type"], &message["payload"]["data"]), (&json!("next"), &Json::Null));
        assert_eq!(codes(&message["payload"]), ["ACCESS_DENIED_ERROR"]);
        assert_eq!(socket.hear().await, is_complete("1"));
        // A bug ends its operation, and nothing else.
        socket.subscribe("1", "subscription { panicking }").await;
        let message = socket.hear().await;
        assert_eq!(message["payload"][0]["extensions"]["code"], "INTERNAL_ERROR", "{message}");
        assert!(!message.to_string().contains("as asked"));
        create(&site.engine, "secret", ACME).await;
        assert!(socket.is_silent().await);
        site.stop().await;
    });
}

#[test]
fn misbehaviour_has_its_close_codes() {
    run(async {
        let options =
            SubscriptionOptions { init_timeout: Duration::from_millis(300), ..SubscriptionOptions::default() };
        let site = Site::with(options).await;
        let subscribe =
            json!({ "type": "subscribe", "id": "1", "payload": { "query": "subscription { quiet }" } }).to_string();
        let init = json!({ "type": "connection_init" }).to_string();
        let forged = json!({ "type": "connection_init", "payload": { "Authorization": "Bearer forged" } }).to_string();
        let expired = site.token(&member(2, ACME).expires_in(Duration::ZERO));
        let expired = json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {expired}") } })
            .to_string();
        let cases: [(&[&str], u16); 10] = [
            (&["no JSON"], 4400),
            (&[&init, r#"{"type":"start"}"#], 4400),
            (&[&init, r#"{"type":"subscribe","id":"1"}"#], 4400),
            (&[&subscribe], 4401),
            (&[&forged], 4403),
            (&[&expired], 4403),
            (&[], 4408),
            (&[r#"{"type":"ping"}"#], 4408),
            (&[&init, &subscribe, &subscribe], 4409),
            (&[&init, &init], 4429),
        ];
        for (messages, code) in cases {
            let mut socket = site.socket(&[]).await.unwrap();
            for message in messages {
                socket.say_text(message).await;
            }
            assert_eq!(socket.closed().await, code, "{messages:?}");
        }
        let mut socket = site.socket(&[]).await.unwrap();
        socket.say_bytes(init.into_bytes()).await;
        assert_eq!(socket.closed().await, 4400);
        site.stop().await;
    });
}

#[test]
fn a_giant_message_is_not_read() {
    run(async {
        let options = SubscriptionOptions { message_bytes: 1000, ..SubscriptionOptions::default() };
        let site = Site::with(options).await;
        let mut socket = site.socket(&[]).await.unwrap();
        socket.greet(None).await;
        socket.subscribe("1", &format!("{{ a }}{}", " ".repeat(2000))).await;
        assert_eq!(socket.closed().await, 1009);
        let mut socket = site.socket(&[]).await.unwrap();
        socket.greet(None).await;
        socket.subscribe("1", &format!("subscription {{ numbers(count: 1) }}{}", " ".repeat(800))).await;
        assert_eq!(socket.hear().await["type"], "next");
        site.stop().await;
    });
}

#[test]
fn other_subprotocols_are_not_spoken() {
    run(async {
        let site = Site::open().await;
        let mut socket = site.socket_of("", &[]).await.unwrap();
        assert_eq!(socket.closed().await, 4406);
        let mut both = site.socket_of("graphql-ws, graphql-transport-ws", &[]).await.unwrap();
        both.greet(None).await;
        site.stop().await;
    });
}

#[test]
fn a_cookie_counts_on_pages_of_ours_only() {
    run(async {
        let options =
            SubscriptionOptions { origins: vec!["https://app.example".to_owned()], ..SubscriptionOptions::default() };
        let site = Site::with(options).await;
        let cookie = format!("access_token={}", site.token(&member(2, ACME)));
        let cookie = ("cookie", cookie.as_str());
        let own = format!("http://{}", site.address);
        for origin in [own.as_str(), "https://app.example"] {
            let mut socket = site.socket(&[cookie, ("origin", origin)]).await.unwrap();
            socket.greet(None).await;
            socket.subscribe("1", "subscription { newsCreated { title } }").await;
            tokio::time::sleep(super::kit::SHORT).await;
            create(&site.engine, "told", ACME).await;
            assert_eq!(socket.hear().await["payload"]["data"]["newsCreated"]["title"], "told");
        }
        // A page of another site opens a socket, and the browser adds the cookie.
        let evil = ("origin", "https://evil.example");
        for headers in [&[cookie, evil][..], &[cookie], &[cookie, ("origin", "null")]] {
            let (status, body) = site.socket(headers).await.err().unwrap();
            assert_eq!(status, 403);
            assert!(body.contains("ORIGIN_NOT_ALLOWED"), "{body}");
        }
        // Without the cookie there is nothing to steal: it is nobody, or has a token of its own.
        let mut nobody = site.socket(&[evil]).await.unwrap();
        nobody.greet(None).await;
        nobody.subscribe("1", SUBSCRIBE).await;
        assert_eq!(codes(&nobody.hear().await["payload"]), ["ACCESS_DENIED_ERROR"]);
        let mut bearer = site.socket(&[evil]).await.unwrap();
        bearer.greet(Some(&site.token(&member(2, ACME)))).await;
        site.stop().await;
    });
}

#[test]
fn a_header_vouches_without_an_origin() {
    run(async {
        let site = Site::open().await;
        let authorization = format!("Bearer {}", site.token(&member(2, ACME)));
        let mut socket = site.socket(&[("authorization", &authorization)]).await.unwrap();
        socket.greet(None).await;
        socket.subscribe("1", "subscription { newsCreated { title } }").await;
        tokio::time::sleep(super::kit::SHORT).await;
        create(&site.engine, "told", ACME).await;
        assert_eq!(socket.hear().await["payload"]["data"]["newsCreated"]["title"], "told");
        // A token in the greeting counts for more.
        let mut other = site.socket(&[("authorization", &authorization)]).await.unwrap();
        other.greet(Some(&site.token(&lys::testing::user(9)))).await;
        other.subscribe("1", SUBSCRIBE).await;
        assert_eq!(codes(&other.hear().await["payload"]), ["PERMISSION_DENIED"]);
        site.stop().await;
    });
}

#[test]
fn a_malformed_handshake_is_answered_in_json() {
    run(async {
        let site = Site::open().await;
        let mut answer = site.http("GET /graphql", &[("connection", "upgrade"), ("upgrade", "websocket")], "").await;
        let answer = answer.until("}]}").await;
        assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("UNREADABLE_REQUEST"), "{answer}");
        site.stop().await;
    });
}
