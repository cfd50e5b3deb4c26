//! A row that others refer to cannot be deleted, and says so.

use lys::{
    prelude::*,
    testing::{TestProject, super_user},
};

/// A shelf.
#[entity]
pub struct Shelf {
    pub name: String,
}

/// Something on a shelf.
#[entity]
pub struct Thing {
    #[belongs_to(Shelf)]
    pub shelf_id: Uuid,
}

/// A shelf.
#[node(Shelf)]
#[connection(name = "all_shelves")]
#[deletion]
pub struct ShelfNode {
    pub name: String,
}

fn shelf() -> Fixture {
    Fixture::business::<Shelf>("shelves", &[Environment::Dev], || {
        vec![Draft::new().with(Shelf::COLUMN.id, Uuid::from_u128(1)).with(Shelf::COLUMN.name, "Left")]
    })
}

fn thing() -> Fixture {
    Fixture::business::<Thing>("things", &[Environment::Dev], || {
        vec![Draft::new().with(Thing::COLUMN.id, Uuid::from_u128(2)).with(Thing::COLUMN.shelf_id, Uuid::from_u128(1))]
    })
}

#[tokio::test]
async fn the_deletion_of_a_referenced_row_is_refused_with_a_code() {
    let project = TestProject::new([lys::app!("shelves").fixture(shelf()).fixture(thing())]).await.unwrap();
    let id = GlobalId::new("ShelfNode", Uuid::from_u128(1)).encode();
    let mutation = format!("mutation {{ deleteShelf(id: \"{id}\") {{ succeed }} }}");
    let refused = project.execute(&super_user(), &mutation, "{}").await;
    assert_eq!(refused["errors"][0]["message"], "STILL_REFERENCED");
    assert_eq!(refused["errors"][0]["extensions"]["status_code"], 409);
    let there = project.execute_raw(&super_user(), "{ allShelves { edges { node { name } } } }", "{}").await;
    assert_eq!(there, r#"{"data":{"allShelves":{"edges":[{"node":{"name":"Left"}}]}}}"#);
}
