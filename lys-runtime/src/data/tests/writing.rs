//! Writes: scope before and after, referenced rows, constraints.

use super::*;
use crate::operation::PublicType;

#[tokio::test]
async fn creations_stay_inside_the_scope() {
    let (test, ..) = seeded().await;
    let created = write(&test.database, of_a(), async |w| w.create(product("new", A)).await).await;
    assert_eq!(created.expect("creates").client_id, A);
    let foreign = write(&test.database, of_a(), async |w| w.create(product("foreign", B)).await).await;
    assert_eq!(refused(foreign), is("PERMISSION_DENIED", 403));
    let unowned = write(&test.database, own(), async |w| w.create(product("unowned", A)).await).await;
    assert_eq!(refused(unowned), is("PERMISSION_DENIED", 403));
    let category = Draft::<Category>::new().with(Category::COLUMN.id, "TOYS");
    let unscoped = write(&test.database, of_a(), async |w| w.create(category).await).await;
    assert_eq!(refused(unscoped), is("PERMISSION_DENIED", 403));
    assert_eq!(read_all(&test.database).await.len(), 3);
}

#[tokio::test]
async fn foreign_rows_cannot_be_changed_or_deleted() {
    let (test, a, b) = seeded().await;
    let before = read_all(&test.database).await;
    for decision in [of_a(), own()] {
        for key in [b.id, Uuid::nil()] {
            let rename = async |w: &Writer<'_>| w.update::<Product>(key, |row| row.name = "taken".to_owned()).await;
            assert_eq!(refused(write(&test.database, &decision, rename).await), is("NOT_FOUND", 404));
            let delete = write(&test.database, &decision, async |w| w.delete::<Product>(key).await).await;
            assert_eq!(refused(delete), is("NOT_FOUND", 404));
        }
        // A draft of a row that was read past the scope.
        let draft = Draft::of(b.clone()).with(Product::COLUMN.name, "taken").with(Product::COLUMN.client_id, A);
        assert!(write(&test.database, &decision, async |w| w.save(draft).await).await.is_err());
        let untouched = write(&test.database, &decision, async |w| w.save(Draft::of(b.clone())).await).await;
        assert_eq!(refused(untouched), is("NOT_FOUND", 404));
    }
    assert_eq!(read_all(&test.database).await, before);
    write(&test.database, of_a(), async |w| w.delete::<Product>(a.id).await).await.expect("deletes its own");
}

#[tokio::test]
async fn nobody_moves_a_row_to_another_tenant() {
    let (test, a, _) = seeded().await;
    let before = read_all(&test.database).await;
    for decision in [of_a(), own()] {
        let moved =
            write(&test.database, &decision, async |w| w.update::<Product>(a.id, |row| row.client_id = B).await);
        assert_eq!(refused(moved.await), is("PERMISSION_DENIED", 403));
    }
    let given = write(&test.database, own(), async |w| w.update::<Product>(a.id, |row| row.owner_id = None).await);
    assert_eq!(refused(given.await), is("PERMISSION_DENIED", 403));
    assert_eq!(read_all(&test.database).await, before);
}

#[tokio::test]
async fn referenced_rows_must_be_inside_the_scope() {
    let (test, a, b) = seeded().await;
    let added = write(&test.database, of_a(), async |w| w.create(item(&a, A)).await).await.expect("creates");
    let foreign = write(&test.database, of_a(), async |w| w.create(item(&b, A)).await).await;
    assert_eq!(refused(foreign), is("NOT_FOUND", 404));
    let moved = write(&test.database, of_a(), async |w| w.update::<Item>(added.id, |row| row.product_id = b.id).await);
    assert_eq!(refused(moved.await), is("NOT_FOUND", 404));
    let public = Audience { public: Some(PublicType::NoLimitation), ..Audience::default() };
    let public = decide(crate::access::Actor::Anonymous, &public).about(Some(Item::definition().type_id));
    let guessed = write(&test.database, &public, async |w| w.create(item(&a, A)).await).await;
    assert_eq!(refused(guessed), is("NOT_FOUND", 404));
}

#[tokio::test]
async fn missing_referenced_rows_are_not_found() {
    let (test, a, _) = seeded().await;
    for decision in [full(), of_a()] {
        let rename = async |w: &Writer<'_>| w.update::<Product>(a.id, |row| row.category_id = "NONE".to_owned()).await;
        let renamed = write(&test.database, &decision, rename).await.map(drop);
        let draft = product("new", A).with(Product::COLUMN.category_id, "NONE");
        let created = write(&test.database, &decision, async |w| w.create(draft).await).await.map(drop);
        for answer in [renamed, created] {
            assert_eq!(blamed(&answer), [("categoryId", "reference")]);
            assert_eq!(refused(answer), is("NOT_FOUND", 404));
        }
    }
}

#[tokio::test]
async fn referenced_rows_cannot_be_deleted() {
    let (test, ..) = seeded().await;
    let deleted = write(&test.database, full(), async |w| w.delete::<Category>("BOOKS".to_owned()).await).await;
    assert_eq!(refused(deleted), is("STILL_REFERENCED", 409));
}

#[tokio::test]
async fn unique_values_are_taken_once() {
    let (test, ..) = seeded().await;
    let created = write(&test.database, full(), async |w| w.create(product("of A", B)).await).await;
    assert_eq!(blamed(&created), [("name", "unique")]);
    assert_eq!(refused(created), is("ALREADY_EXISTS", 409));
    let again = Draft::<Category>::new().with(Category::COLUMN.id, "BOOKS");
    let created = write(&test.database, full(), async |w| w.create(again).await).await;
    assert_eq!(blamed(&created), [("id", "unique")]);
    assert_eq!(refused(created), is("ALREADY_EXISTS", 409));
}

#[tokio::test]
async fn only_changed_columns_are_written() {
    let (test, a, _) = seeded().await;
    let log = test.database.statement_log();
    let row =
        write(&test.database, of_a(), async |w| w.update::<Product>(a.id, |row| row.name = "renamed".to_owned()).await);
    assert!(row.await.expect("writes").updated_at.is_some());
    let statements = log.take();
    assert_eq!(statements.len(), 2, "{statements:?}");
    let names = statements[1].replace('`', "\"");
    assert!(names.starts_with(r#"UPDATE "product" SET "name" = "#), "{names}");
    assert_eq!(names.matches(" = ").count(), 4, "name, updated_at, id and scope: {names}");

    let reader = full();
    let before: Product = Reader::new(&test.database, None, &reader).get(a.id).await.expect("reads");
    let _ = log.take();
    let same =
        write(&test.database, full(), async |w| w.update::<Product>(a.id, |row| row.name = "renamed".to_owned()).await);
    assert_eq!(same.await.expect("writes nothing"), before);
    assert_eq!(log.take().len(), 1);
}

struct ProductService;

impl crate::service::Service for ProductService {
    type Entity = Product;
}

#[tokio::test]
async fn services_work_inside_the_scope() {
    use crate::data::EntityService;
    let (test, a, b) = seeded().await;
    let (service, decision) = (ProductService, of_a());
    let transaction = test.database.begin().await.expect("begins");
    let mut writer = Writer::new(&test.database, &transaction, &decision);
    let added = service.create(&mut writer, product("new", A)).await.expect("creates");
    let renamed = service.update(&mut writer, added.id, |row| row.name = "newer".to_owned()).await.expect("updates");
    assert_eq!(service.get(&writer, added.id).await.expect("reads"), renamed);
    assert_eq!(service.get_multiple(&writer, &[added.id, b.id, a.id]).await.expect("reads"), [renamed, a.clone()]);
    service.delete(&mut writer, added.id).await.expect("deletes");
    assert_eq!(service.list(&writer, Product::select()).await.expect("reads"), [a]);
    assert_eq!(service.find(&writer, b.id).await.expect("reads"), None);
    assert_eq!(refused(service.delete(&mut writer, b.id).await), is("NOT_FOUND", 404));
}
