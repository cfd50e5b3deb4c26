//! How long a subscription lasts: until its token expires, its user loses the right or leaves, or the process stops.

use std::time::Duration;

use lys::{
    access::Actor,
    boot::settings::subscriptions::SubscriptionOptions,
    execute::{EngineOptions, Opened},
    prelude::*,
    subscription::Session,
    testing::user,
};

use super::kit::{
    ACME, GLOBEX, SHORT, SUBSCRIBE, Site, create, engine, is_complete, is_next, is_silent, json, member, next, open,
    run, subscribed,
};
use crate::catalog_kit::{client_id, codes};

const TITLES: &str = "subscription { newsCreated { title } }";

fn title(title: &str) -> Json {
    json!({ "data": { "newsCreated": { "title": title } } })
}

#[test]
fn nothing_is_told_once_the_token_has_expired() {
    run(async {
        let (_project, engine) = engine(EngineOptions::default(), 8).await;
        // The transport's clock is not asked: who holds claims that have expired is told nothing.
        let mut subscription = subscribed(&engine, member(2, ACME).expires_in(Duration::from_secs(1)), SUBSCRIBE).await;
        tokio::time::sleep(Duration::from_millis(1100)).await;
        create(&engine, "late", ACME).await;
        let last: Json = serde_json::from_str(&next(&mut subscription).await.unwrap()).unwrap();
        assert_eq!((codes(&last), &last["data"]), (vec!["ACCESS_DENIED_ERROR"], &Json::Null));
        assert!(!last.to_string().contains("late"));
        assert_eq!(next(&mut subscription).await, None);
    });
}

#[test]
fn an_expired_token_ends_its_connection() {
    run(async {
        let site = Site::open().await;
        let claims = member(2, ACME).expires_in(Duration::from_secs(2));
        let mut socket = site.greeted(&claims).await;
        socket.subscribe("1", TITLES).await;
        let mut events = site.post("text/event-stream", Some(&claims), TITLES).await;
        events.until(":\n\n").await;
        let mut parts = site.post("multipart/mixed;subscriptionSpec=1.0", Some(&claims), TITLES).await;
        parts.until("{}\r\n--graphql").await;
        create(&site.engine, "in time", ACME).await;
        assert_eq!(socket.hear().await, is_next("1", &title("in time")));
        assert_eq!(socket.closed().await, 4403);
        let events = events.rest().await;
        assert!(events.contains("in time") && events.contains("ACCESS_DENIED_ERROR"), "{events}");
        assert!(!events.contains("event: complete"), "clients would not come again: {events}");
        let parts = parts.rest().await;
        assert!(parts.contains(r#"{"payload":null,"errors":[{"#) && parts.contains("--graphql--"), "{parts}");
        site.stop().await;
    });
}

#[test]
fn a_revoked_user_is_cut_off_and_nobody_else() {
    run(async {
        let site = Site::open().await;
        let (ada, bob) = (member(2, ACME), member(3, ACME));
        let (mut of_ada, mut of_bob) = (site.greeted(&ada).await, site.greeted(&bob).await);
        of_ada.subscribe("1", TITLES).await;
        of_bob.subscribe("1", TITLES).await;
        let mut events = site.post("text/event-stream", Some(&ada), TITLES).await;
        events.until(":\n\n").await;
        site.engine.subscriptions().revoke(ada.sub);
        assert_eq!(of_ada.closed().await, 4403);
        assert!(events.rest().await.contains("ACCESS_DENIED_ERROR"));
        create(&site.engine, "after", ACME).await;
        assert_eq!(of_bob.hear().await, is_next("1", &title("after")));
        site.stop().await;
    });
}

#[test]
fn a_token_that_another_process_revokes_is_noticed() {
    run(async {
        let options = SubscriptionOptions { keep_alive: Duration::from_millis(500), ..SubscriptionOptions::default() };
        let site = Site::with(options).await;
        let mut socket = site.greeted(&member(2, ACME)).await;
        socket.subscribe("1", TITLES).await;
        let mut nobody = site.socket(&[]).await.unwrap();
        nobody.greet(None).await;
        assert!(socket.is_silent().await);
        site.revoke_tokens();
        assert_eq!(socket.closed().await, 4403);
        nobody.subscribe("1", "subscription { numbers(count: 1) }").await;
        assert_eq!(nobody.hear().await, is_next("1", &json!({ "data": { "numbers": 1 } })));
        site.stop().await;
    });
}

#[test]
fn a_service_is_cut_off_when_its_token_expires() {
    run(async {
        let options = SubscriptionOptions { keep_alive: Duration::from_millis(100), ..SubscriptionOptions::default() };
        let site = Site::with(options).await;
        let authorization = format!("Service {}", site.service_token(Duration::from_secs(1)));
        let mut socket = site.socket(&[("authorization", &authorization)]).await.unwrap();
        socket.greet(None).await;
        socket.subscribe("1", "subscription { quiet }").await;
        assert_eq!(socket.closed().await, 4403);
        site.stop().await;
    });
}

#[test]
fn new_roles_count_from_the_next_event_on() {
    run(async {
        let site = Site::open().await;
        let ada = member(2, ACME);
        let mut socket = site.greeted(&ada).await;
        socket.subscribe("1", TITLES).await;
        create(&site.engine, "acme 1", ACME).await;
        assert_eq!(socket.hear().await, is_next("1", &title("acme 1")));
        // Moved to another client: the stream goes on in the new scope.
        site.engine.subscriptions().renew(member(2, GLOBEX));
        tokio::time::sleep(SHORT).await;
        create(&site.engine, "acme 2", ACME).await;
        create(&site.engine, "globex", GLOBEX).await;
        assert_eq!(socket.hear().await, is_next("1", &title("globex")));
        // The right is gone: the operation ends, the socket stays.
        site.engine.subscriptions().renew(user(2));
        let last = socket.hear().await;
        assert_eq!(codes(&last["payload"]), ["PERMISSION_DENIED"], "{last}");
        assert_eq!(socket.hear().await, is_complete("1"));
        socket.subscribe("1", TITLES).await;
        assert_eq!(codes(&socket.hear().await["payload"]), ["PERMISSION_DENIED"]);
        assert_eq!(socket.hear().await, is_complete("1"));
        site.stop().await;
    });
}

/// Ready values have no scope: which of them a caller gets was decided when the operation was asked.
#[test]
fn a_right_that_is_narrowed_ends_a_stream_of_ready_values() {
    run(async {
        let site = Site::open().await;
        let query = format!("subscription {{ newsCounted(clientId: \"{}\") }}", client_id(ACME));
        let mut socket = site.greeted(&user(2).grant("news_counted")).await;
        socket.subscribe("1", &query).await;
        tokio::time::sleep(SHORT).await;
        site.engine.subscriptions().renew(user(2).organization("client", GLOBEX, ["news_counted"]));
        assert_eq!(codes(&socket.hear().await["payload"]), ["PERMISSION_DENIED"]);
        assert_eq!(socket.hear().await, is_complete("1"));
        site.stop().await;
    });
}

#[test]
fn new_rights_do_not_make_a_session_longer() {
    run(async {
        let (_project, engine) = engine(EngineOptions::default(), 8).await;
        let claims = member(2, ACME).expires_in(Duration::from_secs(1));
        let mut session = Session::open(engine.subscriptions(), claims.into());
        engine.subscriptions().renew(member(2, GLOBEX));
        assert_eq!(session.ended().await, lys::subscription::Ended::Expired);
        let Actor::User(claims) = session.actor() else { panic!("a user") };
        assert!(claims.organizations.contains_key(&GLOBEX));
    });
}

#[test]
fn lost_rights_end_a_subscription_without_an_event() {
    run(async {
        let (_project, engine) = engine(EngineOptions::default(), 8).await;
        let mut session = Session::open(engine.subscriptions(), member(2, ACME).into());
        let Opened::Stream(mut subscription) = open(&engine, session.caller(), SUBSCRIBE, &json!({})).await else {
            panic!("no stream");
        };
        assert!(is_silent(&mut subscription).await);
        engine.subscriptions().renew(user(2));
        tokio::select! {
            ended = session.ended() => panic!("{ended:?}"),
            last = next(&mut subscription) => assert!(last.unwrap().contains("PERMISSION_DENIED")),
        }
        assert_eq!(next(&mut subscription).await, None);
    });
}

#[test]
fn a_process_that_stops_says_goodbye() {
    run(async {
        let site = Site::open().await;
        let mut socket = site.greeted(&member(2, ACME)).await;
        socket.subscribe("1", TITLES).await;
        let mut events = site.post("text/event-stream", None, "subscription { quiet }").await;
        events.until(":\n\n").await;
        let mut parts = site.post("multipart/mixed;subscriptionSpec=1.0", None, "subscription { quiet }").await;
        parts.until("{}\r\n--graphql").await;
        site.engine.subscriptions().close();
        assert_eq!(socket.closed().await, 1001);
        assert!(!events.rest().await.contains("complete"));
        assert!(parts.rest().await.contains("--\r\n"));
        // Who comes late is sent away, too.
        let mut late = site.socket(&[]).await.unwrap();
        assert_eq!(late.closed().await, 1001);
        site.stop().await;
    });
}
