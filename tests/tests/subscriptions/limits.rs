//! What one subscriber may take.

use std::time::Duration;

use lys::{
    boot::settings::subscriptions::SubscriptionOptions,
    execute::EngineOptions,
    prelude::*,
    testing::{anonymous, super_user},
};

use super::kit::{ACME, SUBSCRIBE, Site, create, engine, is_complete, is_next, json, member, next, run, subscribed};
use crate::catalog_kit::codes;

#[test]
fn a_slow_subscriber_is_cut_off_and_holds_nobody_up() {
    run(async {
        let (_project, engine) = engine(EngineOptions::default(), 2).await;
        let mut slow = subscribed(&engine, super_user(), "subscription { newsCreated { title } }").await;
        let mut quick = subscribed(&engine, super_user(), "subscription { newsCreated { title } }").await;
        for number in 0..4 {
            create(&engine, &number.to_string(), ACME).await;
            assert!(next(&mut quick).await.unwrap().contains(&format!("\"{number}\"")));
        }
        for number in 0..2 {
            assert!(next(&mut slow).await.unwrap().contains(&format!("\"{number}\"")));
        }
        let last: Json = serde_json::from_str(&next(&mut slow).await.unwrap()).unwrap();
        assert_eq!(codes(&last), ["SUBSCRIPTION_LAGGED"]);
        assert_eq!(next(&mut slow).await, None);
    });
}

#[test]
fn waiting_holds_no_connection_of_the_database() {
    run(async {
        let site = Site::with_one_connection().await;
        let mut socket = site.greeted(&member(2, ACME)).await;
        for id in 0..50 {
            socket.subscribe(&id.to_string(), SUBSCRIBE).await;
        }
        socket.subscribe("query", "{ allNews { pageInfo { totalCount } } }").await;
        let count = json!({ "data": { "allNews": { "pageInfo": { "totalCount": 0 } } } });
        assert_eq!(socket.hear().await, is_next("query", &count));
        assert_eq!(socket.hear().await, is_complete("query"));
        create(&site.engine, "for all", ACME).await;
        for _ in 0..50 {
            assert_eq!(socket.hear().await["type"], "next");
        }
        site.stop().await;
    });
}

#[test]
fn a_thousand_subscriptions_are_too_many() {
    run(async {
        let options = SubscriptionOptions { operations: 10, ..SubscriptionOptions::default() };
        let site = Site::with(options).await;
        let mut socket = site.socket(&[]).await.unwrap();
        socket.greet(None).await;
        for id in 0..1000 {
            socket.subscribe(&id.to_string(), "subscription { quiet }").await;
            if id >= 10 {
                let refused = socket.hear().await;
                assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!(id.to_string())));
                assert_eq!(refused["payload"][0]["extensions"]["code"], "TOO_MANY_OPERATIONS");
            }
        }
        // Those that are given up make room.
        socket.say(&json!({ "type": "complete", "id": "0" })).await;
        socket.subscribe("again", "subscription { numbers(count: 1) }").await;
        assert_eq!(socket.hear().await["type"], "next");
        site.stop().await;
    });
}

#[test]
fn connections_are_counted_by_who_holds_them() {
    run(async {
        let options =
            SubscriptionOptions { connections_per_user: 2, connections_per_ip: 2, ..SubscriptionOptions::default() };
        let site = Site::with(options).await;
        let ada = member(2, ACME);
        let mut events = site.post("text/event-stream", Some(&ada), SUBSCRIBE).await;
        events.until(":\n\n").await;
        let mut first = site.greeted(&ada).await;
        // Known by its greeting only.
        let mut second = site.socket(&[]).await.unwrap();
        second.say(&json!({ "type": "connection_init", "payload": { "Authorization": format!("Bearer {}", site.token(&ada)) } })).await;
        assert_eq!(second.closed().await, 1013);
        let mut refused = site.post("text/event-stream", Some(&ada), SUBSCRIBE).await;
        let refused = refused.until("}]}").await;
        assert!(refused.starts_with("HTTP/1.1 429") && refused.contains("TOO_MANY_CONNECTIONS"), "{refused}");
        let authorization = format!("Bearer {}", site.token(&ada));
        assert_eq!(site.socket(&[("authorization", &authorization)]).await.err().unwrap().0, 429);
        // Others are not kept out, and room is made by who leaves.
        let other = site.greeted(&member(3, ACME)).await;
        first.say_text("no message").await;
        assert_eq!(first.closed().await, 4400);
        drop((first, other));
        tokio::time::sleep(Duration::from_millis(200)).await;
        let _third = site.greeted(&ada).await;
        site.stop().await;
    });
}

#[test]
fn addresses_have_a_limit_for_who_is_nobody() {
    run(async {
        let options = SubscriptionOptions { connections_per_ip: 2, ..SubscriptionOptions::default() };
        let site = Site::with(options).await;
        let _open = [site.socket(&[]).await.unwrap(), site.socket(&[]).await.unwrap()];
        let (status, body) = site.socket(&[]).await.err().unwrap();
        assert_eq!(status, 429);
        assert!(body.contains("TOO_MANY_CONNECTIONS"), "{body}");
        site.stop().await;
    });
}

#[test]
fn a_socket_without_operations_does_not_stay() {
    run(async {
        let options =
            SubscriptionOptions { idle_timeout: Duration::from_millis(300), ..SubscriptionOptions::default() };
        let site = Site::with(options).await;
        let mut idle = site.socket(&[]).await.unwrap();
        idle.greet(None).await;
        let mut busy = site.socket(&[]).await.unwrap();
        busy.greet(None).await;
        busy.subscribe("1", "subscription { numbers(count: 4, pause: 200) }").await;
        assert_eq!(idle.closed().await, 1000);
        for _ in 0..4 {
            assert_eq!(busy.hear().await["type"], "next");
        }
        assert_eq!(busy.hear().await, is_complete("1"));
        assert_eq!(busy.closed().await, 1000);
        site.stop().await;
    });
}

#[test]
fn a_channel_goes_with_its_last_listener() {
    run(async {
        let carrier = lys::subscription::LocalPubSub::new(1);
        let project = lys::testing::TestProject::new([super::app::app()]).await.unwrap();
        let engine = project.cold_engine(EngineOptions::default()).with_pub_sub(std::sync::Arc::new(carrier.clone()));
        let engine = std::sync::Arc::new(engine);
        let streams = [
            subscribed(&engine, super_user(), SUBSCRIBE).await,
            subscribed(&engine, super_user(), SUBSCRIBE).await,
            subscribed(&engine, anonymous(), "subscription { quiet }").await,
        ];
        assert_eq!(carrier.listeners(), 2);
        drop(streams);
        assert_eq!(carrier.listeners(), 0);
    });
}
