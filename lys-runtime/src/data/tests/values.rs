//! What is written comes back the same, or is refused.

use rust_decimal::Decimal;

use super::*;

#[tokio::test]
async fn values_come_back_as_they_went_in() {
    let (test, a, _) = seeded().await;
    assert_eq!(a.price, Decimal::new(1999, 2));
    assert_eq!(a.owner_id, Some(ME));
    assert_eq!(a.updated_at, None);
    assert_eq!(a.created_at.timestamp_subsec_nanos() % 1000, 0);
    let again: Product = Reader::new(&test.database, None, &full()).get(a.id).await.expect("reads");
    assert_eq!(again, a);

    if test.database.dialect() != Dialect::Sqlite {
        return;
    }
    let stored = "SELECT typeof(id), length(id), typeof(price), created_at FROM product WHERE name = 'of A'";
    let rows = test.database.read_all(stored.to_owned(), Vec::new()).await.expect("reads");
    let row = rows.first().expect("a row");
    let cells: (String, i64, String, String) =
        (row.get(0).expect("text"), row.get(1).expect("int"), row.get(2).expect("text"), row.get(3).expect("text"));
    assert_eq!((cells.0.as_str(), cells.1, cells.2.as_str()), ("blob", 16, "real"));
    assert_eq!(cells.3.len(), "2026-03-31T10:15:30.123456+00:00".len(), "{}", cells.3);
}

/// More digits than a float has, which SQLite refuses at the start.
#[tokio::test]
async fn servers_keep_every_digit() {
    let (test, ..) = seeded().await;
    let kind = match test.database.dialect() {
        Dialect::Sqlite => return,
        Dialect::Postgres => "numeric(28, 8)",
        _ => "decimal(28, 8)",
    };
    for text in ["12345678901234567890.12345678", "-0.00000001", "0", "99999999999999999999", "10000", "0.5"] {
        let sql = format!("SELECT CAST('{text}' AS {kind})");
        let rows = test.database.read_all(sql, Vec::new()).await.expect("reads");
        let row = rows.first().expect("a row");
        let expected: Decimal = text.parse().expect("a decimal");
        assert_eq!(row.get::<Decimal>(0).expect("a decimal"), expected);
        assert!(
            matches!(row.decimal(0), Ok(Some(crate::data::row::StoredDecimal::Exact(given))) if given == expected),
            "{text}"
        );
    }
}

#[tokio::test]
async fn texts_are_compared_byte_by_byte() {
    let (test, ..) = seeded().await;
    let ids = ["a", "B", "b ", "b", "É", "e", "BOOKS "];
    for id in ids {
        let draft = Draft::<Category>::new().with(Category::COLUMN.id, id);
        write(&test.database, full(), async |w| w.create(draft).await).await.expect("no two of them are equal");
    }
    let rows: Vec<Category> = Reader::new(&test.database, None, &full()).list(Category::select()).await.expect("reads");
    let order: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(order, ["B", "BOOKS", "BOOKS ", "a", "b", "b ", "e", "É"]);
    let decision = full();
    let reader = Reader::new(&test.database, None, &decision);
    assert!(reader.find::<Category>("books".to_owned()).await.expect("reads").is_none());
}

#[tokio::test]
async fn decimals_are_exact_at_their_scale() {
    let (test, a, _) = seeded().await;
    for text in ["0.01", "0.1", "-0.29", "1.10", "123456789.99", "999999999999.99", "100"] {
        let price: Decimal = text.parse().expect("a decimal");
        let row = write(&test.database, full(), async |w| w.update::<Product>(a.id, |row| row.price = price).await);
        assert_eq!(row.await.expect("writes").price, price);
        let (decision, select) = (full(), Product::select().filter(Product::COLUMN.price.eq(price)));
        let found = Reader::new(&test.database, None, &decision).list(select).await;
        assert_eq!(found.expect("reads").len(), 1, "{text}");
    }
    for text in ["0.001", "1000000000000"] {
        let price: Decimal = text.parse().expect("a decimal");
        let row = write(&test.database, full(), async |w| w.update::<Product>(a.id, |row| row.price = price).await);
        assert_eq!(refused(row.await), is("INVALID_INPUT", 400), "{text}");
    }
}

#[tokio::test]
async fn every_mistake_in_a_draft_is_listed_and_nothing_is_echoed() {
    let (test, ..) = seeded().await;
    let draft =
        Draft::new().with(Product::COLUMN.name, "a name that is far too long").with(Product::COLUMN.client_id, A);
    let error = write(&test.database, full(), async |w| w.create(draft).await).await.expect_err("refused");
    let fields = error.extensions()["fields"].to_string();
    for expected in [r#"["name"]"#, r#"["price"]"#, r#"["categoryId"]"#] {
        assert!(fields.contains(expected), "{fields}");
    }
    assert!(!fields.contains("far too long"), "{fields}");
}

#[tokio::test]
async fn reference_data_needs_its_id() {
    let (test, ..) = seeded().await;
    let created = write(&test.database, full(), async |w| w.create(Draft::<Category>::new()).await);
    assert_eq!(refused(created.await), is("INVALID_INPUT", 400));
}
