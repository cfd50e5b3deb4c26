//! Rows that are made or changed, whichever is due.

use super::*;
use crate::zoo;
use lys::testing::{TestDatabase, super_user};

const PUT: &str = "mutation($inputs: BarrelInput!) { putBarrel(inputs: $inputs) { mark seal litres version } }";
const SEAL: &str = "mutation($inputs: BarrelInput!) { sealBarrel(inputs: $inputs) }";

fn of(client: Uuid) -> Actor {
    user(3).organization("client", client, ["barrels", "put_barrel", "seal_barrel"]).into()
}

fn barrel(mark: &str, seal: impl Into<Option<&'static str>>, litres: i32, client: Uuid) -> Json {
    let seal: Option<&str> = seal.into();
    json!({ "inputs": { "mark": mark, "seal": seal, "litres": litres, "vaultId": "DEEP", "clientId": client_id(client) } })
}

async fn all(project: &TestProject) -> Json {
    let query =
        "{ barrels(orderBy: { litres: true }) { edges { node { id mark seal litres clientId version updatedAt } } } }";
    let answer = data(project, &super_user(), query, &json!({})).await;
    let _ = project.statements().take();
    answer
}

#[tokio::test]
async fn the_second_time_is_an_edition() {
    let project = zoo::cellar().await;
    let mysql = TestDatabase::current() == TestDatabase::MySql;
    for (litres, version, on_mysql) in [(1, 1, 2), (2, 2, 3), (2, 2, 2)] {
        let answer = data(&project, &of(NORTH), PUT, &barrel("NEW", None, litres, NORTH)).await;
        let wanted = json!({ "mark": "NEW", "seal": null, "litres": litres, "version": version });
        assert_eq!(answer["putBarrel"], wanted);
        let statements = project.statements().take();
        // The row that the function has saved is looked at again, and read for the answer.
        assert_eq!(statements.len(), 2 + if mysql { on_mysql } else { 1 }, "{statements:#?}");
    }
    assert_eq!(data(&project, &of(NORTH), SEAL, &barrel("B1", "S1", 7, NORTH)).await["sealBarrel"], false);
    assert_eq!(data(&project, &of(NORTH), SEAL, &barrel("B9", "S9", 7, NORTH)).await["sealBarrel"], true);
}

#[tokio::test]
async fn no_client_reaches_the_row_of_another() {
    let project = zoo::cellar().await;
    let before = all(&project).await;
    let attacks = [
        (PUT, barrel("B1", None, 666, SOUTH), "PERMISSION_DENIED", Json::Null),
        (PUT, barrel("NEW", None, 666, SOUTH), "PERMISSION_DENIED", Json::Null),
        (SEAL, barrel("MINE", "S3", 666, NORTH), "ALREADY_EXISTS", json!(["inputs", "seal"])),
        (SEAL, barrel("B1", "S3", 666, NORTH), "ALREADY_EXISTS", Json::Null),
        (SEAL, barrel("B3", "S3", 666, SOUTH), "PERMISSION_DENIED", Json::Null),
        (SEAL, barrel("B1", "S1", 666, SOUTH), "PERMISSION_DENIED", Json::Null),
        (PUT, barrel("B1", "S2", 666, NORTH), "ALREADY_EXISTS", json!(["inputs", "seal"])),
        (PUT, barrel("B1", "S3", 666, NORTH), "ALREADY_EXISTS", json!(["inputs", "seal"])),
    ];
    for (query, variables, code, at) in attacks {
        let answer = ask(&project, &of(NORTH), query, &variables).await;
        assert_eq!(codes(&answer), [code], "{variables} {answer}");
        if at != Json::Null {
            assert_eq!(place(&answer), at, "{variables} {answer}");
        }
        assert_eq!(all(&project).await, before, "{variables}");
    }
}

#[tokio::test]
async fn what_others_put_at_the_same_time_is_changed_not_doubled() {
    let project = zoo::cellar().await;
    let (north, variables) = (of(NORTH), [1, 2, 3].map(|litres| barrel("RACE", "RACE", litres, NORTH)));
    let put = |index: usize| ask(&project, &north, PUT, &variables[index]);
    let answers = tokio::join!(put(0), put(1));
    for answer in [answers.0, answers.1] {
        assert!(codes(&answer).is_empty(), "{answer}");
    }
    let answer = put(2).await;
    assert_eq!(answer["data"]["putBarrel"]["version"], 3, "{answer}");
    let barrels = all(&project).await["barrels"]["edges"].as_array().unwrap().len();
    assert_eq!(barrels, 5);
}
