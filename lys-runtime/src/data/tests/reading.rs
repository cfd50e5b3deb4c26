//! Reads: scope, conditions, lists of keys.

use sea_orm::Value;

use super::*;
use crate::data::Condition;

#[tokio::test]
async fn reads_stay_inside_the_scope() {
    let (test, a, b) = seeded().await;
    for decision in [of_a(), own()] {
        let reader = Reader::new(&test.database, None, &decision);
        assert_eq!(reader.list(Product::select()).await.expect("reads"), std::slice::from_ref(&a));
        assert_eq!(reader.count(Product::select()).await.expect("reads"), 1);
        assert!(!reader.exists(Product::select().filter(Product::COLUMN.id.eq(b.id))).await.expect("reads"));
        assert_eq!(reader.find::<Product>(b.id).await.expect("reads"), None);
        assert_eq!(refused(reader.get::<Product>(b.id).await), is("NOT_FOUND", 404));
        assert_eq!(refused(reader.get::<Product>(Uuid::nil()).await), is("NOT_FOUND", 404));
        assert_eq!(reader.get_multiple::<Product>(&[b.id, a.id]).await.expect("reads"), std::slice::from_ref(&a));
        assert_eq!(reader.count(Category::select()).await.expect("reads"), 1);
        let of_categories = decision.clone().about(Some(Category::definition().type_id));
        let reader_of_categories = Reader::new(&test.database, None, &of_categories);
        assert_eq!(reader_of_categories.list(Category::select()).await.expect("reads"), []);
        assert_eq!(reader.unscoped("a test").count(Product::select()).await.expect("reads"), 2);
    }
}

#[tokio::test]
async fn a_condition_cannot_widen_the_scope() {
    let (test, a, b) = seeded().await;
    let decision = of_a();
    let reader = Reader::new(&test.database, None, &decision);
    let all = || Condition::raw("1 = 1 OR 1 = 1", Vec::new());
    let select = Product::select().filter(Product::COLUMN.id.eq(b.id).or(all())).filter(all());
    assert_eq!(reader.list(select).await.expect("reads"), [a]);
    let escape = Product::select().filter(Condition::raw("1 = 1) OR (1 = 1", Vec::new()));
    assert_eq!(reader.list(escape).await.expect("reads"), []);
}

#[tokio::test]
async fn many_keys_are_one_query_in_their_order() {
    let (test, a, b) = seeded().await;
    let decision = full();
    let reader = Reader::new(&test.database, None, &decision);
    let log = test.database.statement_log();
    assert_eq!(
        reader.get_multiple::<Product>(&[b.id, Uuid::nil(), a.id, b.id]).await.expect("reads"),
        [b.clone(), a, b]
    );
    assert_eq!(reader.get_multiple::<Product>(&[]).await.expect("reads"), []);
    assert_eq!(log.take().len(), 1);
}

#[tokio::test]
async fn contains_ci_takes_text_literally_and_folds_all_cases() {
    let (test, ..) = seeded().await;
    let names = ["100% wool", "100_wool", r"back\slash", "ÉTÉ à Paris", "[a-z]*?", "straße", "O'Brien"];
    write(&test.database, full(), async |w| {
        for name in names {
            w.create(product(name, A)).await?;
        }
        Ok(())
    })
    .await
    .expect("writes");
    let decision = full();
    let reader = Reader::new(&test.database, None, &decision);
    let cases: [(&str, &[&str]); 12] = [
        ("%", &["100% wool"]),
        ("_", &["100_wool"]),
        ("\\", &[r"back\slash"]),
        ("WOOL", &["100% wool", "100_wool"]),
        ("été", &["ÉTÉ à Paris"]),
        ("À PARIS", &["ÉTÉ à Paris"]),
        ("[A-Z]*?", &["[a-z]*?"]),
        ("ß", &["straße"]),
        ("o'b", &["O'Brien"]),
        ("é*", &[]),
        ("'; DROP TABLE product; --", &[]),
        ("", &["100% wool", "100_wool", "O'Brien", "[a-z]*?", r"back\slash", "of A", "of B", "straße", "ÉTÉ à Paris"]),
    ];
    for (text, expected) in cases {
        let select =
            Product::select().filter(Product::COLUMN.name.contains_ci(text)).order_by(Product::COLUMN.name.asc());
        let found: Vec<String> = reader.list(select).await.expect("reads").into_iter().map(|row| row.name).collect();
        assert_eq!(found, expected, "{text}");
    }
    let long = "é".repeat(60_000);
    assert_eq!(reader.count(Product::select().filter(Product::COLUMN.name.contains_ci(long))).await.expect("reads"), 0);
}

#[tokio::test]
async fn lists_of_every_kind_match() {
    let (test, a, b) = seeded().await;
    let decision = full();
    let reader = Reader::new(&test.database, None, &decision);
    let columns = Product::COLUMN;
    let conditions = [
        columns.id.is_in([a.id]),
        columns.name.is_in(["of A", "'x'"]),
        columns.price.is_in([a.price]).and(columns.id.ne(b.id)),
        columns.created_at.is_in([a.created_at]),
        columns.owner_id.is_in([Some(ME), None]),
        columns.owner_id.eq(Some(ME)),
        columns.owner_id.ne(None::<Uuid>),
        columns.owner_id.is_null().not(),
        columns.created_at.eq(a.created_at),
        Condition::raw("name = ? AND '?' <> ?", vec!["of A".into(), Value::from("y")]),
    ];
    for (index, condition) in conditions.into_iter().enumerate() {
        assert_eq!(
            reader.list(Product::select().filter(condition)).await.expect("reads"),
            std::slice::from_ref(&a),
            "condition {index}"
        );
    }
    let none = Product::select().filter(columns.id.is_in(Vec::<Uuid>::new()));
    assert_eq!(reader.list(none).await.expect("reads"), []);
    let unowned = Product::select().filter(columns.owner_id.eq(None::<Uuid>));
    assert_eq!(reader.list(unowned).await.expect("reads"), [b]);
}
