//! What a member of the north sees of rows that belong to sites: those of the north's, and nothing tells of the others.

use super::*;
use crate::scopes::yard::{COAST, SOUTH};
use lys::testing::super_user;

const LIST: &str = "query($filter: AllJobsFilter, $sort: [AllJobsSort!]) {
    allJobs(filter: $filter, sort: $sort) { edges { node { code } } pageInfo { totalCount hasNextPage }
        aggregate { count hours { sum } code { max } } groups(by: [HOURS]) { key { hours } } } }";

#[tokio::test]
async fn lists_counts_and_aggregates_are_those_of_the_own_sites() {
    let yard = yard().await;
    let answer = data(&yard, &member(), LIST, &json!({ "sort": [{ "code": "ASC" }] })).await;
    let jobs = &answer["allJobs"];
    assert_eq!(texts(jobs, "code"), ["J1", "J2"]);
    assert_eq!(jobs["pageInfo"], json!({ "totalCount": 2, "hasNextPage": false }));
    assert_eq!(jobs["aggregate"], json!({ "count": 2, "hours": { "sum": 30.0 }, "code": { "max": "J2" } }));
    assert_eq!(jobs["groups"].as_array().unwrap().len(), 2);
    // What belongs to no site is nobody's, and all rows are there for those who see all.
    let all = data(&yard, &super_user(), LIST, &json!({ "sort": [{ "code": "ASC" }] })).await;
    assert_eq!(texts(&all["allJobs"], "code"), ["J1", "J2", "J3", "J4", "J5"]);
    let photos = "{ allPhotos(orderBy: { caption: true }) { edges { node { caption } } pageInfo { totalCount } } }";
    let answer = data(&yard, &member(), photos, &json!({})).await;
    assert_eq!(texts(&answer["allPhotos"], "caption"), ["photo 1", "photo 2"]);
    assert_eq!(answer["allPhotos"]["pageInfo"]["totalCount"], 2);
}

#[tokio::test]
async fn an_empty_scope_yields_no_rows() {
    let yard = yard().await;
    let nobody: Actor = user(3).organization("client", Uuid::from_u128(99), ["all_jobs", "job"]).into();
    let answer = data(&yard, &nobody, LIST, &json!({})).await;
    assert_eq!(answer["allJobs"]["edges"], json!([]));
    assert_eq!(answer["allJobs"]["aggregate"]["count"], 0);
    // Of a level that the entity does not know.
    let other: Actor = user(3).organization("region", NORTH, ["all_jobs", "job"]).into();
    let ran = yard.statements_of(&other, LIST, "{}").await;
    assert_eq!(ran.answer["data"]["allJobs"]["edges"], json!([]), "{}", ran.answer);
    check_refused(
        &yard,
        &other,
        "query($id: ID!) { job(id: $id) { code } }",
        json!({ "id": id("JobNode", 1) }),
        "NOT_FOUND",
    )
    .await;
}

/// Several branches are OR-ed, on lists as on single rows.
#[tokio::test]
async fn owners_and_levels_at_the_end_of_a_key_are_ored() {
    let yard = yard().await;
    let notes = async |actor: Actor| {
        let list = "{ allNotes(orderBy: { text: true }) { edges { node { text } } } }";
        let found = texts(&data(&yard, &actor, list, &json!({})).await["allNotes"], "text");
        for number in 1..6 {
            let answer = ask(
                &yard,
                &actor,
                "query($id: ID!) { note(id: $id) { text } }",
                &json!({ "id": id("NoteNode", number) }),
            )
            .await;
            let is_listed = found.contains(&format!("note {number}"));
            assert_eq!(codes(&answer).is_empty(), is_listed, "{answer}");
        }
        found
    };
    let operations = ["all_notes", "note"];
    let own = |number: u128| operations.iter().fold(user(number), |user, operation| user.grant_own(*operation));
    assert_eq!(notes(own(7).into()).await, ["note 5"]);
    assert_eq!(notes(user(7).organization("client", NORTH, operations).into()).await, ["note 1", "note 2"]);
    assert_eq!(notes(user(7).organization("region", COAST, operations).into()).await, ["note 4"]);
    let both = user(7).organization("client", NORTH, operations).organization("region", COAST, operations);
    assert_eq!(notes(both.into()).await, ["note 1", "note 2", "note 4"]);
    let all = own(7).organization("client", SOUTH, operations).organization("region", COAST, operations);
    assert_eq!(notes(all.into()).await, ["note 3", "note 4", "note 5"]);
    let badges = async |number| {
        let list = "{ allBadges { edges { node { text } } } }";
        texts(&data(&yard, &user(number).grant_own("all_badges").into(), list, &json!({})).await["allBadges"], "text")
    };
    assert_eq!(badges(5).await, ["badge 1"]);
    assert_eq!(badges(3).await, ["badge 3"]);
    assert!(badges(9).await.is_empty());
}

#[tokio::test]
async fn a_foreign_id_is_a_missing_one() {
    let yard = yard().await;
    for (query, node) in [
        ("query($id: ID!) { job(id: $id) { code site { name } } }", "JobNode"),
        ("query($id: ID!) { photo(id: $id) { caption job { code } } }", "PhotoNode"),
        ("mutation($id: ID!) { deleteJob(id: $id) { succeed } }", "JobNode"),
        ("mutation($id: ID!) { deleteJobs(ids: [$id]) { succeed } }", "JobNode"),
        ("mutation($id: ID!) { deletePhoto(id: $id) { succeed } }", "PhotoNode"),
        ("mutation($id: ID!) { changeJob(id: $id, inputs: { hours: 1 }) { code } }", "JobNode"),
        ("mutation($id: ID!) { sendJobs(ids: [$id], siteId: null) { code } }", "JobNode"),
    ] {
        // Of the south, and of nobody.
        for foreign in [3, 5] {
            let variables = [foreign, 77].map(|number| json!({ "id": id(node, number) }));
            check_alike(&yard, &member(), query, variables, "NOT_FOUND").await;
        }
    }
}

/// Each root field has its own decision, whatever stands beside it.
#[tokio::test]
async fn no_root_field_lends_its_rights_to_another() {
    let yard = yard().await;
    // Reads every job, but of single ones only the north's.
    let actor: Actor = user(3).grant("all_jobs").organization("client", NORTH, ["job"]).into();
    let (all, one) = ("allJobs { edges { node { code } } }", format!("job(id: \"{}\") {{ code }}", id("JobNode", 3)));
    for query in [format!("{{ {all} {one} }}"), format!("{{ {one} {all} }}")] {
        let answer = ask(&yard, &actor, &query, &json!({})).await;
        assert_eq!(codes(&answer), ["NOT_FOUND"], "{answer}");
        assert_eq!(answer["data"], Json::Null);
    }
}

#[tokio::test]
async fn relations_filters_and_sorts_see_no_foreign_row() {
    let yard = yard().await;
    // User 3 sees a site of the south, which they lead, but none of its jobs.
    let actor: Actor = user(3).grant_own("all_sites").organization("client", NORTH, ["all_sites"]).into();
    let sites = "{ allSites(orderBy: { name: true }) { edges { node { name jobs { code } allJobs { code } } } } }";
    let answer = data(&yard, &actor, sites, &json!({})).await;
    assert_eq!(texts(&answer["allSites"], "name"), ["site 1", "site 2", "site 3"]);
    let jobs = |field: &str| {
        answer["allSites"]["edges"]
            .as_array()
            .unwrap()
            .iter()
            .map(|edge| edge["node"][field].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(jobs("jobs"), [json!([{ "code": "J1" }]), json!([{ "code": "J2" }]), json!([])]);
    assert_eq!(jobs("allJobs")[2], json!([{ "code": "J3" }]), "inherited");

    let named = async |filter: Json| {
        let query = "query($filter: AllSitesFilter) { allSites(filter: $filter, orderBy: { name: true }) { edges { node { name } } } }";
        texts(&data(&yard, &actor, query, &json!({ "filter": filter })).await["allSites"], "name")
    };
    let third = json!({ "code": { "eq": "J3" } });
    assert!(named(json!({ "jobs": { "some": third } })).await.is_empty());
    assert_eq!(named(json!({ "jobs": { "none": third } })).await, ["site 1", "site 2", "site 3"]);
    assert_eq!(named(json!({ "jobs": { "every": { "hours": { "lt": 0 } } } })).await, ["site 3"]);
    assert_eq!(named(json!({ "not": { "jobs": { "every": { "hours": { "lt": 15 } } } } })).await, ["site 2"]);
    assert!(
        named(json!({ "jobs": { "some": { "photos": { "some": { "caption": { "eq": "photo 3" } } } } } }))
            .await
            .is_empty()
    );
    assert_eq!(named(json!({ "allJobs": { "some": third } })).await, ["site 3"], "inherited");

    let sorted = "{ allSites(sort: [{ jobs: { count: DESC } }, { name: ASC }]) { edges { node { name } } } }";
    assert_eq!(
        texts(&data(&yard, &actor, sorted, &json!({})).await["allSites"], "name"),
        ["site 1", "site 2", "site 3"]
    );
}

#[tokio::test]
async fn a_job_is_neither_found_nor_sorted_by_a_foreign_site() {
    let yard = yard().await;
    let all: Actor = user(3).organization("client", NORTH, ["all_jobs"]).into();
    let found = data(&yard, &all, LIST, &json!({ "filter": { "site": { "name": { "eq": "site 3" } } } })).await;
    assert_eq!(found["allJobs"]["edges"], json!([]));
    let found = data(&yard, &all, LIST, &json!({ "filter": { "site": { "name": { "startsWith": "site" } } }, "sort": [{ "site": { "name": "DESC" } }] })).await;
    assert_eq!(texts(&found["allJobs"], "code"), ["J2", "J1"]);
}

/// The scope is one more condition: no statement more, and the row's own table is the one that is read.
#[tokio::test]
async fn it_costs_no_statement() {
    let yard = yard().await;
    let query = "{ allPhotos { edges { node { caption job { code } } } pageInfo { totalCount } } }";
    let ran = yard.statements_of(&member(), query, "{}").await;
    // The count stands beside the rows; both ask for the job and its site.
    assert!(ran.texts()[0].matches("EXISTS").count() == 4, "{ran}");
    let _ = ran.assert_exactly(2);
}

/// Those who review access see every branch.
#[tokio::test]
async fn the_access_table_names_every_branch() {
    let yard = yard().await;
    let table = lys::boot::access_table(yard.engine().model());
    let scope_of =
        |operation: &str| table.lines().find(|line| line.starts_with(&format!("{operation} "))).unwrap().to_owned();
    assert!(scope_of("all_photos").ends_with("  client job.site.client_id"), "{table}");
    assert!(scope_of("note").ends_with("  owner author_id, client site.client_id, region site.region_id"), "{table}");
    assert!(scope_of("all_badges").ends_with("  owner site.lead_id"), "{table}");
}
