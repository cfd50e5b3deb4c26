//! New values are inside the scope as well as old ones: nothing is made under a foreign parent, and nothing is moved to one.

use super::*;
use crate::scopes::yard::{COAST, SOUTH};
use lys::testing::super_user;

const CREATE: &str = "mutation($inputs: JobInput!) { createJob(inputs: $inputs) { code } }";
const CREATE_MANY: &str = "mutation($inputs: [JobInput!]!) { createJobs(inputs: $inputs) { code } }";
const IMPORT: &str = "mutation($inputs: JobInput!) { importJob(inputs: $inputs) { code } }";
const PUT: &str = "mutation($inputs: JobInput!) { putJob(inputs: $inputs) }";
const CHANGE: &str =
    "mutation($id: ID!, $inputs: ChangeJobInput!) { changeJob(id: $id, inputs: $inputs) { code hours site { name } } }";
const SEND: &str = "mutation($ids: [ID!]!, $site: ID) { sendJobs(ids: $ids, siteId: $site) { code } }";
const MOVE: &str = "mutation($site: ID, $hours: Int!) { moveJobs(hours: $hours, siteId: $site) }";

fn job(code: &str, site: Option<u128>) -> Json {
    json!({ "code": code, "hours": 1, "siteId": site.map(|site| id("SiteNode", site)) })
}

#[tokio::test]
async fn what_belongs_to_an_own_site_is_written() {
    let yard = yard().await;
    let actor = member();
    let variables = json!({ "inputs": job("NEW", Some(1)) });
    let ran = yard.statements_of(&actor, CREATE, &variables.to_string()).await;
    assert_eq!(ran.answer["data"]["createJob"]["code"], "NEW", "{}", ran.answer);
    // The site is the caller's to refer to, it is of the north, the row, and what is shown of it.
    let _ = ran.assert_exactly(4);
    data(&yard, &actor, CREATE_MANY, &json!({ "inputs": [job("N1", Some(1)), job("N2", Some(2))] })).await;
    data(&yard, &actor, IMPORT, &json!({ "inputs": job("N3", Some(2)) })).await;
    assert_eq!(data(&yard, &actor, PUT, &json!({ "inputs": job("N4", Some(2)) })).await["putJob"], true);
    assert_eq!(data(&yard, &actor, PUT, &json!({ "inputs": job("N4", Some(1)) })).await["putJob"], false);
    let moved =
        data(&yard, &actor, CHANGE, &json!({ "id": id("JobNode", 1), "inputs": { "siteId": id("SiteNode", 2) } }))
            .await;
    assert_eq!(moved["changeJob"]["site"]["name"], "site 2");
    data(&yard, &actor, SEND, &json!({ "ids": [id("JobNode", 1), id("JobNode", 2)], "site": id("SiteNode", 1) })).await;
    // N1, N2, N3, N4, NEW, J1 and J2; not those of the south.
    assert_eq!(data(&yard, &actor, MOVE, &json!({ "site": id("SiteNode", 2), "hours": 0 })).await["moveJobs"], 7);
    let of_south = data(
        &yard,
        &super_user(),
        "{ allJobs(filter: { site: { name: { eq: \"site 3\" } } }) { edges { node { code } } } }",
        &json!({}),
    )
    .await;
    assert_eq!(texts(&of_south["allJobs"], "code"), ["J3"]);
    assert_eq!(data(&yard, &actor, "mutation { doubleJobs(hours: 3) }", &json!({})).await["doubleJobs"], 7);
}

/// What does not change whose a row is costs nothing more.
#[tokio::test]
async fn other_changes_ask_nothing_of_the_site() {
    let yard = yard().await;
    let variables = json!({ "id": id("JobNode", 1), "inputs": { "hours": 11 } });
    let ran = yard
        .statements_of(
            &member(),
            "mutation($id: ID!, $inputs: ChangeJobInput!) { changeJob(id: $id, inputs: $inputs) { hours } }",
            &variables.to_string(),
        )
        .await;
    let _ = ran.assert_exactly(3);
    let doubled = yard.statements_of(&member(), "mutation { doubleJobs(hours: 3) }", "{}").await;
    let _ = doubled.assert_exactly(1);
    // The job of a photo is of the north, or could not be referred to.
    let variables = json!({ "inputs": { "caption": "new", "jobId": id("JobNode", 1) } });
    let ran = yard
        .statements_of(
            &member(),
            "mutation($inputs: PhotoInput!) { createPhoto(inputs: $inputs) { caption } }",
            &variables.to_string(),
        )
        .await;
    let _ = ran.assert_exactly(3);
}

#[tokio::test]
async fn nothing_is_made_under_a_foreign_site() {
    let yard = yard().await;
    for query in [CREATE, PUT] {
        let variables = [4, 77].map(|site| json!({ "inputs": job("NEW", Some(site)) }));
        check_alike(&yard, &member(), query, variables, "NOT_FOUND").await;
    }
    let variables = [4, 77].map(|site| json!({ "inputs": [job("N1", Some(1)), job("N2", Some(site))] }));
    check_alike(&yard, &member(), CREATE_MANY, variables, "NOT_FOUND").await;
    let variables = [3, 77].map(|job| json!({ "inputs": { "caption": "new", "jobId": id("JobNode", job) } }));
    check_alike(
        &yard,
        &member(),
        "mutation($inputs: PhotoInput!) { createPhoto(inputs: $inputs) { caption } }",
        variables,
        "NOT_FOUND",
    )
    .await;
    // Of nobody, and written past the scope.
    for query in [CREATE, PUT, IMPORT] {
        check_refused(&yard, &member(), query, json!({ "inputs": job("NEW", None) }), "PERMISSION_DENIED").await;
    }
    check_refused(&yard, &member(), IMPORT, json!({ "inputs": job("NEW", Some(4)) }), "PERMISSION_DENIED").await;
    let variables = json!({ "inputs": [job("N1", Some(1)), job("N2", None)] });
    let answer = check_refused(&yard, &member(), CREATE_MANY, variables, "PERMISSION_DENIED").await;
    assert_eq!(answer["errors"][0]["extensions"]["path"], json!(["inputs", 1]), "{answer}");
    // A site that the caller leads is theirs to see, but its jobs are not.
    let lead: Actor = user(3).grant_own("create_job").organization("client", NORTH, ["create_job"]).into();
    check_refused(&yard, &lead, CREATE, json!({ "inputs": job("NEW", Some(3)) }), "PERMISSION_DENIED").await;
    data(&yard, &lead, CREATE, &json!({ "inputs": job("NEW", Some(1)) })).await;
}

#[tokio::test]
async fn nothing_is_moved_to_a_foreign_site() {
    let yard = yard().await;
    for site in [3, 4] {
        let site = [site, 77].map(|number| id("SiteNode", number));
        let change = site.clone().map(|site| json!({ "id": id("JobNode", 1), "inputs": { "siteId": site } }));
        check_alike(&yard, &member(), CHANGE, change, "NOT_FOUND").await;
        let send = site.clone().map(|site| json!({ "ids": [id("JobNode", 1), id("JobNode", 2)], "site": site }));
        check_alike(&yard, &member(), SEND, send, "NOT_FOUND").await;
        let all = site.clone().map(|site| json!({ "hours": 0, "site": site }));
        check_alike(&yard, &member(), MOVE, all, "NOT_FOUND").await;
        // A row that is there already is moved by its unique key no less.
        let put = site.map(|site| json!({ "inputs": { "code": "J1", "hours": 1, "siteId": site } }));
        check_alike(&yard, &member(), PUT, put, "NOT_FOUND").await;
    }
    let jobs = [3, 77].map(|job| json!({ "id": id("PhotoNode", 1), "job": id("JobNode", job) }));
    check_alike(
        &yard,
        &member(),
        "mutation($id: ID!, $job: ID!) { hangPhoto(id: $id, jobId: $job) { caption } }",
        jobs,
        "NOT_FOUND",
    )
    .await;
    // To nobody.
    for (query, variables) in [
        (CHANGE, json!({ "id": id("JobNode", 1), "inputs": { "siteId": null } })),
        (SEND, json!({ "ids": [id("JobNode", 1), id("JobNode", 2)], "site": null })),
        (MOVE, json!({ "hours": 0, "site": null })),
        (PUT, json!({ "inputs": job("J1", None) })),
    ] {
        check_refused(&yard, &member(), query, variables, "PERMISSION_DENIED").await;
    }
    // The row of another is not changed by its unique key.
    check_refused(&yard, &member(), PUT, json!({ "inputs": job("J3", Some(1)) }), "ALREADY_EXISTS").await;
}

/// A site that the caller leads is one to refer to; what is on it still belongs to its client.
#[tokio::test]
async fn nobody_moves_what_is_theirs_to_another_client() {
    let yard = yard().await;
    let lead = |operation: &str| user(3).grant_own(operation).organization("client", NORTH, [operation]).into();
    let change = json!({ "id": id("JobNode", 1), "inputs": { "siteId": id("SiteNode", 3) } });
    check_refused(&yard, &lead("change_job"), CHANGE, change, "PERMISSION_DENIED").await;
    let all = json!({ "hours": 0, "site": id("SiteNode", 3) });
    check_refused(&yard, &lead("move_jobs"), MOVE, all, "PERMISSION_DENIED").await;
    let put = json!({ "inputs": job("J1", Some(3)) });
    check_refused(&yard, &lead("put_job"), PUT, put, "PERMISSION_DENIED").await;
}

#[tokio::test]
async fn only_own_rows_are_deleted_in_bulk() {
    let yard = yard().await;
    let cleared = data(&yard, &member(), "mutation { clearJobs }", &json!({})).await;
    assert_eq!(cleared["clearJobs"], 4);
    let left = data(
        &yard,
        &super_user(),
        "{ allJobs(orderBy: { code: true }) { edges { node { code photos { pageInfo { totalCount } } } } } }",
        &json!({}),
    )
    .await;
    assert_eq!(texts(&left["allJobs"], "code"), ["J3", "J4", "J5"]);
    assert!(
        left["allJobs"]["edges"]
            .as_array()
            .unwrap()
            .iter()
            .all(|edge| edge["node"]["photos"]["pageInfo"]["totalCount"] == 1)
    );
}

#[tokio::test]
async fn a_mutation_that_is_refused_undoes_nothing_of_the_one_before_and_writes_nothing_itself() {
    let yard = yard().await;
    let (own, foreign) = (id("JobNode", 1), id("JobNode", 3));
    let edit =
        |alias: &str, id: &str| format!("{alias}: changeJob(id: \"{id}\", inputs: {{ hours: 99 }}) {{ hours }} ");
    for query in [edit("a", &own) + &edit("b", &foreign), edit("b", &foreign) + &edit("a", &own)] {
        let answer = ask(&yard, &member(), &format!("mutation {{ {query} }}"), &json!({})).await;
        assert_eq!(codes(&answer), ["NOT_FOUND"], "{answer}");
        let left = data(
            &yard,
            &super_user(),
            "{ allJobs(filter: { hours: { eq: 99 } }) { edges { node { code } } } }",
            &json!({}),
        )
        .await;
        assert!(!texts(&left["allJobs"], "code").contains(&"J3".to_owned()));
    }
}

fn site(name: &str, client: Uuid) -> Json {
    let jobs = json!([{ "code": "A", "hours": 1, "photos": [{ "caption": "a" }, { "caption": "b" }] }, { "code": "B", "hours": 2 }]);
    json!({ "name": name, "clientId": client_id(client), "jobs": jobs })
}

const OPEN: &str = "mutation($inputs: OpenSiteInput!) { openSite(inputs: $inputs) { name allJobs { code } } }";

#[tokio::test]
async fn children_are_inside_the_scope_with_their_parent() {
    let yard = yard().await;
    let ran = yard.statements_of(&member(), OPEN, &json!({ "inputs": site("NEW", NORTH) }).to_string()).await;
    assert_eq!(ran.answer["data"]["openSite"]["allJobs"].as_array().unwrap().len(), 2, "{}", ran.answer);
    // Three tables; the site and its jobs for the answer.
    let _ = ran.assert_exactly(5);
    check_refused(&yard, &member(), OPEN, json!({ "inputs": site("OTHER", SOUTH) }), "PERMISSION_DENIED").await;
    // Whoever leads the new site may open it for any client, but its jobs are that client's.
    let lead: Actor = user(3).grant_own("open_site").organization("client", NORTH, ["open_site"]).into();
    let mut inputs = site("OTHER", SOUTH);
    inputs["leadId"] = global_id("UserNode", Uuid::from_u128(3)).into();
    check_refused(&yard, &lead, OPEN, json!({ "inputs": inputs }), "PERMISSION_DENIED").await;
    inputs["jobs"] = json!([]);
    data(&yard, &lead, OPEN, &json!({ "inputs": inputs })).await;
}

/// Of whom two new rows lead to, the database tells once they are written.
#[tokio::test]
async fn children_of_children_are_looked_for_once_they_are_written() {
    let yard = yard().await;
    let lead: Actor = user(3).grant_own("open_site").organization("client", NORTH, ["open_site"]).into();
    let tagged = |lead: u128| {
        let mut inputs = site("NEW", NORTH);
        inputs["leadId"] = global_id("UserNode", Uuid::from_u128(lead)).into();
        inputs["jobs"][1]["tags"] = json!([{ "word": "a" }, { "word": "b" }]);
        json!({ "inputs": inputs })
    };
    let answer = check_refused(&yard, &lead, OPEN, tagged(4), "PERMISSION_DENIED").await;
    assert_eq!(answer["errors"][0]["extensions"]["path"], json!(["inputs", "jobs", 1, "tags", 0]), "{answer}");
    data(&yard, &lead, OPEN, &tagged(3)).await;
    // Who has no say over what they lead has none over its tags.
    check_refused(&yard, &member(), OPEN, tagged(3), "PERMISSION_DENIED").await;
}

const NOTE: &str = "mutation($inputs: NoteInput!) { createNote(inputs: $inputs) { text } }";
const CHANGE_NOTE: &str = "mutation($id: ID!, $inputs: NoteInput!) { changeNote(id: $id, inputs: $inputs) { text } }";
const CHANGE_NOTES: &str = "mutation($inputs: NoteInput!) { changeNotes(inputs: $inputs) }";

/// One branch of several is enough; a new site is one of an organization of the caller's, whoever the author is.
#[tokio::test]
async fn rows_of_several_branches_are_written_by_any_of_them() {
    let yard = yard().await;
    let notes = ["create_note", "change_note", "change_notes"];
    let own = |number: u128| notes.iter().fold(user(number), |user, operation| user.grant_own(*operation));
    let author = |number: u128| global_id("UserNode", Uuid::from_u128(number));
    let new = |site: Option<u128>, by: Option<u128>| json!({ "inputs": { "text": "new", "siteId": site.map(|site| id("SiteNode", site)), "authorId": by.map(author) } });
    let north: Actor = user(7).organization("client", NORTH, notes).into();
    let coast: Actor = user(7).organization("client", SOUTH, notes).organization("region", COAST, notes).into();
    let writer: Actor = own(7).into();
    data(&yard, &north, NOTE, &new(Some(1), None)).await;
    data(&yard, &coast, NOTE, &new(Some(4), None)).await;
    data(&yard, &writer, NOTE, &new(None, Some(7))).await;
    check_refused(&yard, &north, NOTE, new(None, Some(7)), "PERMISSION_DENIED").await;
    check_refused(&yard, &writer, NOTE, new(None, Some(8)), "PERMISSION_DENIED").await;
    check_alike(&yard, &north, NOTE, [new(Some(4), None), new(Some(77), None)], "NOT_FOUND").await;

    // From an author to nobody, and from a site to one that only its author may see.
    let both: Actor = own(3).organization("client", NORTH, notes).into();
    let change = |number: u128, inputs: Json| json!({ "id": id("NoteNode", number), "inputs": inputs });
    data(&yard, &both, CHANGE_NOTE, &change(1, json!({ "authorId": author(3) }))).await;
    check_refused(&yard, &both, CHANGE_NOTE, change(1, json!({ "siteId": id("SiteNode", 3) })), "PERMISSION_DENIED")
        .await;
    check_refused(&yard, &both, CHANGE_NOTE, change(1, json!({ "siteId": null })), "PERMISSION_DENIED").await;
    data(&yard, &both, CHANGE_NOTE, &change(1, json!({ "authorId": null, "siteId": id("SiteNode", 2) }))).await;
    let alone: Actor = own(7).into();
    check_refused(&yard, &alone, CHANGE_NOTE, change(5, json!({ "authorId": null })), "PERMISSION_DENIED").await;
    check_refused(&yard, &alone, CHANGE_NOTES, json!({ "inputs": { "authorId": null } }), "PERMISSION_DENIED").await;
    assert_eq!(data(&yard, &alone, CHANGE_NOTES, &json!({ "inputs": { "text": "all" } })).await["changeNotes"], 2);
    // Authors may go: the north still sees the notes on its sites. Those that only they could see may not.
    assert_eq!(data(&yard, &north, CHANGE_NOTES, &json!({ "inputs": { "authorId": null } })).await["changeNotes"], 3);
    let mixed: Actor = own(7).organization("client", NORTH, notes).into();
    check_refused(&yard, &mixed, CHANGE_NOTES, json!({ "inputs": { "authorId": null } }), "PERMISSION_DENIED").await;
}

#[tokio::test]
async fn an_owner_at_the_end_of_a_key_admits_new_rows() {
    let yard = yard().await;
    let badge = "mutation($site: ID) { createBadge(text: \"new\", siteId: $site) { text } }";
    let lead: Actor = user(3).grant_own("create_badge").into();
    data(&yard, &lead, badge, &json!({ "site": id("SiteNode", 3) })).await;
    check_alike(&yard, &lead, badge, [1, 77].map(|site| json!({ "site": id("SiteNode", site) })), "NOT_FOUND").await;
    check_refused(&yard, &lead, badge, json!({ "site": null }), "PERMISSION_DENIED").await;
}
