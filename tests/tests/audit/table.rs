//! The table of records: writes are in it with their own transaction, reads once they are answered.

use lys::{execute::EngineOptions, testing::TestProject};
use serde_json::json;

use super::{
    DOCTOR,
    clinic::{clinic_with, patient_id},
    doctor, key,
};

async fn recording() -> TestProject {
    clinic_with(EngineOptions { audit_table: true, ..EngineOptions::default() }).await
}

/// Actor, operation, entity, action, key and number of rows of each record since `after`, oldest first.
async fn records(project: &TestProject) -> Vec<String> {
    let sql =
        "SELECT actor, operation, entity, action, row_key, row_count, request_id FROM lys_audit ORDER BY created_at";
    let rows = project.database().read_all(sql.to_owned(), Vec::new()).await.unwrap();
    rows.iter()
        .map(|row| {
            let text = |at: usize| row.get::<String>(at).unwrap();
            assert_eq!(text(6).len(), 36, "the id of the request");
            format!("{}|{}|{}|{}|{}|{}", text(0), text(1), text(2), text(3), text(4), row.get::<i64>(5).unwrap())
        })
        .collect()
}

#[tokio::test]
async fn reads_and_writes_are_kept() {
    let project = recording().await;
    // What fixtures wrote was told, and nobody asked for it.
    assert!(records(&project).await.is_empty());
    let read = "query($id: ID!) { patient(id: $id) { name } }";
    let ran = project.statements_of(&doctor(), read, &json!({ "id": patient_id(1) }).to_string()).await;
    let answer = ran.assert_exactly(2);
    assert_eq!(answer["data"]["patient"]["name"], "patient 1");
    let discharge = "mutation($id: ID!) { discharge(id: $id) { succeed } }";
    project.execute(&doctor(), discharge, &json!({ "id": patient_id(2) }).to_string()).await;
    let expected = [
        format!("{DOCTOR}|patient|Patient|read|{}|1", key(1)),
        format!("{DOCTOR}|discharge|Patient|delete|{}|1", key(2)),
    ];
    assert_eq!(records(&project).await, expected);
}

/// A write that is undone takes its record with it.
#[tokio::test]
async fn a_write_that_fails_leaves_no_record() {
    let project = recording().await;
    let answer = project.execute(&doctor(), "mutation { admitAndFail }", "{}").await;
    assert_eq!(answer["errors"][0]["message"], "TOO_MANY_PATIENTS");
    assert!(records(&project).await.is_empty());
}

/// Without its record nothing is written; a read is answered all the same, and its record is told.
#[tokio::test]
async fn a_table_that_is_gone_stops_writes_and_no_read() {
    let project = recording().await;
    // Alone, since MySQL commits by itself before it drops a table.
    let transaction = project.database().begin_alone().await.unwrap();
    transaction.execute("DROP TABLE lys_audit".to_owned(), Vec::new()).await.unwrap();
    transaction.commit().await.unwrap();
    let before = project.rows().await;
    let discharge = "mutation($id: ID!) { discharge(id: $id) { succeed } }";
    let answer = project.execute(&doctor(), discharge, &json!({ "id": patient_id(2) }).to_string()).await;
    assert_eq!(answer["errors"][0]["message"], "INTERNAL_ERROR", "{answer}");
    assert_eq!(project.rows().await, before);
    let answer = project.execute(&doctor(), "{ allPatients { edges { node { name } } } }", "{}").await;
    assert_eq!(answer["data"]["allPatients"]["edges"].as_array().map(Vec::len), Some(3), "{answer}");
}
