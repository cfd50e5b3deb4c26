//! Rows that are written with those that they belong to: checked as if they were created by themselves, all or none.

use serde_json::{Value as Json, json};

use super::*;
use crate::error::Error;

/// An item that belongs to nothing yet.
fn part(client: Uuid, count: i64) -> Draft<Item> {
    Draft::new().with(Item::COLUMN.client_id, client).with(Item::COLUMN.count, count)
}

fn sticker(size: i32) -> Draft<Sticker> {
    Draft::new().with(Sticker::COLUMN.size, size)
}

fn with_items(name: &str, items: impl IntoIterator<Item = Draft<Item>>) -> Draft<Product> {
    product(name, A).with_children(Product::ITEMS, items)
}

async fn items(test: &TestDatabase) -> Vec<Item> {
    let order = Item::select().order_by(Item::COLUMN.count.asc());
    Reader::new(&test.database, None, &full()).list(order).await.expect("reads")
}

/// Everything that the tests write.
async fn everything(test: &TestDatabase) -> (Vec<Product>, Vec<Item>, Vec<Label>, Vec<Sticker>) {
    let decision = full();
    let reader = Reader::new(&test.database, None, &decision);
    let labels = reader.list(Label::select()).await.expect("reads");
    (read_all(&test.database).await, items(test).await, labels, reader.list(Sticker::select()).await.expect("reads"))
}

fn paths(error: &Error) -> Vec<Json> {
    let fields = error.extensions().get("fields").and_then(Json::as_array);
    let of_fields = fields.into_iter().flatten().map(|field| json!([field["path"], field["rule"]]));
    of_fields.chain(error.extensions().get("path").cloned()).collect()
}

/// What is refused, and nothing is written.
async fn fault(test: &TestDatabase, decision: Decision, drafts: Vec<Draft<Product>>) -> (String, Vec<Json>) {
    let before = everything(test).await;
    let many = drafts.len() > 1;
    let answer = write(&test.database, decision, async |w| {
        if many {
            return w.create_many(drafts).await.map(drop);
        }
        w.create(drafts.into_iter().next().expect("one")).await.map(drop)
    });
    let error = answer.await.expect_err("refused");
    assert_eq!(everything(test).await, before);
    (error.code().to_owned(), paths(&error))
}

#[tokio::test]
async fn children_get_the_key_of_their_parent_in_one_more_statement() {
    let (test, ..) = seeded().await;
    let log = test.database.statement_log();
    let draft = with_items("one", [part(A, 1), part(A, 2), part(A, 3)]);
    let made = write(&test.database, of_a(), async |w| w.create(draft).await).await.expect("creates");
    let statements = generic(log.take());
    assert_eq!(statements.len(), 2, "{statements:?}");
    assert!(statements[0].starts_with(r#"INSERT INTO "product""#), "{statements:?}");
    assert!(statements[1].starts_with(r#"INSERT INTO "item""#), "{statements:?}");
    let rows = items(&test).await;
    assert!(rows.iter().all(|row| row.product_id == made.id && row.version == 1), "{rows:?}");
    assert_eq!(rows.iter().map(|row| row.count).collect::<Vec<_>>(), [1, 2, 3]);

    let _ = log.take();
    let drafts = (0..10).map(|n| with_items(&format!("p{n}"), (0..n).map(|m| part(A, 100 * (n + 1) + m)))).collect();
    let made = write(&test.database, of_a(), async |w| w.create_many(drafts).await).await.expect("creates");
    // The categories, the products, all their items.
    assert_eq!(log.take().len(), 3);
    for row in items(&test).await.iter().filter(|row| row.count >= 100) {
        let parent = usize::try_from(row.count / 100 - 1).expect("counts up");
        assert_eq!(row.product_id, made[parent].id);
    }
    assert_eq!(items(&test).await.len(), 48);
    let none = with_items("none", []);
    let _ = log.take();
    write(&test.database, of_a(), async |w| w.create(none).await).await.expect("creates");
    assert_eq!(log.take().len(), 1);
}

#[tokio::test]
async fn children_added_twice_are_those_of_one_list() {
    let (test, ..) = seeded().await;
    let draft = || with_items("one", [part(A, 1)]).with_children(Product::ITEMS, [part(A, 2)]);
    let (code, at) = fault(&test, of_a(), vec![draft().with_children(Product::ITEMS, [part(B, 3)])]).await;
    assert_eq!((code.as_str(), at), ("PERMISSION_DENIED", vec![json!(["items", 2])]));
    let log = test.database.statement_log();
    write(&test.database, of_a(), async |w| w.create(draft()).await).await.expect("creates");
    assert_eq!(log.take().len(), 2);
}

#[tokio::test]
async fn each_child_is_inside_the_scope() {
    let (test, ..) = seeded().await;
    let foreign = || with_items("one", [part(A, 1), part(B, 2)]);
    let (code, at) = fault(&test, of_a(), vec![foreign()]).await;
    assert_eq!((code.as_str(), at), ("PERMISSION_DENIED", vec![json!(["items", 1])]));
    let (code, at) = fault(&test, of_a(), vec![product("zero", A), foreign()]).await;
    assert_eq!((code.as_str(), at), ("PERMISSION_DENIED", vec![json!([1, "items", 1])]));
    // A parent outside takes its children with it.
    let outside = product("one", B).with_children(Product::ITEMS, [part(A, 1)]);
    assert_eq!(fault(&test, of_a(), vec![outside]).await.0, "PERMISSION_DENIED");
    // Who may write own products may not write items, which have no owner.
    let own_one = with_items("one", [part(A, 1)]).with(Product::COLUMN.owner_id, ME);
    let (code, at) = fault(&test, own(), vec![own_one]).await;
    assert_eq!((code.as_str(), at), ("PERMISSION_DENIED", vec![json!(["items", 0])]));
}

/// A sticker belongs to nobody but its label: alone it takes the right to all rows, with its label that to the label.
#[tokio::test]
async fn what_is_only_a_part_of_its_parent_is_written_by_who_may_write_that() {
    let (test, ..) = seeded().await;
    let labelled = |client| label("one", client).with_children(Label::STICKERS, [sticker(1), sticker(2)]);
    let made = write(&test.database, of_a(), async |w| w.create(labelled(A)).await).await.expect("creates");
    let alone =
        write(&test.database, of_a(), async |w| w.create(sticker(3).with(Sticker::COLUMN.label_id, made.id)).await);
    assert_eq!(refused(alone.await), is("PERMISSION_DENIED", 403));
    let foreign = write(&test.database, of_a(), async |w| w.create(labelled(B)).await);
    assert_eq!(refused(foreign.await), is("PERMISSION_DENIED", 403));
    let (.., labels, stickers) = everything(&test).await;
    assert_eq!((labels.len(), stickers.len()), (1, 2));
    assert!(stickers.iter().all(|row| row.label_id == made.id));
}

#[tokio::test]
async fn the_mistakes_of_all_levels_are_told_together() {
    let (test, a, _) = seeded().await;
    let bad = || {
        let without_count = Draft::new().with(Item::COLUMN.client_id, A);
        let given = part(A, 1).with(Item::COLUMN.product_id, a.id);
        with_items("a name that is too long for it", [part(A, 1), without_count, given.with(Item::COLUMN.version, 4)])
    };
    let of = |before: &[Json]| -> Vec<Json> {
        let mistakes = [
            (json!(["name"]), "length"),
            (json!(["items", 1, "count"]), "required"),
            (json!(["items", 2, "productId"]), "given"),
            (json!(["items", 2, "version"]), "version"),
        ];
        let path = |path: &Json| [before, path.as_array().expect("is a path")].concat();
        mistakes.iter().map(|(at, rule)| json!([path(at), rule])).collect()
    };
    assert_eq!(fault(&test, of_a(), vec![bad()]).await, ("INVALID_INPUT".to_owned(), of(&[])));
    let (code, at) = fault(&test, of_a(), vec![product("fine", A), bad()]).await;
    assert_eq!((code.as_str(), at), ("INVALID_INPUT", of(&[json!(1)])));
}

#[tokio::test]
async fn keys_that_are_taken_are_named_by_their_place() {
    let (test, a, _) = seeded().await;
    let there = write(&test.database, of_a(), async |w| w.create(item(&a, A)).await).await.expect("creates");
    let keyed = |id: Uuid| part(A, 1).with(Item::COLUMN.id, id);
    let (code, at) = fault(&test, of_a(), vec![with_items("one", [part(A, 1), keyed(there.id)])]).await;
    assert_eq!((code.as_str(), at), ("ALREADY_EXISTS", vec![json!([["items", 1, "id"], "unique"])]));
    let (code, at) = fault(&test, of_a(), vec![with_items("one", [keyed(there.id)])]).await;
    assert_eq!((code.as_str(), at), ("ALREADY_EXISTS", vec![json!([["items", 0, "id"], "unique"])]));
    let twice = Uuid::from_u128(9);
    let drafts = vec![with_items("one", [keyed(twice)]), with_items("two", [part(A, 1), keyed(twice)])];
    let (code, at) = fault(&test, of_a(), drafts).await;
    assert_eq!((code.as_str(), at), ("ALREADY_EXISTS", vec![json!([[1, "items", 1, "id"], "unique"])]));
    // The parent's own come first.
    let (code, at) = fault(&test, of_a(), vec![with_items(&a.name, [keyed(there.id)])]).await;
    assert_eq!((code.as_str(), at), ("ALREADY_EXISTS", vec![json!([["name"], "unique"])]));
}

#[tokio::test]
async fn only_new_rows_are_written_together() {
    let (test, a, _) = seeded().await;
    let there = write(&test.database, of_a(), async |w| w.create(item(&a, A)).await).await.expect("creates");
    let before = everything(&test).await;
    let stolen = with_items("one", [part(A, 1), Draft::of(there)]);
    let edited = Draft::of(a.clone()).with_children(Product::ITEMS, [part(A, 1)]);
    let all = || Draft::new().with(Product::COLUMN.price, Decimal::TWO).with_children(Product::ITEMS, [part(A, 1)]);
    let name = crate::entity::Unique::<Product>::new(&[1]);
    let internal = || is("INTERNAL_ERROR", 500);
    assert_eq!(refused(write(&test.database, full(), async |w| w.create(stolen).await).await), internal());
    assert_eq!(refused(write(&test.database, full(), async |w| w.save(edited).await).await), internal());
    let put = with_items(&a.name, [part(A, 1)]);
    assert_eq!(refused(write(&test.database, full(), async |w| w.upsert(put, name).await).await), internal());
    let changed = write(&test.database, full(), async |w| w.update_where(Product::select(), all()).await);
    assert_eq!(refused(changed.await), internal());
    assert_eq!(everything(&test).await, before);
}

/// Whoever goes on after a refusal has not written half of it.
#[tokio::test]
async fn a_parent_does_not_stay_without_its_children() {
    let (test, a, _) = seeded().await;
    let there = write(&test.database, of_a(), async |w| w.create(item(&a, A)).await).await.expect("creates");
    let before = everything(&test).await;
    let taken = || with_items("one", [part(A, 1).with(Item::COLUMN.id, there.id)]);
    let ignored = write(&test.database, of_a(), async |w| {
        assert!(w.create(taken()).await.is_err());
        Ok(())
    });
    assert_eq!(refused(ignored.await), is("INTERNAL_ERROR", 500));
    assert_eq!(everything(&test).await, before);
    let in_part = write(&test.database, of_a(), async |w| {
        assert!(w.part(async |w| w.create(taken()).await).await.is_err());
        w.create(with_items("two", [part(A, 2)])).await
    });
    in_part.await.expect("goes on");
    assert_eq!(items(&test).await.len(), 2);
}

#[tokio::test]
async fn more_children_than_a_statement_binds_are_written_too() {
    let (test, ..) = seeded().await;
    let log = test.database.statement_log();
    let draft = with_items("one", (0..10_000).map(|count| part(A, count)));
    write(&test.database, of_a(), async |w| w.create(draft).await).await.expect("creates");
    let statements = log.take().len();
    assert!((3..6).contains(&statements), "{statements}");
    assert_eq!(items(&test).await.len(), 10_000);
}
