//! A new row, or changes to the one that has its unique key: inside the scope, and by nobody twice.

use super::*;
use crate::{data::Upserted, entity::Unique};

/// A product's name.
const NAME: Unique<Product> = Unique::new(&[1]);

async fn put(
    test: &TestDatabase,
    decision: impl Borrow<Decision>,
    draft: Draft<Label>,
    key: Unique<Label>,
) -> Result<Upserted<Label>> {
    write(&test.database, decision, async |w| w.upsert(draft, key).await).await
}

async fn labels(test: &TestDatabase) -> Vec<Label> {
    Reader::new(&test.database, None, &full()).list(Label::select().with_deleted()).await.expect("reads")
}

fn coded(word: &str, client: Uuid, code: &str) -> Draft<Label> {
    label(word, client).with(Label::COLUMN.code, code.to_owned())
}

#[tokio::test]
async fn a_row_is_made_once_and_then_changed() {
    let (test, ..) = seeded().await;
    let log = test.database.statement_log();
    let ranked = |rank: i32| label("one", A).with(Label::COLUMN.rank, rank);
    let made = put(&test, of_a(), ranked(1), Label::WORD).await.expect("creates");
    let (created, row) = (made.created, made.row);
    assert!(created && row.updated_at.is_none(), "{row:?}");
    assert_eq!((row.version, row.rank), (1, Some(1)));
    let in_one = test.database.dialect().answers_writes();
    assert_eq!(log.take().len(), if in_one { 1 } else { 2 });

    let changed = put(&test, of_a(), ranked(2), Label::WORD).await.expect("changes");
    assert!(!changed.created);
    assert_eq!(log.take().len(), if in_one { 1 } else { 3 });
    let wanted = Label { rank: Some(2), version: 2, updated_at: changed.row.updated_at, ..row.clone() };
    assert_eq!(changed.row, wanted);
    assert!(changed.row.updated_at.is_some());

    // What changes nothing is no change, and what is not set stays.
    for draft in [ranked(2), label("one", A)] {
        let same = put(&test, of_a(), draft, Label::WORD).await.expect("is the same");
        assert_eq!((same.created, &same.row), (false, &changed.row));
    }
    // The key of a draft is that of a new row only.
    let other = ranked(3).with(Label::COLUMN.id, Uuid::from_u128(3));
    let changed = put(&test, full(), other, Label::WORD).await.expect("changes");
    assert_eq!((changed.row.id, changed.row.version, changed.created), (row.id, 3, false));
    let same = put(&test, full(), ranked(3).with(Label::COLUMN.id, row.id), Label::WORD).await.expect("is the same");
    assert!(!same.created);
    let emptied = put(&test, full(), label("one", A).with(Label::COLUMN.rank, None), Label::WORD).await;
    assert_eq!(emptied.expect("changes").row.rank, None);
    assert_eq!(labels(&test).await.len(), 1);
}

#[tokio::test]
async fn any_unique_key_will_do_and_the_others_hold() {
    let (test, ..) = seeded().await;
    let one = put(&test, of_a(), coded("one", A, "c1"), Label::CODE).await.expect("creates").row;
    let two = put(&test, of_a(), coded("two", A, "c2"), Label::WORD).await.expect("creates").row;
    let renamed = put(&test, of_a(), coded("uno", A, "c1"), Label::CODE).await.expect("renames");
    assert_eq!((renamed.row.id, renamed.row.word.as_str(), renamed.created), (one.id, "uno", false));
    let before = labels(&test).await;
    // The row with the key may not take another's values, whichever index the database looks at first.
    let taken = put(&test, of_a(), coded("uno", A, "c2"), Label::WORD).await;
    assert_eq!(blamed(&taken), [("code", "unique")]);
    assert_eq!(refused(taken), is("ALREADY_EXISTS", 409));
    let taken = put(&test, of_a(), coded("two", A, "c1"), Label::CODE).await;
    assert_eq!(blamed(&taken), [("clientId", "unique"), ("word", "unique")]);
    // Nor may a new one.
    let taken = put(&test, of_a(), coded("three", A, "c2"), Label::WORD).await;
    assert_eq!(blamed(&taken), [("code", "unique")]);
    let same_id = label("four", A).with(Label::COLUMN.id, two.id);
    assert_eq!(blamed(&put(&test, of_a(), same_id, Label::WORD).await), [("id", "unique")]);
    assert_eq!(labels(&test).await, before);
}

#[tokio::test]
async fn a_foreign_row_is_not_taken_over_and_answers_like_a_creation() {
    let (test, ..) = seeded().await;
    write(&test.database, full(), async |w| w.create(coded("of B", B, "b")).await).await.expect("creates");
    let before = labels(&test).await;
    let mine = || coded("of A", A, "b").with(Label::COLUMN.rank, 9);
    let created = write(&test.database, of_a(), async |w| w.create(mine()).await).await.expect_err("is taken");
    let put_over = put(&test, of_a(), mine(), Label::CODE).await.expect_err("is taken");
    assert_eq!((put_over.code(), put_over.status()), ("ALREADY_EXISTS", 409));
    assert_eq!(put_over.extensions(), created.extensions());
    // Into another organization nothing is put, whoever has the key there.
    for draft in [coded("of B", B, "b"), coded("new", B, "new"), label("of B", B)] {
        let denied = put(&test, of_a(), draft.with(Label::COLUMN.rank, 9), Label::WORD).await;
        assert_eq!(refused(denied), is("PERMISSION_DENIED", 403));
    }
    assert_eq!(labels(&test).await, before);
    // Its own row cannot be moved along.
    put(&test, of_a(), coded("mine", A, "a"), Label::CODE).await.expect("creates");
    let moved = put(&test, of_a(), coded("mine", B, "a"), Label::CODE).await;
    assert_eq!(refused(moved), is("PERMISSION_DENIED", 403));
    let moved = put(&test, full(), coded("mine", B, "a"), Label::CODE).await.expect("moves");
    assert_eq!((moved.row.client_id, moved.created), (B, false));
}

/// An owner may write products of any client, but not move them to one.
#[tokio::test]
async fn an_owner_moves_nothing_to_an_organization() {
    let (test, a, b) = seeded().await;
    let before = read_all(&test.database).await;
    let own_put = async |client: Uuid, name: &str| {
        let draft = product(name, client).with(Product::COLUMN.owner_id, ME);
        write(&test.database, own(), async |w| w.upsert(draft, NAME).await).await
    };
    assert_eq!(refused(own_put(B, &a.name).await), is("PERMISSION_DENIED", 403));
    assert_eq!(refused(own_put(B, &b.name).await), is("PERMISSION_DENIED", 403));
    assert_eq!(read_all(&test.database).await, before);
}

#[tokio::test]
async fn references_and_values_are_checked_before() {
    let (test, a, _) = seeded().await;
    let before = read_all(&test.database).await;
    let put = async |draft: Draft<Product>| write(&test.database, of_a(), async |w| w.upsert(draft, NAME).await).await;
    let lost = put(product(&a.name, A).with(Product::COLUMN.category_id, "NONE")).await;
    assert_eq!(blamed(&lost), [("categoryId", "reference")]);
    assert_eq!(refused(lost), is("NOT_FOUND", 404));
    let long = put(product("a name that is too long for its column", A)).await;
    assert_eq!(blamed(&long), [("name", "length")]);
    let short = put(Draft::new().with(Product::COLUMN.name, a.name.clone())).await;
    assert_eq!(blamed(&short).len(), 3, "a row that is not there would need them: {short:?}");
    assert_eq!(read_all(&test.database).await, before);
    let dear = put(product(&a.name, A).with(Product::COLUMN.price, Decimal::TWO)).await.expect("changes");
    assert_eq!((dear.row.price, dear.row.id, dear.row.owner_id), (Decimal::TWO, a.id, Some(ME)));
}

#[tokio::test]
async fn deleted_rows_have_no_key() {
    let (test, ..) = seeded().await;
    let first = put(&test, of_a(), coded("one", A, "c"), Label::WORD).await.expect("creates").row;
    write(&test.database, of_a(), async |w| w.delete::<Label>(first.id).await).await.expect("deletes");
    let second = put(&test, of_a(), coded("one", A, "c"), Label::WORD).await.expect("creates");
    assert!(second.created && second.row.id != first.id);
    let third =
        put(&test, of_a(), coded("one", A, "c").with(Label::COLUMN.rank, 1), Label::CODE).await.expect("changes");
    assert_eq!((third.created, third.row.id, third.row.deleted_at), (false, second.row.id, None));
    let rows = labels(&test).await;
    let old = rows.iter().find(|row| row.id == first.id).expect("stays");
    assert_eq!((old.rank, old.deleted_at.is_some()), (None, true));
}

#[tokio::test]
async fn a_draft_has_its_key_and_nothing_of_lys() {
    let (test, ..) = seeded().await;
    let missing = put(&test, full(), label("one", A), Label::CODE).await;
    assert_eq!(blamed(&missing), [("code", "required")]);
    let null = put(&test, full(), label("one", A).with(Label::COLUMN.code, None), Label::CODE).await;
    assert_eq!(refused(null), is("INVALID_INPUT", 400));
    let time = chrono::Utc::now();
    for draft in [
        label("one", A).with(Label::COLUMN.version, 1),
        label("one", A).with(Label::COLUMN.created_at, time),
        label("one", A).with(Label::COLUMN.deleted_at, time),
    ] {
        assert_eq!(refused(put(&test, full(), draft, Label::WORD).await), is("INTERNAL_ERROR", 500));
    }
    let no_key = put(&test, full(), label("one", A), Unique::new(&[2])).await;
    assert_eq!(refused(no_key), is("INTERNAL_ERROR", 500));
    assert!(labels(&test).await.is_empty());
}

/// However many put the same key at once, there is one row, one of them has made it, and none has failed.
#[tokio::test]
async fn a_race_leaves_one_row() {
    let (test, ..) = seeded().await;
    for round in 0..5 {
        let word = format!("round {round}");
        let one = |rank: i32| {
            let draft = label(&word, A).with(Label::COLUMN.rank, rank);
            put(&test, of_a(), draft, Label::WORD)
        };
        let answers = tokio::join!(one(1), one(2));
        let rows = [answers.0.expect("succeeds"), answers.1.expect("succeeds")];
        assert_eq!(rows.iter().filter(|row| row.created).count(), 1, "{rows:?}");
        assert_eq!(rows[0].row.id, rows[1].row.id);
        let last = rows.iter().find(|row| !row.created).expect("is changed");
        let stored = labels(&test).await.into_iter().find(|row| row.id == last.row.id).expect("is there");
        assert_eq!((stored.version, stored.rank), (2, last.row.rank));
    }
    assert_eq!(labels(&test).await.len(), 5);
}
