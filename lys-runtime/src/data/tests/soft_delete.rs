//! Deleted rows stay in their table: nothing sees them but what says so, and their unique values are free.

use super::*;
use crate::data::Select;

fn of_b() -> Decision {
    decide(Claims::user(ME).organization("client", B, ["change"]), &Audience::default())
}

/// Three labels: one of A, one of A that is deleted, and one of B.
async fn labels() -> (TestDatabase, [Label; 3]) {
    let (test, ..) = seeded().await;
    let made = write(&test.database, full(), async |w| {
        let live = w.create(label("live", A).with(Label::COLUMN.code, "one".to_owned())).await?;
        let dead = w.create(label("dead", A).with(Label::COLUMN.code, "two".to_owned())).await?;
        w.create(Draft::new().with(Sticker::COLUMN.label_id, dead.id).with(Sticker::COLUMN.size, 1)).await?;
        w.create(Draft::new().with(Sticker::COLUMN.label_id, live.id).with(Sticker::COLUMN.size, 2)).await?;
        w.delete::<Label>(dead.id).await?;
        Ok([live, dead, w.create(label("of B", B)).await?])
    });
    let made = made.await.expect("seeds");
    (test, made)
}

/// Every row of the table, deleted or not.
async fn everything(test: &TestDatabase) -> Vec<Label> {
    Reader::new(&test.database, None, &full()).list(Label::select().with_deleted()).await.expect("reads")
}

fn words(rows: &[Label]) -> Vec<&str> {
    let mut words: Vec<&str> = rows.iter().map(|row| row.word.as_str()).collect();
    words.sort_unstable();
    words
}

#[tokio::test]
async fn a_deletion_is_one_update_that_counts_as_a_change() {
    let (test, [live, ..]) = labels().await;
    let log = test.database.statement_log();
    write(&test.database, of_a(), async |w| w.delete::<Label>(live.id).await).await.expect("deletes");
    let statements = generic(log.take());
    assert_eq!(statements.len(), 1, "{statements:?}");
    let wanted = r#"UPDATE "label" SET "deleted_at" = "#;
    assert!(statements[0].starts_with(wanted), "{statements:?}");
    assert!(statements[0].ends_with(r#" AND "deleted_at" IS NULL"#), "{statements:?}");
    let kept = everything(&test).await.into_iter().find(|row| row.id == live.id).expect("stays");
    assert!(kept.deleted_at.is_some());
    assert_eq!((kept.version, kept.updated_at), (live.version + 1, live.updated_at));
}

#[tokio::test]
async fn nothing_sees_a_deleted_row_whatever_its_right() {
    let (test, [live, dead, _]) = labels().await;
    for decision in [full(), of_a(), Decision::system("a job")] {
        let reader = Reader::new(&test.database, None, &decision);
        let unscoped = reader.unscoped("a test");
        for reader in [reader, unscoped] {
            assert_eq!(refused(reader.get::<Label>(dead.id).await), is("NOT_FOUND", 404));
            assert_eq!(reader.find::<Label>(dead.id).await.expect("reads"), None);
            let found = reader.get_multiple::<Label>(&[dead.id, live.id]).await.expect("reads");
            assert_eq!(words(&found), ["live"]);
            let asked = || Label::select().filter(Label::COLUMN.word.eq("dead"));
            assert_eq!(reader.first(asked()).await.expect("reads"), None);
            assert!(reader.list(asked()).await.expect("reads").is_empty());
            assert_eq!(reader.count(asked()).await.expect("counts"), 0);
            assert!(!reader.exists(asked()).await.expect("asks"));
            // No condition reaches beyond.
            let late =
                Label::select().filter(Label::COLUMN.deleted_at.is_null().not().or(Label::COLUMN.rank.is_null()));
            assert!(!words(&reader.list(late).await.expect("reads")).contains(&"dead"));
            let raw = Label::select().filter(super::super::Condition::raw("1 = 1 OR 2 = 2", vec![]));
            assert!(!words(&reader.list(raw).await.expect("reads")).contains(&"dead"));
        }
    }
}

#[tokio::test]
async fn relations_lead_to_no_deleted_row() {
    let (test, [live, ..]) = labels().await;
    let decision = full();
    let reader = Reader::new(&test.database, None, &decision);
    let sizes = async |select: Select<Sticker>| -> Vec<i32> {
        reader.list(select).await.expect("reads").iter().map(|row| row.size).collect()
    };
    let any = || Label::COLUMN.rank.is_null();
    assert_eq!(sizes(Sticker::select().filter(Sticker::LABEL.is(any()))).await, [2]);
    assert_eq!(sizes(Sticker::select().filter(Sticker::LABEL.is(any()).not())).await, [1]);
    // What a deleted row is related to is seen, when the row itself is.
    let small = Label::STICKERS.some(Sticker::COLUMN.size.lt(3));
    let found = reader.list(Label::select().with_deleted().filter(small)).await.expect("reads");
    assert_eq!(words(&found), ["dead", "live"]);
    let small = Label::STICKERS.some(Sticker::COLUMN.size.lt(3));
    assert_eq!(reader.list(Label::select().filter(small)).await.expect("reads"), [live]);
}

#[tokio::test]
async fn only_a_select_shows_deleted_rows_and_inside_the_scope() {
    let (test, _) = labels().await;
    let (a, b) = (of_a(), of_b());
    let list = async |decision: &Decision, select: Select<Label>| {
        Reader::new(&test.database, None, decision).list(select).await.expect("reads")
    };
    assert_eq!(words(&list(&a, Label::select().with_deleted()).await), ["dead", "live"]);
    assert_eq!(words(&list(&a, Label::select().only_deleted()).await), ["dead"]);
    assert_eq!(words(&list(&b, Label::select().only_deleted()).await), [""; 0]);
    let reader = Reader::new(&test.database, None, &a);
    assert_eq!(reader.count(Label::select().only_deleted()).await.expect("counts"), 1);
    assert!(reader.exists(Label::select().only_deleted()).await.expect("asks"));
}

#[tokio::test]
async fn a_deleted_row_is_not_there_to_be_written() {
    let (test, [live, dead, _]) = labels().await;
    let before = everything(&test).await;
    let mut read = before.iter().find(|row| row.id == dead.id).expect("is there").clone();
    read.deleted_at = None;
    for decision in [full(), of_a()] {
        let lost = || is("NOT_FOUND", 404);
        let decision = &decision;
        let write = async |work: &dyn Fn(Draft<Label>) -> Draft<Label>| {
            let draft = work(Draft::of(read.clone()));
            refused(write(&test.database, decision, async |w| w.save(draft).await).await)
        };
        assert_eq!(write(&|draft| draft.with(Label::COLUMN.rank, 1)).await, lost());
        assert_eq!(write(&|draft| draft).await, lost());
        let run = async |answer: Result<()>| assert_eq!(refused(answer), lost());
        let database = &test.database;
        run(super::write(database, decision, async |w| w.delete::<Label>(dead.id).await).await).await;
        run(super::write(database, decision, async |w| w.delete_many::<Label>(&[live.id, dead.id]).await).await).await;
        run(super::write(database, decision, async |w| w.delete_read(read.clone()).await).await).await;
        let change = async |w: &Writer<'_>| w.update::<Label>(dead.id, |row| row.rank = Some(1)).await.map(drop);
        run(super::write(database, decision, change).await).await;
        let keys = [live.id, dead.id];
        let change = async |w: &Writer<'_>| w.update_many::<Label>(&keys, |row| row.rank = Some(1)).await.map(drop);
        run(super::write(database, decision, change).await).await;
        let all = async |w: &Writer<'_>| w.delete_where(Label::select().only_deleted()).await;
        assert_eq!(super::write(database, decision, all).await.expect("finds none"), 0);
    }
    assert_eq!(everything(&test).await, before);
    let ranked = async |w: &Writer<'_>| w.update_where(Label::select(), Draft::new().with(Label::COLUMN.rank, 1)).await;
    assert_eq!(write(&test.database, of_a(), ranked).await.expect("changes"), 1);
    assert_eq!(write(&test.database, of_a(), async |w| w.delete_where(Label::select()).await).await.expect("ends"), 1);
}

#[tokio::test]
async fn nothing_new_refers_to_a_deleted_row() {
    let (test, [live, dead, _]) = labels().await;
    let stick = |label: Uuid| Draft::new().with(Sticker::COLUMN.label_id, label).with(Sticker::COLUMN.size, 9);
    let created = write(&test.database, full(), async |w| w.create(stick(dead.id)).await).await;
    assert_eq!(blamed(&created), [("labelId", "reference")]);
    assert_eq!(refused(created), is("NOT_FOUND", 404));
    let many = write(&test.database, full(), async |w| w.create_many(vec![stick(live.id), stick(dead.id)]).await).await;
    assert_eq!(refused(many), is("NOT_FOUND", 404));
    let moved = write(&test.database, full(), async |w| {
        let mut row = w.create(stick(live.id)).await?;
        row.label_id = dead.id;
        w.update::<Sticker>(row.id, |old| *old = row).await
    });
    assert_eq!(refused(moved.await), is("NOT_FOUND", 404));
}

#[tokio::test]
async fn unique_values_of_deleted_rows_are_free_and_a_restoration_wants_them_back() {
    let (test, [live, dead, _]) = labels().await;
    let again = label("dead", A).with(Label::COLUMN.code, "two".to_owned());
    let second = write(&test.database, of_a(), async |w| w.create(again).await).await.expect("is free");
    let taken = write(&test.database, of_a(), async |w| w.create(label("dead", A)).await).await;
    assert_eq!(blamed(&taken), [("clientId", "unique"), ("word", "unique")]);
    assert_eq!(refused(taken), is("ALREADY_EXISTS", 409));
    let renamed = write(&test.database, of_a(), async |w| {
        w.update::<Label>(live.id, |row| row.code = Some("two".to_owned())).await
    });
    assert_eq!(blamed(&renamed.await), [("code", "unique")]);
    let restored = write(&test.database, of_a(), async |w| w.restore::<Label>(dead.id).await).await;
    assert!(matches!(&blamed(&restored)[..], [("code", "unique")] | [("clientId", "unique"), ("word", "unique")]));
    assert_eq!(refused(restored), is("ALREADY_EXISTS", 409));
    // Rows may be deleted with the same values more than once.
    write(&test.database, of_a(), async |w| w.delete::<Label>(second.id).await).await.expect("deletes");
    let back = write(&test.database, of_a(), async |w| w.restore::<Label>(dead.id).await).await.expect("restores");
    assert_eq!((back.deleted_at, back.code.as_deref(), back.version), (None, Some("two"), dead.version + 2));
    assert!(back.updated_at.is_some());
    let taken = write(&test.database, of_a(), async |w| w.restore::<Label>(second.id).await).await;
    assert_eq!(refused(taken), is("ALREADY_EXISTS", 409));
    // A key is never free.
    write(&test.database, of_a(), async |w| w.delete::<Label>(dead.id).await).await.expect("deletes");
    let same = |id| label("x", A).with(Label::COLUMN.id, id);
    let drafts = vec![same(Uuid::from_u128(77)), same(dead.id).with(Label::COLUMN.word, "y")];
    let error = write(&test.database, of_a(), async |w| w.create_many(drafts).await).await.expect_err("is taken");
    assert_eq!(error.extensions()["fields"][0]["path"], serde_json::json!([1, "id"]));
}

#[tokio::test]
async fn a_restoration_is_one_update_inside_the_scope() {
    let (test, [live, dead, _]) = labels().await;
    let before = everything(&test).await;
    let restore =
        async |decision: Decision, key| write(&test.database, decision, async |w| w.restore::<Label>(key).await).await;
    assert_eq!(refused(restore(of_b(), dead.id).await), is("NOT_FOUND", 404));
    assert_eq!(refused(restore(of_a(), live.id).await), is("NOT_FOUND", 404));
    assert_eq!(refused(restore(of_a(), Uuid::from_u128(5)).await), is("NOT_FOUND", 404));
    assert_eq!(everything(&test).await, before);
    let log = test.database.statement_log();
    restore(of_a(), dead.id).await.expect("restores");
    let statements = log.take();
    let expected = if test.database.dialect().answers_writes() { 1 } else { 2 };
    assert_eq!(statements.len(), expected, "{statements:?}");
}

#[tokio::test]
async fn a_purge_removes_the_row_itself() {
    let (test, [live, dead, other]) = labels().await;
    let purge =
        async |decision: Decision, key| write(&test.database, decision, async |w| w.purge::<Label>(key).await).await;
    assert_eq!(refused(purge(of_b(), dead.id).await), is("NOT_FOUND", 404));
    // A sticker refers to it, deleted as it is.
    assert_eq!(refused(purge(of_a(), dead.id).await), is("STILL_REFERENCED", 409));
    assert_eq!(everything(&test).await.len(), 3);
    let loose = async |w: &Writer<'_>| w.delete_where(Sticker::select()).await;
    write(&test.database, full(), loose).await.expect("deletes");
    let old = async |w: &Writer<'_>| w.purge_where(Label::select().only_deleted()).await;
    assert_eq!(write(&test.database, of_b(), old).await.expect("purges"), 0);
    assert_eq!(write(&test.database, of_a(), old).await.expect("purges"), 1);
    purge(of_b(), other.id).await.expect("a row need not be deleted before");
    assert_eq!(words(&everything(&test).await), ["live"]);
    assert_eq!(refused(purge(of_a(), dead.id).await), is("NOT_FOUND", 404));
    purge(of_a(), live.id).await.expect("purges");
}

#[tokio::test]
async fn a_deletion_has_no_draft() {
    let (test, [live, ..]) = labels().await;
    let before = everything(&test).await;
    let time = chrono::Utc::now();
    let new = label("new", A).with(Label::COLUMN.deleted_at, time);
    let created = write(&test.database, full(), async |w| w.create(new).await).await;
    assert_eq!(blamed(&created), [("deletedAt", "deleted")]);
    let edit = Draft::of(live.clone()).with(Label::COLUMN.deleted_at, time);
    let edited = write(&test.database, full(), async |w| w.save(edit).await).await;
    assert_eq!(refused(edited), is("INTERNAL_ERROR", 500));
    let all = Draft::new().with(Label::COLUMN.deleted_at, time);
    let edited = write(&test.database, full(), async |w| w.update_where(Label::select(), all).await).await;
    assert_eq!(refused(edited), is("INTERNAL_ERROR", 500));
    assert_eq!(everything(&test).await, before);
}

/// Of two deletions at once one finds the row, and of two restorations too.
#[tokio::test]
async fn a_row_ends_once() {
    let (test, [live, ..]) = labels().await;
    let (database, decision) = (&test.database, &full());
    let delete = || write(database, decision, async |w| w.delete::<Label>(live.id).await);
    let answers = tokio::join!(delete(), delete());
    assert_eq!([answers.0.is_ok(), answers.1.is_ok()].iter().filter(|ok| **ok).count(), 1, "{answers:?}");
    let restore = || write(database, decision, async |w| w.restore::<Label>(live.id).await);
    let answers = tokio::join!(restore(), restore());
    assert_eq!([answers.0.is_ok(), answers.1.is_ok()].iter().filter(|ok| **ok).count(), 1, "{answers:?}");
    let row = everything(&test).await.into_iter().find(|row| row.id == live.id).expect("is there");
    assert_eq!((row.deleted_at, row.version), (None, 3));
}
