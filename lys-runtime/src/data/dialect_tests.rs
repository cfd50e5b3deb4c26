use uuid::Uuid;

use super::*;
use crate::{data::test_entities::Product, entity::Entity};

fn column(name: &str) -> ColumnDef {
    let columns = Product::definition().columns;
    columns.into_iter().find(|column| column.name == name).expect("a column")
}

fn written(backend: DbBackend, write: impl FnOnce(&mut SqlWriter)) -> SqlWriter {
    let mut sql = SqlWriter::new(backend);
    write(&mut sql);
    sql
}

fn list(backend: DbBackend, column: &ColumnDef, values: impl IntoIterator<Item = Value>) -> SqlWriter {
    let values: Vec<Value> = values.into_iter().collect();
    written(backend, |sql| _ = sql.is_in("p", column, &values))
}

#[test]
fn null_is_the_smallest_value_and_only_those_who_think_otherwise_are_told() {
    let (name, updated) = (column("name"), column("updated_at"));
    let term = |backend, column: &ColumnDef, descending| {
        written(backend, |sql| _ = sql.order_term("", column, descending)).text
    };
    for backend in [DbBackend::Sqlite, DbBackend::Postgres] {
        assert_eq!(term(backend, &name, false), r#""name""#);
        assert_eq!(term(backend, &name, true), r#""name" DESC"#);
    }
    assert_eq!(term(DbBackend::Sqlite, &updated, true), r#""updated_at" DESC"#);
    assert_eq!(term(DbBackend::MySql, &updated, true), "`updated_at` DESC");
    assert_eq!(term(DbBackend::Postgres, &updated, false), r#""updated_at" NULLS FIRST"#);
    assert_eq!(term(DbBackend::Postgres, &updated, true), r#""updated_at" DESC NULLS LAST"#);
}

#[cfg(feature = "postgres")]
#[test]
fn postgres_takes_a_list_as_one_value() {
    let id = column("id");
    for count in [0, 1, 500] {
        let sql = list(DbBackend::Postgres, &id, (0..count).map(|number| Uuid::from_u128(number).into()));
        assert_eq!((sql.text.as_str(), sql.values.len()), (r#""p"."id" = ANY($1)"#, 1));
        assert!(matches!(&sql.values[0], Value::Array(_, Some(values)) if values.len() == count as usize));
    }
}

#[test]
fn mysql_has_a_text_for_each_power_of_two() {
    let name = column("name");
    let texts = |count: i32| list(DbBackend::MySql, &name, (0..count).map(|number| number.to_string().into()));
    assert_eq!(texts(0).text, "`p`.`name` IN (NULL)");
    assert_eq!(texts(1).text, "`p`.`name` IN (?)");
    let sql = texts(3);
    assert_eq!(sql.text, "`p`.`name` IN (?, ?, ?, ?)");
    assert_eq!(sql.values, ["0", "1", "2", "2"].map(Value::from));
    assert_eq!(texts(33).text, texts(64).text);
}

#[test]
fn a_value_has_the_type_of_its_column() {
    let price = column("price");
    let bound = |backend| written(backend, |sql| _ = sql.bind_to(&price, 20.49.into())).values.remove(0);
    assert_eq!(bound(DbBackend::Postgres), Value::from(Decimal::new(2049, 2)));
    assert_eq!(bound(DbBackend::MySql), Value::from(Decimal::new(2049, 2)));
    assert_eq!(bound(DbBackend::Sqlite), Value::from(20.49));
}

#[test]
fn a_batch_is_cut_where_the_database_binds_no_more() {
    assert_eq!(Dialect::Sqlite.rows_per_statement(8, 0), 4095);
    assert_eq!(Dialect::Sqlite.rows_per_statement(8, 40_000), 1);
    assert_eq!(Dialect::Postgres.rows_per_statement(8, 7), 8191);
    assert_eq!(Dialect::Postgres.rows_per_update(8, 7), 8191);
    assert_eq!(Dialect::MySql.rows_per_update(8, 7), MOST_CASES);
    assert_eq!(Dialect::MySql.rows_per_update(200, 0), 327);
}
