//! `access = check`: a row outside the scope denies the field that leads to it, and tells nothing of itself.

use super::*;
use crate::scopes::yard::SOUTH;
use lys::{
    app::Model,
    prelude::*,
    testing::{anonymous, super_user},
};

#[entity(tenant(client = client_id))]
pub struct Depot {
    pub name: String,
    pub client_id: Uuid,
    #[has_many(Trip, access = check, by = from_id)]
    pub trips: Many<Trip>,
    #[has_many(Trip, access = check, by = from_id)]
    pub trip_pages: Many<Trip>,
    #[many_to_many(Depot, through = Lane, by = here_id, to = there_id, access = check)]
    pub near: Many<Depot>,
}

#[entity(tenant(client = client_id))]
pub struct Trip {
    #[column(length = 20)]
    pub name: String,
    pub client_id: Uuid,
    #[belongs_to(Depot, access = check)]
    pub from_id: Uuid,
    #[belongs_to(Depot, access = check)]
    pub to_id: Option<Uuid>,
}

#[entity(tenant(client = client_id), unique(here_id, there_id))]
pub struct Lane {
    #[belongs_to(Depot)]
    pub here_id: Uuid,
    #[belongs_to(Depot)]
    pub there_id: Uuid,
    pub client_id: Uuid,
}

#[node(Depot)]
#[connection(
    name = "depots",
    order_by(name),
    filter(name, trips(name)),
    sort(name, trips),
    access(OrganizationRole),
    licensed = false
)]
#[connection(name = "open_depots", order_by(name), public, licensed = false)]
pub struct DepotNode {
    pub name: String,
    pub trips: Vec<TripNode>,
    pub trip_pages: Connection<TripNode>,
    pub near: Vec<DepotNode>,
}

#[node(Trip)]
#[connection(
    name = "trips",
    order_by(name),
    filter(name, from(name), to(name)),
    sort(name, from(name), to(name)),
    aggregate(name),
    access(OrganizationRole),
    licensed = false
)]
pub struct TripNode {
    pub name: String,
    pub from: DepotNode,
    pub to: Option<DepotNode>,
}

/// Depots 1 and 2 of the north, 3 of the south. Trips by name: from, to, client.
async fn depots() -> TestProject {
    let depots = Fixture::business::<Depot>("depots", &[Environment::Dev], || {
        let depot = |number: u128| {
            Draft::new()
                .with(Depot::COLUMN.id, key(number))
                .with(Depot::COLUMN.name, format!("depot {number}"))
                .with(Depot::COLUMN.client_id, if number < 3 { NORTH } else { SOUTH })
        };
        (1..4).map(depot).collect()
    });
    let trips = Fixture::business::<Trip>("trips", &[Environment::Dev], || {
        let trip = |(number, from, to, client): (u128, u128, Option<u128>, Uuid)| {
            Draft::new()
                .with(Trip::COLUMN.id, key(number))
                .with(Trip::COLUMN.name, format!("T{number}"))
                .with(Trip::COLUMN.client_id, client)
                .with(Trip::COLUMN.from_id, key(from))
                .with(Trip::COLUMN.to_id, to.map(key))
        };
        let of_both = [(1, 1, Some(1), NORTH), (2, 1, Some(3), NORTH), (3, 1, None, NORTH), (4, 2, None, SOUTH)];
        of_both.into_iter().chain([(5, 2, Some(2), NORTH), (6, 3, None, NORTH)]).map(trip).collect()
    });
    let lanes = Fixture::business::<Lane>("lanes", &[Environment::Dev], || {
        let lane = |(here, there, client): (u128, u128, Uuid)| {
            Draft::new()
                .with(Lane::COLUMN.id, key(here * 10 + there))
                .with(Lane::COLUMN.here_id, key(here))
                .with(Lane::COLUMN.there_id, key(there))
                .with(Lane::COLUMN.client_id, client)
        };
        [(1, 2, NORTH), (2, 1, SOUTH), (3, 1, NORTH)].map(lane).into()
    });
    let app = App::new("depots", module_path!()).fixture(depots).fixture(trips).fixture(lanes);
    TestProject::new([app]).await.unwrap()
}

fn member() -> Actor {
    user(3).organization("client", NORTH, ["depots", "trips"]).into()
}

/// Paths of the errors, which are all `PERMISSION_DENIED`.
fn denied(answer: &Json) -> Vec<String> {
    let errors = answer["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    assert!(codes(answer).iter().all(|code| *code == "PERMISSION_DENIED"), "{answer}");
    errors.iter().map(|error| error["path"].to_string()).collect()
}

#[tokio::test]
async fn a_foreign_row_denies_its_field_alone() {
    let project = depots().await;
    let query = "{ trips(orderBy: { name: true }) { edges { node { name to { name } } } } }";
    let ran = project.statements_of(&member(), query, "{}").await;
    let (texts, answer) = (ran.texts().join("\n"), ran.assert_exactly(3));
    assert_eq!(denied(&answer), [r#"["trips","edges",1,"node","to"]"#]);
    let nodes = |name: &str, to: Json| json!({ "node": { "name": name, "to": to } });
    let expected = json!([
        nodes("T1", json!({ "name": "depot 1" })),
        nodes("T2", Json::Null),
        nodes("T3", Json::Null),
        nodes("T5", json!({ "name": "depot 2" })),
        nodes("T6", Json::Null),
    ]);
    assert_eq!(answer["data"]["trips"]["edges"], expected, "{texts}");
    // Who sees all is asked nothing.
    let all = project.statements_of(&super_user(), query, "{}").await;
    let all = all.assert_exactly(2);
    assert!(all.get("errors").is_none(), "{all}");
    assert_eq!(all["data"]["trips"]["edges"][1]["node"]["to"]["name"], "depot 3");
}

/// A field that promises a row nulls what is around it, like any error.
#[tokio::test]
async fn a_denied_promise_is_null_further_up() {
    let project = depots().await;
    let query = "{ trips(orderBy: { name: true }) { edges { node { name from { name } } } } }";
    let answer = ask(&project, &member(), query, &json!({})).await;
    assert_eq!(denied(&answer), [r#"["trips","edges",4,"node","from"]"#]);
    assert!(!answer.to_string().contains("depot 3"), "{answer}");
}

#[tokio::test]
async fn one_foreign_row_denies_the_list_and_every_page() {
    let project = depots().await;
    let query = "{ depots(filter: { name: { in: [\"depot 1\"] } }) { edges { node { trips { name } tripPages { pageInfo { totalCount } } near { name } } } } }";
    let answer = data(&project, &member(), query, &json!({})).await;
    let depot = &answer["depots"]["edges"][0]["node"];
    assert_eq!(depot["trips"].as_array().unwrap().len(), 3);
    assert_eq!(depot["tripPages"]["pageInfo"]["totalCount"], 3);
    assert_eq!(depot["near"], json!([{ "name": "depot 2" }]));
    // The second has a trip of the south, and a lane of the south.
    for field in [
        "trips { name }",
        "tripPages { pageInfo { totalCount } }",
        "tripPages(first: 0) { pageInfo { hasNextPage } }",
        "near { name }",
    ] {
        let query = format!("{{ depots(orderBy: {{ name: true }}) {{ edges {{ node {{ name {field} }} }} }} }}");
        let answer = ask(&project, &member(), &query, &json!({})).await;
        let name = field.split([' ', '(']).next().unwrap();
        assert_eq!(denied(&answer), [format!(r#"["depots","edges",1,"node","{name}"]"#)]);
        assert!(!answer.to_string().contains("T4"), "{answer}");
        assert!(ask(&project, &super_user(), &query, &json!({})).await.get("errors").is_none());
    }
}

/// However many rows there are.
#[tokio::test]
async fn it_costs_no_statement_for_a_row() {
    let project = depots().await;
    for first in [1, 2] {
        let query = format!("{{ depots(first: {first}) {{ edges {{ node {{ name trips {{ name }} }} }} }} }}");
        let _ = project.statements_of(&member(), &query, "{}").await.assert_exactly(3);
    }
}

#[tokio::test]
async fn filters_sorts_and_counts_see_no_foreign_row() {
    let project = depots().await;
    let names = async |field: &str, arguments: &str| {
        let query = format!("{{ {field}({arguments}) {{ edges {{ node {{ name }} }} }} }}");
        texts(&data(&project, &member(), &query, &json!({})).await[field], "name")
    };
    assert!(names("trips", "filter: { from: { name: { eq: \"depot 3\" } } }").await.is_empty());
    assert!(names("trips", "filter: { to: { name: { startsWith: \"depot 3\" } } }").await.is_empty());
    assert!(names("depots", "filter: { trips: { some: { name: { eq: \"T4\" } } } }").await.is_empty());
    assert_eq!(
        names("depots", "filter: { trips: { every: { name: { ne: \"T4\" } } } }, orderBy: { name: true }").await,
        ["depot 1", "depot 2"]
    );
    // A hidden row sorts as one that is not there.
    let sorted = names("trips", "sort: [{ to: { name: ASC } }, { name: ASC }]").await;
    let position = |name: &str| sorted.iter().position(|found| found == name).unwrap();
    assert!(position("T3").abs_diff(position("T2")) == 1 && position("T6").abs_diff(position("T3")) == 1, "{sorted:?}");
    assert_eq!(names("depots", "sort: [{ trips: { count: DESC } }]").await, ["depot 1", "depot 2"]);
}

/// A public operation opens its own rows; what they lead to is denied, not left out.
#[tokio::test]
async fn the_public_is_denied() {
    let project = depots().await;
    let query = "{ openDepots(orderBy: { name: true }) { edges { node { name near { name } } } } }";
    let answer = ask(&project, &anonymous(), query, &json!({})).await;
    assert_eq!(codes(&answer), ["PERMISSION_DENIED"], "{answer}");
    let names = data(&project, &anonymous(), "{ openDepots { pageInfo { totalCount } } }", &json!({})).await;
    assert_eq!(names["openDepots"]["pageInfo"]["totalCount"], 3);
    let model = Model::build(&[App::new("depots", module_path!())]);
    assert!(model.is_ok(), "`check` says what a public operation does");
}
