use uuid::Uuid;

use super::*;
use crate::{data::test_entities::Product, entity::Entity};

fn text_of(backend: DbBackend, term: &Term) -> (String, usize) {
    let mut sql = SqlWriter::new(backend);
    sql.condition(&Product::definition(), "p", term);
    (sql.text, sql.values.len())
}

#[test]
fn placeholders_are_numbered_where_the_database_wants_it() {
    let term = (Product::COLUMN.name.eq("a").and(Product::COLUMN.name.eq("b"))).term;
    assert_eq!(text_of(DbBackend::Sqlite, &term), (r#"("p"."name" = ? AND "p"."name" = ?)"#.to_owned(), 2));
    assert_eq!(text_of(DbBackend::Postgres, &term), (r#"("p"."name" = $1 AND "p"."name" = $2)"#.to_owned(), 2));
}

#[test]
fn values_never_enter_the_text() {
    for evil in ["'; DROP TABLE product; --", "\" OR 1=1", "?", "é'\"\\"] {
        let conditions =
            [Product::COLUMN.name.eq(evil), Product::COLUMN.name.is_in([evil]), Product::COLUMN.name.contains_ci(evil)];
        for condition in conditions {
            let (text, values) = text_of(DbBackend::Sqlite, &condition.term);
            assert!(!text.contains(evil) || evil == "?", "{text}");
            assert_eq!(values, 1);
            assert_eq!(text.matches('?').count(), 1, "{text}");
        }
    }
}

#[test]
fn names_cannot_end_their_quotes() {
    let mut sql = SqlWriter::new(DbBackend::Sqlite);
    sql.name(r#"a" OR "b"#);
    assert_eq!(sql.text, r#""a"" OR ""b""#);
}

#[test]
fn the_text_does_not_depend_on_the_number_of_values() {
    let texts: Vec<String> = [0, 1, 500]
        .map(|count| Product::COLUMN.id.is_in((0..count).map(Uuid::from_u128)))
        .map(|condition| text_of(DbBackend::Sqlite, &condition.term).0)
        .to_vec();
    assert_eq!(texts[0], r#""p"."id" IN (SELECT unhex(value) FROM json_each(?))"#);
    assert_eq!(texts[0], texts[1]);
    assert_eq!(texts[1], texts[2]);
}

#[test]
fn raw_conditions_cannot_reach_the_scope() {
    for sql in ["1 = 1) OR (1 = 1", "1 = 1 --", "1 = 1 /*", "1 = 1; --", "name = 'a", "(1 = 1", "`name"] {
        assert_eq!(text_of(DbBackend::Sqlite, &Term::Raw(sql, Vec::new())).0, "1 = 0", "{sql}");
    }
    let fine = Term::Raw("name = ? OR note = '?);--' OR (count > ?)", vec!["a".into(), 1.into()]);
    let (text, values) = text_of(DbBackend::Postgres, &fine);
    assert_eq!((text.as_str(), values), ("(name = $1 OR note = '?);--' OR (count > $2))", 2));
}
