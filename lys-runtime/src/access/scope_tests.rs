//! The rule in SQL and the rule on values say the same, on every combination of grant and row.

use super::*;
use crate::{
    access::{Actor, Claims},
    data::{
        Draft, Reader, Writer,
        test_entities::{Category, Item, Product, TestDatabase, decide},
    },
    entity::Entity,
    operation::{Audience, PublicType},
};

const ME: Uuid = Uuid::from_u128(1);
const ORGANIZATIONS: [Uuid; 3] = [Uuid::from_u128(0xA), Uuid::from_u128(0xB), Uuid::from_u128(0xC)];

fn decisions() -> Vec<Decision> {
    let [a, b, c] = ORGANIZATIONS;
    let user = || Claims::user(ME);
    let users = [
        user().super_user(),
        user().grant("change"),
        user().grant_own("change"),
        user().organization("client", a, ["change"]),
        user().organization("client", a, ["change"]).organization("client", b, ["change"]),
        user().grant_own("change").organization("client", b, ["change"]),
        user().organization("other level", c, ["change"]),
        user().grant_own("change").organization("client", c, ["other operation"]),
    ];
    let public = Audience { public: Some(PublicType::NoLimitation), ..Audience::default() };
    let mut decisions: Vec<Decision> = users.into_iter().map(|user| decide(user, &Audience::default())).collect();
    decisions.push(decide(Actor::Anonymous, &public));
    decisions
}

#[tokio::test]
async fn values_and_rows_are_judged_alike() {
    let test = TestDatabase::open().await;
    let system = Decision::system("tests");
    let transaction = test.database.begin().await.expect("begins");
    let writer = Writer::new(&test.database, &transaction, &system);
    writer.create(Draft::<Category>::new().with(Category::COLUMN.id, "BOOKS")).await.expect("creates");
    let mut rows = Vec::new();
    for client in ORGANIZATIONS {
        for owner in [None, Some(ME), Some(Uuid::from_u128(2))] {
            let draft = Draft::<Product>::new()
                .with(Product::COLUMN.name, format!("{}", rows.len()))
                .with(Product::COLUMN.price, 1)
                .with(Product::COLUMN.category_id, "BOOKS")
                .with(Product::COLUMN.client_id, client)
                .with(Product::COLUMN.owner_id, owner);
            rows.push(writer.create(draft).await.expect("creates"));
        }
    }
    transaction.commit().await.expect("commits");

    for decision in decisions().into_iter().map(|decision| decision.about(Some(Product::definition().type_id))) {
        let reader = Reader::new(&test.database, None, &decision);
        for row in &rows {
            let readable = reader.find::<Product>(row.id).await.expect("reads").is_some();
            let values = row.clone().into_values();
            let admitted = admits(&decision, &Product::definition(), |column| values.get(usize::from(column)));
            assert_eq!(readable, admitted, "{decision:?} on {row:?}");
        }
    }
}

fn kind(scope: &Scope<'_>) -> &'static str {
    match scope.reach {
        Reach::All => "all",
        Reach::Nothing => "nothing",
        Reach::Where(_) => "rows",
    }
}

/// Kinds of scope on (scoped root, scoped relation, reference root, reference relation).
#[track_caller]
fn check(decision: &Decision, expected: [&str; 4]) {
    let (product, category) = (Product::definition(), Category::definition());
    let of = |entity: &EntityDef, root| kind(&scope(&decision.clone().about(Some(entity.type_id)), entity, root));
    let kinds = [of(&product, true), of(&product, false), of(&category, true), of(&category, false)];
    assert_eq!(kinds, expected);
}

#[test]
fn grants_reach_what_they_name() {
    let public = Audience { public: Some(PublicType::NoLimitation), ..Audience::default() };
    let member = Claims::user(ME).organization("client", ORGANIZATIONS[0], ["change"]);
    check(&Decision::system("tests"), ["all", "all", "all", "all"]);
    check(&decide(Actor::Anonymous, &public), ["all", "nothing", "all", "all"]);
    check(&decide(member, &Audience::default()), ["rows", "rows", "nothing", "all"]);
    let elsewhere = Claims::user(ME).organization("other level", ORGANIZATIONS[0], ["change"]);
    check(&decide(elsewhere, &Audience::default()), ["nothing", "nothing", "nothing", "all"]);
}

#[test]
fn what_is_public_or_limited_is_the_operations_own_entity() {
    let public = Audience { public: Some(PublicType::NoLimitation), ..Audience::default() };
    let public = decide(Actor::Anonymous, &public).about(Some(Category::definition().type_id));
    assert_eq!(kind(&scope(&public, &Product::definition(), true)), "nothing");
    assert!(!admits(&public, &Product::definition(), |_| None));
    let member = Claims::user(ME).organization("client", ORGANIZATIONS[0], ["change"]);
    let member = decide(member, &Audience::default()).about(Some(Product::definition().type_id));
    assert_eq!(kind(&scope(&member, &Category::definition(), true)), "all");
    assert!(!admits(&member, &Category::definition(), |_| None));
}

#[test]
fn own_rows_of_an_entity_without_owner_are_none() {
    let own =
        decide(Claims::user(ME).grant_own("change"), &Audience::default()).about(Some(Item::definition().type_id));
    assert_eq!(kind(&scope(&own, &Item::definition(), true)), "nothing");
}
