//! A sort gives nothing away: rows stand where they would if what the caller may not see were not there (00-design §2 P3).

use lys::{
    access::Actor,
    testing::{anonymous, super_user, user},
};

use super::keys::Key;
use crate::zoo::{
    self,
    market::{ALL, NORTH, NORTHS, PUBLIC, USER_7S},
};

/// By every two keys, both ways, `actor` gets the same bytes, cursors included, from the whole market as from one that has only what
/// the actor may see.
async fn check<const VIEW: u8>(actor: &Actor, field: &str, keys: &[&'static str]) {
    let (whole, seen) = (zoo::market::<ALL>().await, zoo::market::<VIEW>().await);
    let mut told_apart = 0;
    for (first, second) in keys.iter().flat_map(|first| keys.iter().map(move |second| (first, second))) {
        for descends in [false, true] {
            let (first, second) = (Key::new(first).argument(descends), Key::new(second).argument(!descends));
            let query = format!(
                "{{ {field}(sort: [{first}, {second}]) {{ edges {{ cursor node {{ id name }} }} pageInfo {{ totalCount }} }} }}"
            );
            let (of_whole, of_seen) =
                (whole.execute_raw(actor, &query, "{}").await, seen.execute_raw(actor, &query, "{}").await);
            assert!(!of_whole.contains("errors"), "{query}\n{of_whole}");
            assert_eq!(of_whole, of_seen, "{query}");
            let all = super_user();
            let (of_whole, of_seen) =
                (whole.execute_raw(&all, &query, "{}").await, seen.execute_raw(&all, &query, "{}").await);
            told_apart += u32::from(of_whole != of_seen);
        }
    }
    // Who sees everything is answered otherwise, or this would prove nothing.
    assert!(told_apart > 0, "{field}");
}

#[tokio::test]
async fn a_tenant_sorts_by_nothing_of_another() {
    let north = user(3).organization("client", NORTH, ["shelves", "wares"]).into();
    check::<NORTHS>(&north, "shelves", &["name", "supplier.name", "wares#", "labels#"]).await;
    let keys = ["price", "shelf.name", "shelf.wares#", "shelf.labels#", "shelf.supplier.name"];
    check::<NORTHS>(&north, "wares", &keys).await;
}

#[tokio::test]
async fn an_owner_sorts_by_nothing_of_others() {
    let keys = ["price", "shelf.name", "shelf.wares#", "shelf.labels#", "shelf.supplier.name"];
    check::<USER_7S>(&user(7).grant_own("wares").into(), "wares", &keys).await;
}

#[tokio::test]
async fn the_public_sorts_by_nothing_private() {
    check::<PUBLIC>(&anonymous(), "publicShelves", &["supplier.name", "wares#", "labels#"]).await;
}

/// The same in words that can be read: of three wares on north's shelves north sees two.
#[tokio::test]
async fn foreign_rows_do_not_count() {
    let market = zoo::market::<ALL>().await;
    let names = async |actor: &Actor, sort: &str| {
        let query = format!("{{ shelves(sort: {sort}) {{ edges {{ node {{ name }} }} }} }}");
        let answer = market.execute(actor, &query, "{}").await;
        let edges = answer["data"]["shelves"]["edges"].as_array().unwrap_or_else(|| panic!("{answer}")).clone();
        edges.iter().map(|edge| edge["node"]["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let north = user(3).organization("client", NORTH, ["shelves", "wares"]).into();
    let sort = "[{ wares: { count: DESC } }, { name: ASC }]";
    assert_eq!(names(&super_user(), sort).await, ["hats", "maps", "toys", "bare"]);
    assert_eq!(names(&north, sort).await, ["maps", "toys", "bare"]);
    let sort = "[{ supplier: { name: ASC } }, { name: ASC }]";
    assert_eq!(names(&super_user(), sort).await, ["bare", "toys", "hats", "maps"]);
    // The supplier of the maps is south's: for north there is none.
    assert_eq!(names(&north, sort).await, ["bare", "maps", "toys"]);
}
