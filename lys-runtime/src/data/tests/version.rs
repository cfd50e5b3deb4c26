//! A version column: counted by lys, and a change made on an old one is refused.

use super::*;

async fn an_item() -> (TestDatabase, Item) {
    let (test, a, _) = seeded().await;
    let created = write(&test.database, of_a(), async |w| w.create(item(&a, A)).await).await.expect("creates");
    (test, created)
}

async fn items(test: &TestDatabase) -> Vec<Item> {
    Reader::new(&test.database, None, &full()).list(Item::select()).await.expect("reads")
}

fn counted(row: &Item, count: i64) -> Draft<Item> {
    Draft::of(row.clone()).with(Item::COLUMN.count, count)
}

#[tokio::test]
async fn a_version_starts_at_1_and_counts_every_change() {
    let (test, created) = an_item().await;
    assert_eq!(created.version, 1);
    let changed = write(&test.database, of_a(), async |w| w.save(counted(&created, 5)).await).await.expect("changes");
    assert_eq!((changed.version, changed.count), (2, 5));
    let same = write(&test.database, of_a(), async |w| w.save(counted(&changed, 5)).await).await.expect("is the same");
    assert_eq!(same.version, 2);
    let again = write(&test.database, full(), async |w| w.update::<Item>(created.id, |row| row.count = 6).await).await;
    assert_eq!(again.expect("changes").version, 3);
}

#[tokio::test]
async fn a_change_on_an_old_version_is_refused_and_writes_nothing() {
    let (test, created) = an_item().await;
    write(&test.database, of_a(), async |w| w.save(counted(&created, 5)).await).await.expect("changes");
    let before = items(&test).await;
    let stale = || is("STALE_VERSION", 409);
    for decision in [of_a(), full()] {
        let lost = write(&test.database, &decision, async |w| w.save(counted(&created, 7)).await).await;
        assert_eq!(refused(lost), stale());
        let old = Draft::of(before[0].clone()).with(Item::COLUMN.version, 1).with(Item::COLUMN.count, 7);
        assert_eq!(refused(write(&test.database, &decision, async |w| w.save(old).await).await), stale());
        let only_asked = Draft::of(before[0].clone()).with(Item::COLUMN.version, 1);
        assert_eq!(refused(write(&test.database, &decision, async |w| w.save(only_asked).await).await), stale());
        let by_row = write(&test.database, &decision, async |w| {
            w.update::<Item>(created.id, |row| (row.version, row.count) = (1, 7)).await
        });
        assert_eq!(refused(by_row.await), stale());
        let gone = write(&test.database, &decision, async |w| w.delete_read(created.clone()).await).await;
        assert_eq!(refused(gone), stale());
    }
    let unchanged = write(&test.database, of_a(), async |w| w.save(Draft::of(created.clone())).await).await;
    assert_eq!(refused(unchanged), stale());
    assert_eq!(items(&test).await, before);
}

#[tokio::test]
async fn a_foreign_row_has_no_version_to_tell() {
    let (test, created) = an_item().await;
    let of_b = decide(Claims::user(ME).organization("client", B, ["change"]), &Audience::default());
    let lost = write(&test.database, &of_b, async |w| w.save(counted(&created, 7)).await).await;
    assert_eq!(refused(lost), is("PERMISSION_DENIED", 403));
    let moved = counted(&created, 7).with(Item::COLUMN.client_id, B);
    let taken = write(&test.database, &of_b, async |w| w.save(moved).await).await;
    assert_eq!(refused(taken), is("NOT_FOUND", 404));
    let gone = write(&test.database, &of_b, async |w| w.delete_read(created.clone()).await).await;
    assert_eq!(refused(gone), is("NOT_FOUND", 404));
    assert_eq!(items(&test).await, [created]);
}

#[tokio::test]
async fn a_new_row_has_no_version_of_its_own() {
    let (test, a, _) = seeded().await;
    let draft = item(&a, A).with(Item::COLUMN.version, 7);
    let error = write(&test.database, of_a(), async |w| w.create(draft).await).await.expect_err("refused");
    assert_eq!(error.code(), "INVALID_INPUT");
    assert_eq!(error.extensions()["fields"][0]["path"], serde_json::json!(["version"]));
    assert!(items(&test).await.is_empty());
}

/// Each adds 1 to what it has read, and starts anew when it was late.
#[tokio::test]
async fn concurrent_writers_lose_nothing() {
    let (test, created) = an_item().await;
    let (database, decision) = (&test.database, &full());
    let add = async || {
        loop {
            let read: Item = Reader::new(database, None, decision).get(created.id).await.expect("reads");
            tokio::task::yield_now().await;
            match write(database, decision, async |w| w.save(counted(&read, read.count + 1)).await).await {
                Ok(_) => break,
                Err(error) => assert_eq!(error.code(), "STALE_VERSION"),
            }
        }
    };
    futures_util::future::join_all((0..8).map(|_| add())).await;
    let rows = items(&test).await;
    assert_eq!((rows[0].count, rows[0].version), (8, 9));
}
