//! Definitions by hand: what the compiler has not seen.

use super::*;
use crate::{
    app::Source,
    data::test_entities::{Category, Item, Product},
    entity::Entity,
};

fn faults(scopes: &[RelatedScope]) -> Vec<String> {
    let definition = scopes.iter().cloned().fold(Item::definition(), EntityDef::related_scope);
    let source = Source { file: "shop.rs", line: 1 };
    let mut faults = StartError::default();
    check(&EntityEntry { definition, app: "shop", source }, &mut faults);
    faults.faults().to_vec()
}

fn scope(level: Option<&'static str>, path: &[u16], column: u16) -> RelatedScope {
    RelatedScope { level, path: path.to_vec(), column }
}

#[test]
fn a_scope_along_keys_holds() {
    let client = Product::definition().column_index("client_id").expect("a column");
    let category = Category::definition().column_index("id").expect("a column");
    assert_eq!(faults(&[scope(Some("client"), &[0], client), scope(None, &[0, 0], category)]), [""; 0]);
}

#[test]
fn every_scope_that_leads_nowhere_is_named() {
    let created = Product::definition().column_index("created_at").expect("a column");
    let found = faults(&[
        scope(None, &[], 2),
        scope(Some("client"), &[7], 0),
        scope(Some("region"), &[0, 1], 0),
        scope(Some("team"), &[0], 99),
        scope(Some("shift"), &[0], created),
    ]);
    let expected = [
        "does not say its owner: it names no relation",
        "does not say its tenant `client`: `Item` has no relation at place 7",
        "does not say its tenant `region`: `Product.items` is no key of `Product`",
        "does not say its tenant `team`: `Product` has no column at place 99",
        "does not say its tenant `shift`: `Product.created_at` cannot hold the id of an owner or tenant",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.contains("shop.rs:1") && found.contains("`Item`") && found.contains(expected), "{found}");
    }
}
