//! A request that takes too long is given up: its statement ends, and nothing of it is written.

use std::time::Instant;

use lys::data::DatabaseOptions;

use super::*;

fn at_most(milliseconds: u64) -> HttpOptions {
    HttpOptions { request_timeout: Duration::from_millis(milliseconds), ..HttpOptions::default() }
}

fn marks(rows: &[String]) -> Vec<&String> {
    rows.iter().filter(|row| row.contains("of the test")).collect()
}

#[test]
fn a_mutation_that_is_given_up_writes_nothing() {
    run(async {
        let site = Site::open(at_most(1000)).await;
        let mutation = r#"mutation { mark(text: "of the test", milliseconds: 60000) }"#;
        let started = Instant::now();
        let answered = site.send(post(mutation).insert_header(("x-request-id", "id-9"))).await;
        answered.check_refused(503, "DEADLINE_EXCEEDED");
        assert_eq!(answered.json()["errors"][0]["extensions"]["correlation_id"], "id-9");
        assert!(started.elapsed() < Duration::from_secs(20));
        assert!(marks(&site.project.rows().await).is_empty());
        // The writer is free again.
        let quick = r#"mutation { mark(text: "of the test", milliseconds: 0) }"#;
        assert_eq!(site.send(post(quick)).await.json(), json!({ "data": { "mark": true } }));
        assert_eq!(marks(&site.project.rows().await).len(), 1);
        // What an earlier field has committed stays: each is a transaction of its own.
        let both = r#"mutation { a: mark(text: "of the test: a", milliseconds: 0) b: mark(text: "of the test: b", milliseconds: 60000) }"#;
        site.send(post(both)).await.check_refused(503, "DEADLINE_EXCEEDED");
        let rows = site.project.rows().await;
        assert_eq!(marks(&rows).len(), 2, "{:?}", marks(&rows));
    });
}

#[test]
fn the_statement_of_a_request_that_is_given_up_ends() {
    run(async {
        let project = TestProject::new([catalog::app(), probe::app()]).await.unwrap();
        let patience = Duration::from_secs(20);
        let one = DatabaseOptions { connections: 1, acquire_timeout: patience, ..DatabaseOptions::default() };
        let engine = Arc::new(project.reopened(&one, EngineOptions::default()).await.unwrap());
        let tokens = Arc::new(Tokens::new(SECRET).unwrap());
        let http = Http::new(Arc::<Engine>::clone(&engine), Arc::<Tokens>::clone(&tokens), at_most(1000));
        let site = Site { project, engine, tokens, http };
        *probe::DATABASE.lock().unwrap() = Some(site.engine.database().clone());
        site.send(post("{ endless }")).await.check_refused(503, "DEADLINE_EXCEEDED");
        is_gone(&site).await;
        // It had the only connection.
        let categories = "{ allCategories { edges { node { code } } } }";
        let answered = site.send(post(categories)).await;
        assert_eq!(answered.json()["data"]["allCategories"]["edges"].as_array().map(Vec::len), Some(3));
        *probe::DATABASE.lock().unwrap() = None;
    });
}

/// On PostgreSQL nobody works for a client that has gone.
async fn is_gone(site: &Site) {
    let database = site.engine.database();
    if database.dialect() != lys::data::Dialect::Postgres {
        return;
    }
    let sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(60)%' \
               AND state = 'active' AND pid <> pg_backend_pid()";
    let gone = async {
        loop {
            let rows = database.read_all(sql.to_owned(), Vec::new()).await.unwrap();
            if rows.first().unwrap().get::<i64>(0).unwrap() == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.expect("the server goes on with it");
}

#[test]
fn an_endpoint_has_the_same_time() {
    run(async {
        let site = Site::open(at_most(200)).await;
        let answered = site.send(TestRequest::get().uri("/slowly").insert_header(("x-request-id", "id-9"))).await;
        let expected = json!({ "detail": "DEADLINE_EXCEEDED", "correlation_id": "id-9" });
        assert_eq!((answered.status, answered.json()), (503, expected));
    });
}
