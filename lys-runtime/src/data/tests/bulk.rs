//! Many rows at once: all of them or none, by one statement for each table, and errors say which row.

use serde_json::json;

use super::*;
use crate::{error::Error, operation::PublicType};

fn numbered(count: usize, client: Uuid) -> Vec<Draft<Product>> {
    (0..count).map(|number| product(&format!("p{number:05}"), client)).collect()
}

#[track_caller]
fn fault<T: std::fmt::Debug>(answer: Result<T>) -> (String, serde_json::Value) {
    let error: Error = answer.expect_err("refused");
    let of_field = error.extensions().get("fields").map(|fields| &fields[0]["path"]);
    let path = of_field.or_else(|| error.extensions().get("path")).cloned().unwrap_or_default();
    (error.code().to_owned(), path)
}

fn at(code: &str, path: serde_json::Value) -> (String, serde_json::Value) {
    (code.to_owned(), path)
}

/// What a batch says that is refused half-way, to a caller who goes on as if nothing had happened.
async fn swallowed<T: std::fmt::Debug>(
    test: &TestDatabase,
    work: impl AsyncFnOnce(&Writer<'_>) -> Result<T>,
) -> (String, serde_json::Value) {
    let mut said = None;
    let committed = write(&test.database, full(), async |w| {
        said = work(w).await.err();
        Ok(())
    });
    assert_eq!(refused(committed.await), is("INTERNAL_ERROR", 500));
    let error = said.expect("refused");
    (error.code().to_owned(), error.extensions()["fields"][0]["path"].clone())
}

#[tokio::test]
async fn many_rows_are_one_statement_and_come_back_in_order() {
    let (test, a, _) = seeded().await;
    let log = test.database.statement_log();
    let created = write(&test.database, of_a(), async |w| w.create_many(numbered(50, A)).await).await.expect("creates");
    assert_eq!(created[49].name, "p00049");
    assert!(created.is_sorted_by_key(|row| row.name.clone()));
    let statements = generic(log.take());
    // A category has no scope: the constraint would do, but it could not say which row is at fault.
    assert_eq!(statements.len(), 2, "{statements:?}");
    assert!(statements[0].starts_with(r#"SELECT 1 FROM "category" WHERE "id" = "#), "{statements:?}");
    assert!(statements[1].starts_with(r#"INSERT INTO "product" ("#), "{statements:?}");

    let drafts = (0..30_u8).map(|number| item(if number % 2 == 0 { &a } else { &created[0] }, A)).collect();
    write(&test.database, of_a(), async |w| w.create_many::<Item>(drafts).await).await.expect("creates");
    let statements = generic(log.take());
    assert_eq!(statements.len(), 2, "{statements:?}");
    assert!(statements[0].starts_with(r#"SELECT "id" FROM "product" WHERE "id" "#), "{statements:?}");

    let keys: Vec<Uuid> = created.iter().map(|row| row.id).rev().collect();
    let rename =
        async |w: &Writer<'_>| w.update_many::<Product>(&keys, |row| row.name = format!("n{}", &row.name)).await;
    let renamed = write(&test.database, of_a(), rename).await.expect("renames");
    assert_eq!(renamed.iter().map(|row| row.id).collect::<Vec<_>>(), keys);
    assert_eq!((renamed[0].name.as_str(), renamed[49].name.as_str()), ("np00049", "np00000"));
    assert!(renamed.iter().all(|row| row.updated_at.is_some()));
    let statements = generic(log.take());
    assert_eq!(statements.len(), 2, "{statements:?}");
    let each = if test.database.dialect().answers_writes() { r#""lys_values"."column2""# } else { "CASE " };
    assert!(statements[1].starts_with(&format!(r#"UPDATE "product" SET "name" = {each}"#)), "{statements:?}");

    let raise = Draft::new().with(Product::COLUMN.price, Decimal::ONE);
    let raise = write(&test.database, of_a(), async |w| w.update_where(Product::select(), raise).await).await;
    assert_eq!(raise.expect("changes"), 51);
    assert_eq!(log.take().len(), 1);
    assert_eq!(read_all(&test.database).await.iter().filter(|row| row.price == Decimal::ONE).count(), 51);
    let _ = log.take();

    let gone = write(&test.database, of_a(), async |w| w.delete_many::<Product>(&keys[..49]).await).await;
    gone.expect("deletes");
    assert_eq!(log.take().len(), 2);
    let left = Product::select().filter(Product::COLUMN.name.ne("p00000"));
    let denied = write(&test.database, of_a(), async |w| w.delete_where(left).await).await;
    assert_eq!(fault(denied), at("STILL_REFERENCED", json!(null)));
    let items = write(&test.database, of_a(), async |w| w.delete_where(Item::select()).await).await;
    assert_eq!(items.expect("deletes"), 30);
    let left = Product::select().filter(Product::COLUMN.price.eq(Decimal::ONE));
    assert_eq!(write(&test.database, of_a(), async |w| w.delete_where(left).await).await.expect("deletes"), 2);
    assert_eq!(read_all(&test.database).await.len(), 1);
}

#[tokio::test]
async fn a_batch_is_cut_where_the_database_binds_no_more_and_stays_whole() {
    let (test, ..) = seeded().await;
    let log = test.database.statement_log();
    let created =
        write(&test.database, full(), async |w| w.create_many(numbered(9_000, A)).await).await.expect("creates");
    // SQLite binds half as many values as the servers.
    assert_eq!(log.take().len(), if test.database.dialect() == Dialect::Sqlite { 1 + 3 } else { 1 + 2 });
    assert_eq!(created[8_999].name, "p08999");

    let mut drafts: Vec<Draft<Product>> =
        created.iter().map(|row| Draft::of(row.clone()).with(Product::COLUMN.price, Decimal::TWO)).collect();
    drafts[8_998] = Draft::of(created[8_998].clone()).with(Product::COLUMN.name, "of B");
    let before = read_all(&test.database).await;
    assert_eq!(
        swallowed(&test, async |w| w.save_many(drafts).await).await,
        at("ALREADY_EXISTS", json!([8998, "name"]))
    );
    assert_eq!(read_all(&test.database).await, before);

    let mut drafts = numbered(9_000, A);
    for (number, draft) in drafts.iter_mut().enumerate() {
        draft.set(Product::COLUMN.name, format!("q{number}"));
    }
    drafts[8_999].set(Product::COLUMN.name, "of A");
    assert_eq!(
        swallowed(&test, async |w| w.create_many(drafts).await).await,
        at("ALREADY_EXISTS", json!([8999, "name"]))
    );
    assert_eq!(read_all(&test.database).await, before);

    let keys: Vec<Uuid> = created.iter().map(|row| row.id).chain([Uuid::nil()]).collect();
    let missing = write(&test.database, full(), async |w| Ok(w.delete_many::<Product>(&keys).await)).await;
    assert_eq!(fault(missing.expect("commits")), at("NOT_FOUND", json!([9000])));
    assert_eq!(read_all(&test.database).await, before);
}

#[tokio::test]
async fn errors_name_the_row_and_nothing_is_written() {
    let (test, a, b) = seeded().await;
    let before = read_all(&test.database).await;
    let refuse = async |spoil: &dyn Fn(&mut Draft<Product>)| {
        let mut drafts = numbered(5, A);
        spoil(&mut drafts[3]);
        let log = test.database.statement_log();
        let _ = log.take();
        let answer = write(&test.database, of_a(), async |w| w.create_many(drafts).await).await;
        let statements = generic(log.take());
        assert_eq!(read_all(&test.database).await, before);
        (fault(answer), statements.iter().any(|sql| sql.starts_with("INSERT")))
    };
    let foreign = refuse(&|draft| _ = draft.set(Product::COLUMN.client_id, B)).await;
    assert_eq!(foreign, (at("PERMISSION_DENIED", json!([3])), false));
    let unknown = refuse(&|draft| _ = draft.set(Product::COLUMN.category_id, "NONE")).await;
    assert_eq!(unknown, (at("NOT_FOUND", json!([3, "categoryId"])), false));
    let taken = refuse(&|draft| _ = draft.set(Product::COLUMN.name, "of B")).await;
    assert_eq!(taken, (at("ALREADY_EXISTS", json!([3, "name"])), true));
    let twice = refuse(&|draft| _ = draft.set(Product::COLUMN.name, "p00001")).await;
    assert_eq!(twice, (at("ALREADY_EXISTS", json!([3, "name"])), true));
    let same_key = refuse(&|draft| _ = draft.set(Product::COLUMN.id, b.id)).await;
    assert_eq!(same_key, (at("ALREADY_EXISTS", json!([3, "id"])), true));

    let mut drafts = numbered(3, A);
    drafts[0].set(Product::COLUMN.name, "a name that is far too long");
    drafts[2].set(Product::COLUMN.price, Decimal::new(1, 5));
    let error = write(&test.database, of_a(), async |w| w.create_many(drafts).await).await.expect_err("refused");
    let paths: Vec<_> = error.extensions()["fields"].as_array().expect("a list").iter().map(|it| &it["path"]).collect();
    assert_eq!(paths, [&json!([0, "name"]), &json!([2, "price"])]);

    let items = vec![item(&a, A), item(&b, A)];
    let hidden = write(&test.database, of_a(), async |w| w.create_many::<Item>(items).await).await;
    assert_eq!(fault(hidden), at("NOT_FOUND", json!([1, "productId"])));
    assert_eq!(read_all(&test.database).await, before);
}

#[tokio::test]
async fn foreign_rows_spoil_a_batch_as_missing_ones_do() {
    let (test, a, b) = seeded().await;
    let before = read_all(&test.database).await;
    for decision in [of_a(), own()] {
        for key in [b.id, Uuid::nil()] {
            let keys = [a.id, key];
            let rename = async |w: &Writer<'_>| w.update_many::<Product>(&keys, |row| row.price = Decimal::ONE).await;
            assert_eq!(fault(write(&test.database, &decision, rename).await), at("NOT_FOUND", json!([1])));
            let delete = async |w: &Writer<'_>| Ok(w.delete_many::<Product>(&keys).await);
            let deleted = write(&test.database, &decision, delete).await.expect("commits");
            assert_eq!(fault(deleted), at("NOT_FOUND", json!([1])));
        }
        // A draft of a row that was read past the scope.
        let drafts = vec![
            Draft::of(a.clone()).with(Product::COLUMN.price, Decimal::ONE),
            Draft::of(b.clone()).with(Product::COLUMN.client_id, A).with(Product::COLUMN.owner_id, ME),
        ];
        let error = write(&test.database, &decision, async |w| w.save_many(drafts).await).await.expect_err("refused");
        assert!(["NOT_FOUND", "PERMISSION_DENIED"].contains(&error.code()), "{error}");
        assert_eq!(error.extensions()["path"], json!([1]));
    }
    assert_eq!(read_all(&test.database).await, before);
    let keys = [a.id, a.id];
    let twice = write(&test.database, of_a(), async |w| w.update_many::<Product>(&keys, |_| {}).await).await;
    assert_eq!(refused(twice), is("INVALID_INPUT", 400));
}

#[tokio::test]
async fn changes_and_deletions_by_condition_stay_inside_the_scope() {
    let (test, _, b) = seeded().await;
    let columns = Product::COLUMN;
    for decision in [of_a(), own()] {
        let price = Draft::new().with(columns.price, Decimal::TEN);
        let changed = write(&test.database, &decision, async |w| w.update_where(Product::select(), price).await).await;
        assert_eq!(changed.expect("changes"), 1);
        let theirs = Product::select().filter(columns.id.eq(b.id));
        let deleted = write(&test.database, &decision, async |w| w.delete_where(theirs).await).await;
        assert_eq!(deleted.expect("deletes"), 0);
    }
    let before = read_all(&test.database).await;
    let refuse = async |decision: Decision, changes: Draft<Product>| {
        fault(write(&test.database, &decision, async |w| w.update_where(Product::select(), changes).await).await)
    };
    let denied = || at("PERMISSION_DENIED", json!(null));
    assert_eq!(refuse(of_a(), Draft::new().with(columns.client_id, B)).await, denied());
    assert_eq!(refuse(own(), Draft::new().with(columns.client_id, B)).await, denied());
    assert_eq!(refuse(own(), Draft::new().with(columns.owner_id, None)).await, denied());
    assert_eq!(refuse(of_a(), Draft::new().with(columns.category_id, "NONE")).await.0, "NOT_FOUND");
    // Rows of nobody are neither a member's nor the public's to write, in bulk least of all.
    let public = Audience { public: Some(PublicType::NoLimitation), ..Audience::default() };
    let public = decide(crate::access::Actor::Anonymous, &public).about(Some(Item::definition().type_id));
    for decision in [of_a(), own(), public] {
        let off = Draft::new().with(Category::COLUMN.enabled, false);
        let changed = write(&test.database, &decision, async |w| w.update_where(Category::select(), off).await).await;
        assert_eq!(refused(changed), is("PERMISSION_DENIED", 403));
        let deleted = write(&test.database, &decision, async |w| w.delete_where(Category::select()).await).await;
        assert_eq!(refused(deleted), is("PERMISSION_DENIED", 403));
        let keys = ["BOOKS".to_owned()];
        let deleted = write(&test.database, &decision, async |w| w.delete_many::<Category>(&keys).await).await;
        assert_eq!(refused(deleted), is("PERMISSION_DENIED", 403));
        let deleted = write(&test.database, &decision, async |w| w.delete::<Category>("BOOKS".to_owned()).await).await;
        assert_eq!(refused(deleted), is("PERMISSION_DENIED", 403));
    }
    assert_eq!(read_all(&test.database).await, before);
}

/// A member who also owns rows elsewhere gives all rows away: those of the own client stay inside, the others would not.
#[tokio::test]
async fn an_owner_is_changed_in_bulk_only_where_every_row_stays() {
    let (test, a, b) = seeded().await;
    let both = || {
        let claims = Claims::user(ME).organization("client", A, ["change"]).grant_own("change");
        decide(claims, &Audience::default())
    };
    let give = || Draft::new().with(Product::COLUMN.owner_id, Uuid::from_u128(7));
    let given = write(&test.database, both(), async |w| w.update_where(Product::select(), give()).await).await;
    assert_eq!(given.expect("changes"), 1);
    for key in [a.id, b.id] {
        let mine = async |w: &Writer<'_>| w.update::<Product>(key, |row| row.owner_id = Some(ME)).await;
        write(&test.database, full(), mine).await.expect("changes");
    }
    let before = read_all(&test.database).await;
    let given = write(&test.database, both(), async |w| w.update_where(Product::select(), give()).await).await;
    assert_eq!(fault(given), at("PERMISSION_DENIED", json!(null)));
    assert_eq!(read_all(&test.database).await, before);
}

#[tokio::test]
async fn a_batch_on_old_versions_names_the_first_and_changes_none() {
    let (test, a, _) = seeded().await;
    let drafts = (0..3).map(|_| item(&a, A)).collect();
    let items = write(&test.database, of_a(), async |w| w.create_many::<Item>(drafts).await).await.expect("creates");
    let counted = |row: &Item| Draft::of(row.clone()).with(Item::COLUMN.count, row.count + 1);
    let save = async |drafts| write(&test.database, of_a(), async |w| w.save_many::<Item>(drafts).await).await;
    let first = save(items.iter().map(counted).collect()).await.expect("changes");
    assert!(first.iter().all(|row| (row.version, row.count) == (2, 1)));

    let mixed = vec![counted(&first[0]), counted(&items[1]), counted(&first[2])];
    assert_eq!(fault(save(mixed).await), at("STALE_VERSION", json!([1])));
    let rows = Reader::new(&test.database, None, &full()).list(Item::select()).await.expect("reads");
    assert!(rows.iter().all(|row| (row.version, row.count) == (2, 1)));

    let all = Draft::new().with(Item::COLUMN.count, 9);
    write(&test.database, of_a(), async |w| w.update_where(Item::select(), all).await).await.expect("changes");
    let rows = Reader::new(&test.database, None, &full()).list(Item::select()).await.expect("reads");
    assert!(rows.iter().all(|row| (row.version, row.count) == (3, 9)));
}

/// Each row changes other columns: none gets back what it had when it was read.
#[tokio::test]
async fn rows_of_a_batch_change_only_their_own_columns() {
    let (test, a, b) = seeded().await;
    let columns = Product::COLUMN;
    let drafts = vec![
        Draft::of(a.clone()).with(columns.name, "new"),
        product("third", A),
        Draft::of(b.clone()).with(columns.price, Decimal::ONE),
        Draft::of(b.clone()).with(columns.price, b.price),
    ];
    let twice = write(&test.database, full(), async |w| w.save_many(drafts).await).await;
    assert_eq!(refused(twice), is("INVALID_INPUT", 400));

    let meanwhile = async |w: &Writer<'_>| {
        w.update::<Product>(a.id, |row| row.price = Decimal::TEN).await?;
        w.update::<Product>(b.id, |row| row.name = "renamed".to_owned()).await
    };
    write(&test.database, full(), meanwhile).await.expect("changes");
    let drafts = vec![
        Draft::of(a.clone()).with(columns.name, "new"),
        product("third", A),
        Draft::of(b.clone()).with(columns.price, Decimal::ONE).with(columns.owner_id, None),
    ];
    let rows = write(&test.database, full(), async |w| w.save_many(drafts).await).await.expect("saves");
    let told: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.price)).collect();
    assert_eq!(told, [("new", Decimal::TEN), ("third", Decimal::new(1999, 2)), ("renamed", Decimal::ONE)]);
}

#[tokio::test]
async fn nothing_is_asked_of_the_database_for_no_rows() {
    let (test, ..) = seeded().await;
    let log = test.database.statement_log();
    let nothing = write(&test.database, of_a(), async |w| {
        assert!(w.create_many::<Product>(Vec::new()).await?.is_empty());
        assert!(w.update_many::<Product>(&[], |_| {}).await?.is_empty());
        assert_eq!(w.update_where(Product::select(), Draft::new()).await?, 0);
        w.delete_many::<Product>(&[]).await
    });
    nothing.await.expect("does nothing");
    assert!(log.take().is_empty());
}
