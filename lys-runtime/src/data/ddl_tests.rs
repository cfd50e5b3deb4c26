use super::*;
use crate::data::test_entities::{Category, Item, Label, Product};

#[test]
fn texts_compare_byte_by_byte_and_times_have_microseconds() {
    let table = |dialect| table_of::<Product>(dialect).table;
    let postgres = table(Dialect::Postgres);
    assert!(postgres.contains(r#""category_id" text NOT NULL COLLATE "C""#), "{postgres}");
    assert!(postgres.contains(r#""created_at" timestamp with time zone NOT NULL"#), "{postgres}");
    for (dialect, collation) in [(Dialect::MySql, "utf8mb4_0900_bin"), (Dialect::MariaDb, "utf8mb4_nopad_bin")] {
        let mysql = table(dialect);
        assert!(mysql.contains("`id` binary(16) NOT NULL PRIMARY KEY"), "{mysql}");
        // A key is indexed, so it has a length.
        assert!(mysql.contains("`category_id` varchar(255) NOT NULL"), "{mysql}");
        assert!(mysql.contains("`updated_at` datetime(6)"), "{mysql}");
        assert!(mysql.contains(&format!("COLLATE={collation}")), "{mysql}");
    }
    assert!(table_of::<Category>(Dialect::MySql).table.contains("`description` longtext"), "it is no key");
}

#[test]
fn mysql_is_not_told_if_not_exists() {
    let sql = |dialect| table_of::<Item>(dialect).indexes.remove(0).sql;
    assert_eq!(sql(Dialect::MySql), "CREATE INDEX `idx-item-created_at-id` ON `item` (`created_at`, `id`)");
    let postgres = r#"CREATE INDEX IF NOT EXISTS "idx-item-created_at-id" ON "item" ("created_at", "id")"#;
    assert_eq!(sql(Dialect::Postgres), postgres);
}

#[test]
fn the_name_of_an_index_tells_its_columns_unless_it_is_cut() {
    let name = index_name("uq", "product", &["client_id", "name"]);
    assert_eq!(name, "uq-product-client_id-name");
    assert_eq!(columns_of_index(&name), ["client_id", "name"]);
    let long = |column: &str| index_name("uq", "a_table_with_a_name_that_goes_on_and_on_and_on", &[column]);
    let (one, other) = (long("a_column_with_a_name"), long("a_column_with_another_name"));
    assert!(one.len() <= LONGEST_NAME && one != other, "{one} {other}");
    assert_eq!(columns_of_index(&one), [""; 0]);
    assert_eq!(columns_of_index("made-by-hand"), [""; 0]);
}

#[test]
fn deleted_rows_do_not_bind_what_is_unique() {
    let last = |dialect| {
        let table = table_of::<Label>(dialect);
        let unique: Vec<String> = table.indexes.into_iter().map(|index| index.sql).collect();
        (table.table, unique[1].clone())
    };
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        let (table, unique) = last(dialect);
        assert!(!table.contains(LIVING), "{table}");
        let wanted = r#"CREATE UNIQUE INDEX IF NOT EXISTS "uq-label-client_id-word" ON "label" ("client_id", "word") WHERE "deleted_at" IS NULL"#;
        assert_eq!(unique, wanted);
    }
    for dialect in [Dialect::MySql, Dialect::MariaDb] {
        let (table, unique) = last(dialect);
        let column = "`lys_living` tinyint GENERATED ALWAYS AS (IF(`deleted_at` IS NULL, 1, NULL)) VIRTUAL";
        assert!(table.contains(column), "{table}");
        let wanted = "CREATE UNIQUE INDEX `uq-label-client_id-word` ON `label` (`client_id`, `word`, `lys_living`)";
        assert_eq!(unique, wanted);
        assert!(!table_of::<Product>(dialect).table.contains(LIVING), "its rows are gone when they are deleted");
    }
}
