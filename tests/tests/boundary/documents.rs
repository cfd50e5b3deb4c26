//! Where there is a list of trusted documents, nothing else runs.

use lys::execute::TrustedDocuments;

use super::*;

const MARK: &str = r#"mutation { mark(text: "x", milliseconds: 0) }"#;

fn list() -> TrustedDocuments {
    let hash = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38";
    let many = "query A { whoami } query B { allCategories { edges { node { code } } } }";
    let list = json!({ "categories": CATEGORIES, hash: "{ __typename }", "many": many });
    TrustedDocuments::parse(&list.to_string()).unwrap()
}

async fn site() -> Site {
    Site::with(HttpOptions::default(), async |engine| engine.trusting(list()).await.unwrap()).await
}

fn ask(body: &Json) -> TestRequest {
    raw(body.to_string())
}

#[test]
fn trusted_documents_run_by_id_and_by_text() {
    run(async {
        let site = site().await;
        let hash = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38";
        let persisted = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
        for body in [
            json!({ "documentId": "categories" }),
            json!({ "query": CATEGORIES }),
            json!({ "query": CATEGORIES, "documentId": "categories" }),
            json!({ "documentId": "many", "operationName": "B" }),
        ] {
            let answered = site.send(ask(&body)).await;
            assert_eq!(answered.json()["data"]["allCategories"]["edges"].as_array().map(Vec::len), Some(3), "{body}");
        }
        for body in [json!({ "extensions": persisted }), json!({ "documentId": format!("sha256:{hash}") })] {
            assert_eq!(site.send(ask(&body)).await.body, r#"{"data":{"__typename":"Query"}}"#, "{body}");
        }
        let over_get = site.send(TestRequest::get().uri("/graphql?documentId=categories")).await;
        assert_eq!(over_get.status, 200);
        assert!(over_get.json()["data"]["allCategories"]["edges"].is_array());
    });
}

#[test]
fn other_documents_do_not_run() {
    run(async {
        let site = site().await;
        let before = site.project.rows().await;
        for body in [
            json!({ "query": MARK }),
            json!({ "query": format!(" {CATEGORIES}") }),
            json!({ "query": "{ __schema { queryType { name } } }" }),
            json!({ "documentId": "unknown" }),
            json!({ "documentId": "categories", "query": MARK }),
            json!({ "documentId": "unknown", "query": CATEGORIES }),
            json!({ "query": "", "documentId": "" }),
        ] {
            let answered = site.send(ask(&body)).await;
            answered.check_refused(200, "DOCUMENT_NOT_TRUSTED");
            let graphql = ask(&body).insert_header(("accept", "application/graphql-response+json"));
            assert_eq!(site.send(graphql).await.status, 400, "{body}");
        }
        assert_eq!(site.project.rows().await, before, "nothing was written");
    });
}

#[test]
fn without_a_list_an_id_is_told_to_be_unknown() {
    run(async {
        let site = Site::open(HttpOptions::default()).await;
        site.send(ask(&json!({ "documentId": "categories" })))
            .await
            .check_refused(200, "PERSISTED_QUERY_NOT_SUPPORTED");
        let both = json!({ "documentId": "categories", "query": WHOAMI });
        assert!(site.send(ask(&both)).await.json()["data"]["whoami"].is_array());
        site.send(ask(&json!({ "documentId": 1 }))).await.check_refused(400, "INVALID_DOCUMENT_ID");
    });
}

#[test]
fn a_list_with_documents_that_do_not_hold_does_not_start() {
    run(async {
        let project = TestProject::new([catalog::app()]).await.unwrap();
        let list = json!({
            "good": CATEGORIES,
            "syntax": "{",
            "unknown": "query A { allCategories { pageInfo { totalCount } } } query B { nothing }",
            "introspection": "{ __schema { queryType { name } } }",
        });
        let trusted = TrustedDocuments::parse(&list.to_string()).unwrap();
        let engine = project.cold_engine(EngineOptions::default()).trusting(trusted).await;
        let faults = engine.err().map(|faults| faults.to_string()).unwrap_or_default();
        for part in
            ["`syntax`: Syntax Error", "`unknown`: Unknown field \"nothing\"", "`introspection`: GraphQL introspection"]
        {
            assert!(faults.contains(part), "{part} in {faults}");
        }
        assert!(!faults.contains("`good`"), "{faults}");
    });
}
