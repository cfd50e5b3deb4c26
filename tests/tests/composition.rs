//! What a later app changes, and what it does not.

use lys::{
    context::Request,
    execute::GraphqlRequest,
    testing::{super_user, user},
};

use crate::zoo::{self, park};

fn graphql(query: &str) -> GraphqlRequest {
    GraphqlRequest { query: query.to_owned(), ..GraphqlRequest::default() }
}

#[tokio::test]
async fn a_later_app_changes_an_earlier_one() {
    let query = "{ motto ticketPrice(legs: 4) oldNews openingHours }";
    let alone = zoo::park().await.execute_raw(&super_user(), query, "{}").await;
    assert_eq!(
        alone,
        r#"{"data":{"motto":"Look, do not feed","ticketPrice":5,"oldNews":"None","openingHours":"9 to 5"}}"#
    );

    let zoo = zoo::zoo().await;
    let together = zoo.execute(&super_user(), query, "{}").await;
    assert_eq!(together["data"]["motto"], "Feed the guide");
    assert_eq!(together["data"]["ticketPrice"], 10);
    assert!(together["data"]["oldNews"].is_null());
    assert_eq!(together["errors"][0]["message"], "UNKNOWN_WEBSERVICE");
    assert_eq!(together["errors"].as_array().unwrap().len(), 1);

    let visitor = user(9).grant("opening_hours").into();
    let opened = zoo.execute_raw(&visitor, "{ openingHours }", "{}").await;
    assert_eq!(opened, r#"{"data":{"openingHours":"9 to 5"}}"#);
    let closed = zoo.execute(&visitor, "{ motto }", "{}").await;
    assert_eq!(closed["errors"][0]["message"], "PERMISSION_DENIED");
}

#[tokio::test]
async fn a_later_app_adds_fields() {
    let query = r#"{ findAnimal(name: "Leo") { chip badge name } }"#;
    let zoo = zoo::zoo().await;
    let answer = zoo.execute_raw(&super_user(), query, "{}").await;
    assert_eq!(answer, r#"{"data":{"findAnimal":{"chip":11,"badge":"Leo#11","name":"Leo"}}}"#);
    let alone = zoo::park().await.execute(&super_user(), query, "{}").await;
    assert!(alone.get("data").is_none(), "{alone}");
}

#[tokio::test]
async fn a_level_field_is_called_once_per_level() {
    let zoo = zoo::zoo().await;
    let request = Request::of(super_user());
    let query = "{ allKeepers { edges { node { animals { rank more: rank(plus: 2) children { rank } } } } } }";
    let answer = zoo.answer(&request, &graphql(query)).await;
    assert!(!answer.contains("errors"), "{answer}");
    assert_eq!(park::rank_calls(&request.id), 3);
}

#[tokio::test]
async fn nothing_is_written_when_a_later_mutation_is_denied() {
    let park = zoo::park().await;
    let mutation = r#"mutation {
        renameKeeper(from: "Ada", to: "Eve") { name }
        createKeeper(inputs: { name: "Dee" }) { name }
    }"#;
    let helper = user(9).grant("rename_keeper").into();
    // Access of all root fields is decided before the first one runs.
    let denied = park.statements_of(&helper, mutation, "{}").await.assert_exactly(0);
    assert_eq!(denied["errors"][0]["message"], "PERMISSION_DENIED");
    assert_eq!(denied["errors"][0]["path"][0], "createKeeper");
    assert!(denied["data"].is_null());
    let names = park.execute_raw(&super_user(), "mutation { keeperNames }", "{}").await;
    assert!(names.contains("Ada") && !names.contains("Eve"), "{names}");
}
