//! Topics and the channels of one process.

use std::sync::Arc;

use futures_util::StreamExt as _;
use serde_json::{Map, json};
use uuid::Uuid;

use super::{LocalPubSub, PubSub, Signal, Subscriptions, Topic};
use crate::data::test_entities::Product;

const CHANGED: Topic<Product> = Topic::new("PRODUCT_CHANGED");
const COUNTED: Topic<i32> = Topic::new("COUNTED");

fn signal(signal: &str, params: &serde_json::Value) -> Signal {
    Signal { signal: signal.to_owned(), params: params.as_object().cloned().unwrap_or_default() }
}

#[tokio::test]
async fn messages_have_the_form_of_the_reference() {
    let carrier = LocalPubSub::default();
    let mut heard = carrier.subscribe("client:1").await.expect("listens");
    let subscriptions = Subscriptions::new(Arc::new(carrier));
    let key = Uuid::from_u128(7);
    assert_eq!(subscriptions.publish(&CHANGED.on("client:1"), &key).await.expect("is sent"), 1);
    assert_eq!(subscriptions.publish(&CHANGED.on("client:2"), &key).await.expect("is sent"), 0);
    let message = heard.next().await.expect("a message").expect("no error");
    let text = serde_json::to_string(&*message).expect("JSON");
    assert_eq!(text, r#"{"signal":"PRODUCT_CHANGED","params":{"id":"00000000-0000-0000-0000-000000000007"}}"#);
    assert_eq!(serde_json::from_str::<Signal>(&text).expect("a signal"), *message);
    let bare: Signal = serde_json::from_str(r#"{"signal":"X"}"#).expect("without params");
    assert_eq!(bare.params, Map::new());
}

#[tokio::test]
async fn what_is_of_another_topic_or_malformed_is_passed_over() {
    let carrier = LocalPubSub::default();
    let subscriptions = Subscriptions::new(Arc::new(carrier.clone()));
    let mut events = subscriptions.events(&CHANGED.on("c")).await.expect("listens");
    let mut numbers = subscriptions.values(&COUNTED.on("c")).await.expect("listens");
    for message in [
        signal("PRODUCT_CHANGED", &json!({ "id": "no key" })),
        signal("PRODUCT_CHANGED", &json!({})),
        signal("COUNTED", &json!({ "value": "one" })),
        signal("COUNTED", &json!({ "value": 4_000_000_000_u32 })),
        signal("OTHER", &json!({ "value": 1, "id": Uuid::nil() })),
        signal("COUNTED", &json!({ "value": 3 })),
        signal("PRODUCT_CHANGED", &json!({ "id": Uuid::nil() })),
    ] {
        assert_eq!(carrier.publish("c", message).await.expect("is sent"), 2);
    }
    assert_eq!(events.next().await.expect("an event").expect("no error"), Uuid::nil());
    assert_eq!(numbers.next().await.expect("a value").expect("no error"), 3);
}

#[tokio::test]
async fn a_full_queue_cuts_off_its_listener_only() {
    let carrier = LocalPubSub::new(2);
    let (mut slow, mut quick) =
        (carrier.subscribe("c").await.expect("listens"), carrier.subscribe("c").await.expect("listens"));
    for (number, heard) in [(1, 2), (2, 2), (3, 1)] {
        let count = carrier.publish("c", signal("N", &json!({ "value": number }))).await.expect("is sent");
        assert_eq!(count, heard);
        assert!(quick.next().await.expect("a message").is_ok());
    }
    assert_eq!(carrier.listeners(), 1);
    assert!(slow.next().await.expect("the first").is_ok() && slow.next().await.expect("the second").is_ok());
    let lagged = slow.next().await.expect("the reason").expect_err("an error");
    assert_eq!((lagged.code(), lagged.status()), ("SUBSCRIPTION_LAGGED", 429));
    assert!(slow.next().await.is_none());
    drop((slow, quick));
    assert_eq!(carrier.listeners(), 0);
}
