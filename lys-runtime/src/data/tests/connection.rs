//! The connection: transactions, one writer, other databases.

use sea_orm::EntityTrait;

use super::*;
use crate::{data::DatabaseOptions, error::Error};

#[tokio::test]
async fn a_rolled_back_or_dropped_transaction_leaves_no_trace() {
    let (test, a, _) = seeded().await;
    let before = read_all(&test.database).await;
    let failed: Result<()> = write(&test.database, full(), async |w| {
        w.create(product("new", A)).await?;
        w.delete::<Product>(a.id).await?;
        assert_eq!(w.count(Product::select()).await?, 2, "a transaction sees its own writes");
        Err(Error::permission_denied())
    })
    .await;
    assert!(failed.is_err());
    assert_eq!(read_all(&test.database).await, before);

    let transaction = test.database.begin().await.expect("begins");
    let decision = full();
    Writer::new(&test.database, &transaction, &decision).delete::<Product>(a.id).await.expect("deletes");
    drop(transaction);
    assert_eq!(read_all(&test.database).await, before);
}

#[tokio::test]
async fn a_part_that_fails_is_undone_by_itself() {
    let (test, a, _) = seeded().await;
    let taken = || product("of A", A);
    let doomed = write(&test.database, full(), async |w| {
        assert_eq!(refused(w.create(taken()).await), is("ALREADY_EXISTS", 409));
        w.create(product("new", A)).await
    });
    assert_eq!(refused(doomed.await), is("INTERNAL_ERROR", 500));

    let kept = write(&test.database, full(), async |w| {
        w.create(product("first", A)).await?;
        let part = w.part(async |w| {
            w.update::<Product>(a.id, |row| row.name = "undone".to_owned()).await?;
            let inner = w.part(async |w| w.create(taken()).await.map(drop)).await;
            assert!(inner.is_ok(), "the name is free by now: {inner:?}");
            w.create(taken()).await
        });
        assert_eq!(refused(part.await), is("ALREADY_EXISTS", 409));
        let swallowed = w.part(async |w| {
            let _ = w.create(taken()).await;
            Ok(())
        });
        assert_eq!(refused(swallowed.await), is("INTERNAL_ERROR", 500));
        w.part(async |w| w.create(product("second", A)).await.map(drop)).await
    });
    kept.await.expect("commits");
    let mut names: Vec<String> = read_all(&test.database).await.into_iter().map(|row| row.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["first", "of A", "of B", "second"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_at_the_same_time_lose_nothing_and_are_never_busy() {
    let (test, a, _) = seeded().await;
    let counter = write(&test.database, full(), async |w| w.create(item(&a, A)).await).await.expect("creates");
    let tasks = (0..64).map(|_| {
        let (database, key) = (test.database.clone(), counter.id);
        tokio::spawn(async move {
            let decision = of_a();
            let transaction = database.begin().await?;
            Writer::new(&database, &transaction, &decision).update::<Item>(key, |row| row.count += 1).await?;
            transaction.commit().await
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("no panic").expect("writes");
    }
    let decision = full();
    let row: Item = Reader::new(&test.database, None, &decision).get(counter.id).await.expect("reads");
    assert_eq!(row.count, 64);
}

#[tokio::test]
async fn readers_cannot_write() {
    let (test, ..) = seeded().await;
    let error = test.database.read_all("DELETE FROM product".to_owned(), Vec::new()).await.expect_err("refused");
    assert!(error.is_internal());
}

#[tokio::test]
async fn rows_are_seaorm_models_too() {
    let (test, a, _) = seeded().await;
    #[expect(clippy::disallowed_methods, reason = "the way past lys is what is tested")]
    let found = <Product as Entity>::SeaOrm::find_by_id(a.id);
    assert_eq!(found.one(test.database.sea_orm()).await.expect("reads"), Some(a));
}

#[tokio::test]
async fn other_databases_are_refused_by_name() {
    for url in ["oracle://user:hunter2@host/db", "nonsense", "sqlite::memory:"] {
        let error = Database::connect(url, &DatabaseOptions::default()).await.expect_err("refused");
        let text = std::error::Error::source(&error).expect("a cause").to_string();
        assert!(text.contains("sqlite://"), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}
