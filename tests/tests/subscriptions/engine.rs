//! What subscribers are told, without a transport.

use lys::{
    execute::EngineOptions,
    prelude::*,
    subscription::Caller,
    testing::{anonymous, super_user, user},
};

use super::kit::{
    ACME, GLOBEX, SUBSCRIBE, answered, asked, client_id, create, engine, execute, is_silent, json, member, next, open,
    run, subscribed, writer,
};
use crate::catalog_kit::codes;

fn parsed(answer: Option<String>) -> Json {
    serde_json::from_str(&answer.expect("an answer")).unwrap()
}

#[test]
fn an_event_is_answered_like_a_query() {
    run(async {
        let (_project, engine) = engine(EngineOptions::default(), 8).await;
        let query = "subscription S { told: newsCreated { __typename heading: title clientId remarks { body } } }";
        let mut subscription = subscribed(&engine, member(2, ACME), query).await;
        create(&engine, "one", ACME).await;
        create(&engine, "two", ACME).await;
        let told = |title: &str| {
            format!(
                r#"{{"data":{{"told":{{"__typename":"NewsNode","heading":"{title}","clientId":"{}","remarks":[{{"body":"on {title}"}}]}}}}}}"#,
                client_id(ACME)
            )
        };
        assert_eq!(next(&mut subscription).await, Some(told("one")));
        assert_eq!(next(&mut subscription).await, Some(told("two")));
        assert!(is_silent(&mut subscription).await);
    });
}

#[test]
fn each_event_costs_the_statements_of_its_selection() {
    run(async {
        let (project, engine) = engine(EngineOptions::default(), 8).await;
        let mut subscription = subscribed(&engine, member(2, ACME), SUBSCRIBE).await;
        for client in [ACME, GLOBEX] {
            create(&engine, "news", client).await;
        }
        let _ = project.statements().take();
        let told = lys::testing::statements(engine.database(), async || next(&mut subscription).await).await;
        assert!(told.assert_exactly(2).is_some());
        // A foreign row costs what a missing one does, and tells nothing.
        let silent = lys::testing::statements(engine.database(), async || is_silent(&mut subscription).await).await;
        assert!(silent.assert_exactly(1));
        let gone = create(&engine, "gone", ACME).await;
        let deleted =
            execute(&engine, writer(), &format!("mutation {{ deleteNews(id: \"{gone}\") {{ succeed }} }}")).await;
        assert_eq!(deleted, r#"{"data":{"deleteNews":{"succeed":true}}}"#);
        let silent = lys::testing::statements(engine.database(), async || is_silent(&mut subscription).await).await;
        assert!(silent.assert_exactly(1));
    });
}

#[test]
fn nobody_is_told_of_the_rows_of_others() {
    run(async {
        let (_project, engine) = engine(EngineOptions::default(), 64).await;
        let mut acme = subscribed(&engine, member(2, ACME), SUBSCRIBE).await;
        let mut globex = subscribed(&engine, member(3, GLOBEX), SUBSCRIBE).await;
        let mut everybody = subscribed(&engine, super_user(), SUBSCRIBE).await;
        for number in 0..5 {
            create(&engine, &format!("acme {number}"), ACME).await;
            create(&engine, &format!("globex {number}"), GLOBEX).await;
        }
        for number in 0..5 {
            assert!(next(&mut acme).await.unwrap().contains(&format!("acme {number}")));
            assert!(next(&mut globex).await.unwrap().contains(&format!("globex {number}")));
            assert!(next(&mut everybody).await.unwrap().contains("acme"));
            assert!(next(&mut everybody).await.unwrap().contains("globex"));
        }
        assert!(is_silent(&mut acme).await && is_silent(&mut globex).await && is_silent(&mut everybody).await);
    });
}

#[test]
fn who_may_not_subscribe_is_told_so_at_once() {
    run(async {
        let (project, engine) = engine(EngineOptions::default(), 8).await;
        let before = project.rows().await;
        let refusals = [
            (anonymous(), SUBSCRIBE, "ACCESS_DENIED_ERROR"),
            (user(2).into(), SUBSCRIBE, "PERMISSION_DENIED"),
            (member(2, ACME).expires_in(std::time::Duration::ZERO).into(), SUBSCRIBE, "ACCESS_DENIED_ERROR"),
            (user(2).grant("secrets").into(), "subscription { secrets }", "PERMISSION_DENIED"),
            (super_user(), "subscription { retired }", "UNKNOWN_WEBSERVICE"),
            (anonymous(), "subscription { refused }", "NO_NEWS"),
        ];
        for (actor, query, code) in refusals {
            let answer = answered(&engine, actor, query).await;
            assert_eq!((codes(&answer), &answer["data"]), (vec![code], &Json::Null), "{query}: {answer}");
            assert!(answer["errors"][0]["path"][0].is_string(), "{answer}");
        }
        assert_eq!(project.rows().await, before);
    });
}

#[test]
fn values_go_through_as_they_are() {
    run(async {
        let (_project, engine) = engine(EngineOptions::default(), 8).await;
        let mut numbers = subscribed(&engine, anonymous(), "subscription { n: numbers(count: 3) }").await;
        assert_eq!(next(&mut numbers).await.as_deref(), Some(r#"{"data":{"n":1}}"#));
        assert_eq!(next(&mut numbers).await.as_deref(), Some(r#"{"data":{"n":null}}"#));
        assert_eq!(next(&mut numbers).await.as_deref(), Some(r#"{"data":{"n":3}}"#));
        assert_eq!(next(&mut numbers).await, None);
        assert_eq!(next(&mut numbers).await, None, "over is over");
        // What has no form in JSON is an error of one event.
        let mut secrets = subscribed(&engine, super_user(), "subscription { secrets }").await;
        let broken = parsed(next(&mut secrets).await);
        assert_eq!((codes(&broken), &broken["data"]), (vec!["INTERNAL_ERROR"], &Json::Null));
        assert_eq!(next(&mut secrets).await.as_deref(), Some(r#"{"data":{"secrets":0.5}}"#));
    });
}

#[test]
fn an_error_of_the_source_is_the_last_answer() {
    run(async {
        let (_project, engine) = engine(EngineOptions::default(), 8).await;
        let mut breaking = subscribed(&engine, anonymous(), "subscription { breaking }").await;
        assert_eq!(next(&mut breaking).await.as_deref(), Some(r#"{"data":{"breaking":1}}"#));
        let broken = parsed(next(&mut breaking).await);
        assert_eq!((codes(&broken), &broken["data"]), (vec!["BROKEN"], &Json::Null));
        assert_eq!(next(&mut breaking).await, None);
    });
}

#[test]
fn only_what_is_committed_is_told() {
    run(async {
        let (_project, engine) = engine(EngineOptions::default(), 8).await;
        let mut subscription = subscribed(&engine, super_user(), "subscription { newsCreated { title } }").await;
        create(&engine, "withdrawn", ACME).await;
        assert!(is_silent(&mut subscription).await);
        // Rolled back, as any explained mutation is.
        let graphql = asked(super::kit::CREATE, &json!({ "title": "explained", "clientId": client_id(ACME) }));
        engine.explain(&lys::context::Request::of(writer()), &graphql).await;
        assert!(is_silent(&mut subscription).await);
        create(&engine, "kept", ACME).await;
        assert_eq!(next(&mut subscription).await.as_deref(), Some(r#"{"data":{"newsCreated":{"title":"kept"}}}"#));
    });
}

#[test]
fn a_project_of_snapshots_reads_each_event_of_one_moment() {
    run(async {
        let options = EngineOptions { consistency: lys::data::Consistency::Snapshot, ..EngineOptions::default() };
        let (_project, engine) = engine(options, 8).await;
        let mut subscription = subscribed(&engine, member(2, ACME), SUBSCRIBE).await;
        for title in ["one", "two"] {
            create(&engine, "foreign", GLOBEX).await;
            create(&engine, title, ACME).await;
            let told =
                format!(r#"{{"data":{{"newsCreated":{{"title":"{title}","remarks":[{{"body":"on {title}"}}]}}}}}}"#);
            assert_eq!(next(&mut subscription).await, Some(told));
        }
    });
}

#[test]
fn a_channel_is_heard_by_who_listens_to_it() {
    run(async {
        let (_project, engine) = engine(EngineOptions::default(), 8).await;
        let listen =
            |client| format!("subscription {{ newsCounted(clientId: \"{}\", atLeast: 2) }}", client_id(client));
        let mut acme = subscribed(&engine, super_user(), &listen(ACME)).await;
        let mut globex = subscribed(&engine, super_user(), &listen(GLOBEX)).await;
        for number in 1..=2 {
            let count = format!("mutation {{ countNews(clientId: \"{}\", number: {number}) }}", client_id(ACME));
            assert_eq!(execute(&engine, writer(), &count).await, r#"{"data":{"countNews":true}}"#);
        }
        assert_eq!(next(&mut acme).await.as_deref(), Some(r#"{"data":{"newsCounted":2}}"#));
        assert!(is_silent(&mut acme).await && is_silent(&mut globex).await);
    });
}

#[test]
fn documents_are_checked_like_those_of_queries() {
    run(async {
        let options = EngineOptions { depth_limit: 1, alias_limit: 1, cost_limit: 10, ..EngineOptions::default() };
        let (_project, engine) = engine(options, 8).await;
        let refused = [
            ("subscription { newsCreated { id } quiet }", "must select only one top level field"),
            ("subscription { newsCreated { id } __typename }", "Unknown field"),
            ("subscription { __schema { types { name } } }", "introspection"),
            ("subscription { a: quiet b: quiet }", "2 aliases found. Allowed: 1"),
            ("subscription { newsCreated { remarks { body } } }", "exceeds maximum operation depth of 1"),
            ("subscription { newsCreated { id @skip(if: 1) } }", ""),
            ("subscription { nothing }", "Unknown field"),
            ("subscription ($n: Int!) { numbers(count: $n) }", "was not provided"),
            ("subscription { numbers }", "count"),
            ("subscription A { quiet } query B { __typename }", "Must provide operation name"),
        ];
        for (query, part) in refused {
            let answer = answered(&engine, super_user(), query).await;
            assert!(answer.get("data").is_none() && answer.to_string().contains(part), "{query}: {answer}");
            assert!(!codes(&answer).is_empty() && !codes(&answer).contains(&"no code"), "{query}: {answer}");
        }
        let (_project, engine) =
            super::kit::engine(EngineOptions { cost_limit: 10, ..EngineOptions::default() }, 8).await;
        let expensive = answered(&engine, super_user(), SUBSCRIBE).await;
        assert_eq!(codes(&expensive), ["DOCUMENT_TOO_EXPENSIVE"], "{expensive}");
    });
}

#[test]
fn where_one_answer_is_asked_for_there_is_no_stream() {
    run(async {
        let (_project, engine) = engine(EngineOptions::default(), 8).await;
        let answer: Json = serde_json::from_str(&execute(&engine, super_user(), SUBSCRIBE).await).unwrap();
        assert_eq!(codes(&answer), ["SUBSCRIPTION_NEEDS_STREAM"]);
        assert!(answer.get("data").is_none(), "{answer}");
        // And the other way round: what is no subscription has one answer.
        let answer = answered(&engine, super_user(), "{ allNews { edges { node { title } } } }").await;
        assert_eq!(answer["data"]["allNews"]["edges"], json!([]));
    });
}

#[test]
fn variables_decide_on_what_is_told() {
    run(async {
        let (_project, engine) = engine(EngineOptions::default(), 8).await;
        let query = "subscription ($short: Boolean!, $count: Int!) { numbers(count: $count) @__skip }";
        assert!(answered(&engine, anonymous(), query).await.to_string().contains("__skip"));
        let query =
            "subscription ($short: Boolean!) { newsCreated { title @skip(if: $short) id @include(if: $short) } }";
        let caller = Caller::always(member(2, ACME).into());
        let lys::execute::Opened::Stream(mut long) = open(&engine, caller, query, &json!({ "short": false })).await
        else {
            panic!("no stream");
        };
        create(&engine, "x", ACME).await;
        assert_eq!(next(&mut long).await.as_deref(), Some(r#"{"data":{"newsCreated":{"title":"x"}}}"#));
    });
}

#[test]
fn the_schema_has_the_root_where_there_is_a_subscription() {
    run(async {
        let (project, engine) = engine(EngineOptions::default(), 8).await;
        let sdl = engine.sdl();
        let root = sdl.split("type Subscription {").nth(1).and_then(|sdl| sdl.split('}').next()).unwrap();
        let root: Vec<&str> = root.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        expect_test::expect![[r#"
            """
            News, as they are written.
            ACCESS LEVELS: ROLE, ORGANIZATION_ROLE
            LICENCE FREE
            """
            newsCreated: NewsNode!
            """
            Numbers of news of a client.
            ACCESS LEVELS: ROLE
            LICENCE FREE
            """
            newsCounted(clientId: ID!, atLeast: Int): Int!
            """
            Numbers from 1 on.
            PUBLIC
            LICENCE FREE
            """
            numbers(count: Int!, pause: Int): Int
            """
            Tells one number, then fails.
            PUBLIC
            LICENCE FREE
            """
            breaking: Int!
            """
            Is never told.
            PUBLIC
            LICENCE FREE
            """
            refused: Int!
            """
            Nothing is ever told, and the floats among it have no form in JSON.
            PUBLIC
            LICENCE FREE
            """
            quiet: Float!
            """
            For super users.
            ONLY FOR SUPER USER
            UNDER LICENCE
            """
            secrets: Float!
            """
            Is there, and does not answer.
            PUBLIC
            LICENCE FREE
            """
            retired: Int!
            """
            Panics.
            PUBLIC
            LICENCE FREE
            """
            panicking: Int!"#]]
        .assert_eq(&root.join("\n"));
        assert!(sdl.contains("subscription: Subscription"), "{sdl}");
        assert!(!crate::catalog_kit::catalog().await.engine().sdl().contains("Subscription"));
        let table = lys::boot::access_table(project.engine().model());
        let line = table.lines().find(|line| line.starts_with("news_created")).unwrap();
        for part in ["subscription", "ROLE, ORGANIZATION_ROLE", "client client_id"] {
            assert!(line.contains(part), "{line}");
        }
    });
}
