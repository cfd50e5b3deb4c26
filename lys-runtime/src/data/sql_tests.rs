use uuid::Uuid;

use super::*;
use crate::{
    access::{Actor, Claims},
    data::{
        condition::{Condition, Quantifier},
        test_entities::{Category, Item, Product, decide},
    },
    entity::{Entity, ToMany, ToOne},
    operation::{Audience, PublicType},
};

const CATEGORY: ToOne<Product, Category, String> = ToOne::new(0);
const ITEMS: ToMany<Product, Item> = ToMany::new(1);

fn text_of(backend: DbBackend, term: &Term) -> (String, usize) {
    let mut sql = SqlWriter::new(backend);
    sql.condition(&Product::definition(), "p", term, &Decision::system("tests"));
    (sql.text, sql.values.len())
}

/// The text of a filter on products, their scope left out.
fn text_within(condition: Condition<Product>, decision: &Decision) -> String {
    let mut sql = SqlWriter::new(DbBackend::Sqlite);
    sql.filter(&Product::definition(), "", &[condition.term], &Scope::all(decision));
    sql.text
}

fn of_client(client: u128) -> Decision {
    decide(
        Claims::user(Uuid::from_u128(1)).organization("client", Uuid::from_u128(client), ["change"]),
        &Audience::default(),
    )
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

#[test]
fn parts_of_texts_with_and_without_case() {
    let name = Product::COLUMN.name;
    let all = |text: &'static str| {
        [
            name.contains(text),
            name.starts_with(text),
            name.ends_with(text),
            name.contains_ci(text),
            name.starts_with_ci(text),
            name.ends_with_ci(text),
        ]
    };
    let on = |backend, text| all(text).map(|condition| text_of(backend, &condition.term).0);
    let (glob, like) = (r#""p"."name" GLOB ?"#, r#""p"."name" LIKE ? ESCAPE '|'"#);
    assert_eq!(on(DbBackend::Sqlite, "a%*"), [glob, glob, glob, like, like, like]);
    assert_eq!(on(DbBackend::Sqlite, "é"), [glob; 6]);
    let (exact, folded) = (r#""p"."name" LIKE $1 ESCAPE '|'"#, r#""p"."name" ILIKE $1 ESCAPE '|'"#);
    assert_eq!(on(DbBackend::Postgres, "a"), [exact, exact, exact, folded, folded, folded]);
    let folded = r#""p"."name" COLLATE "und-x-icu" ILIKE $1 ESCAPE '|'"#;
    assert_eq!(on(DbBackend::Postgres, "é"), [exact, exact, exact, folded, folded, folded]);
    let (exact, folded) =
        ("`p`.`name` COLLATE utf8mb4_bin LIKE ? ESCAPE '|'", "LOWER(`p`.`name`) LIKE LOWER(?) ESCAPE '|'");
    assert_eq!(on(DbBackend::MySql, "a"), [exact, exact, exact, folded, folded, folded]);
    let patterns = all("a%*").map(|condition| {
        let mut sql = SqlWriter::new(DbBackend::Sqlite);
        sql.condition(&Product::definition(), "", &condition.term, &Decision::system("tests"));
        sql.values.remove(0)
    });
    let expected = ["*a%[*]*", "a%[*]*", "*a%[*]", "%a|%*%", "a|%*%", "%a|%*"];
    assert_eq!(patterns, expected.map(Value::from));
}

#[test]
fn a_relation_is_searched_inside_the_scope() {
    let few = || Item::COLUMN.count.lt(3);
    let whole = Decision::system("tests");
    let tie = r#""lys_1"."product_id" = "product"."id" AND "lys_1"."count""#;
    assert_eq!(
        text_within(ITEMS.some(few()), &whole),
        format!(r#" WHERE EXISTS (SELECT 1 FROM "item" AS "lys_1" WHERE {tie} < ?)"#)
    );
    assert_eq!(
        text_within(ITEMS.none(few()), &of_client(7)),
        format!(r#" WHERE NOT EXISTS (SELECT 1 FROM "item" AS "lys_1" WHERE {tie} < ? AND "lys_1"."client_id" = ?)"#)
    );
    let tie = r#""lys_1"."product_id" = "product"."id" AND ("lys_1"."count""#;
    assert_eq!(
        text_within(ITEMS.every(few()), &of_client(7)),
        format!(
            r#" WHERE NOT EXISTS (SELECT 1 FROM "item" AS "lys_1" WHERE {tie} < ?) IS NOT TRUE AND "lys_1"."client_id" = ?)"#
        )
    );
    let public = Audience { public: Some(PublicType::NoLimitation), ..Audience::default() };
    let public = decide(Actor::Anonymous, &public);
    assert!(text_within(ITEMS.some(few()), &public).ends_with("AND 1 = 0)"));
    assert_eq!(
        text_within(CATEGORY.is(Category::COLUMN.enabled.eq(true)), &public),
        r#" WHERE EXISTS (SELECT 1 FROM "category" AS "lys_1" WHERE "lys_1"."id" = "product"."category_id" AND "lys_1"."enabled" = ?)"#
    );
}

#[test]
fn what_is_not_so_may_be_unknown() {
    let nothing = || Product::COLUMN.owner_id.eq(Uuid::nil());
    let text = |condition: Condition<Product>| text_of(DbBackend::Sqlite, &condition.term).0;
    assert_eq!(text(nothing().not()), r#"("p"."owner_id" = ?) IS NOT TRUE"#);
    assert_eq!(text(Product::COLUMN.owner_id.is_null().not()), r#""p"."owner_id" IS NOT NULL"#);
    let some = Term::Not(Box::new(Term::Related(1, Quantifier::Some, Box::new(Term::And(Vec::new())))));
    assert!(text_of(DbBackend::Sqlite, &some).0.starts_with("NOT EXISTS ("));
}

#[test]
fn keys_of_several_columns_are_one_bound_list_or_few_texts() {
    let row = |n: i64| vec![Uuid::from_u128(1).into(), n.into()];
    let keys = |count| Term::InRows(vec![0, 1], (0..count).map(row).collect());
    let sqlite = r#"("p"."id", "p"."name") IN (SELECT unhex(value ->> 0), value ->> 1 FROM json_each(?))"#;
    assert_eq!(text_of(DbBackend::Sqlite, &keys(1)), (sqlite.to_owned(), 1));
    assert_eq!(text_of(DbBackend::Sqlite, &keys(9)), (sqlite.to_owned(), 1));
    let postgres = r#"("p"."id", "p"."name") IN (($1, $2), ($3, $4), ($5, $6), ($7, $8))"#;
    assert_eq!(text_of(DbBackend::Postgres, &keys(3)), (postgres.to_owned(), 8));
    assert_eq!(text_of(DbBackend::Postgres, &keys(4)), (postgres.to_owned(), 8));
    assert_eq!(text_of(DbBackend::MySql, &keys(0)), ("1 = 0".to_owned(), 0));
}
