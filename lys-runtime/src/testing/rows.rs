//! All rows of a project as text.

use sea_orm::Value;

use crate::{
    app::Model,
    data::{Database, Row, sql::SqlWriter},
    entity::{ColumnKind, EntityDef},
    error::Result,
};

/// Every row of every table, table by table in the order of keys.
pub(super) async fn of(model: &Model, database: &Database) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for entry in model.entities() {
        let entity = &entry.definition;
        all.extend(read(database, entity).await?.iter().map(|values| text(entity, values)));
    }
    Ok(all)
}

/// All values of every row of a table, in the order of keys.
pub(super) async fn read(database: &Database, entity: &EntityDef) -> Result<Vec<Vec<Value>>> {
    let mut sql = SqlWriter::new(database.backend());
    sql.push("SELECT ").columns(entity).push(" FROM ").name(entity.table);
    sql.push(" ORDER BY ").name(entity.columns[0].name);
    let rows = database.read_all(sql.text, Vec::new()).await?;
    let values = |row: Row<'_>| {
        entity.columns.iter().enumerate().map(|(slot, column)| value(row, slot, column.kind)).collect::<Result<_>>()
    };
    rows.iter().map(values).collect()
}

fn text(entity: &EntityDef, values: &[Value]) -> String {
    let cells = entity.columns.iter().zip(values).map(|(column, value)| format!("{}: {value:?}", column.name));
    format!("{} {{ {} }}", entity.table, cells.collect::<Vec<_>>().join(", "))
}

fn value(row: Row<'_>, slot: usize, kind: ColumnKind) -> Result<Value> {
    Ok(match kind {
        ColumnKind::Uuid => row.get::<Option<uuid::Uuid>>(slot)?.into(),
        ColumnKind::String => row.get::<Option<String>>(slot)?.into(),
        ColumnKind::Bool => row.get::<Option<bool>>(slot)?.into(),
        ColumnKind::Int => row.get::<Option<i32>>(slot)?.into(),
        ColumnKind::BigInt => row.get::<Option<i64>>(slot)?.into(),
        ColumnKind::Float => row.get::<Option<f64>>(slot)?.into(),
        ColumnKind::Decimal => row.get::<Option<rust_decimal::Decimal>>(slot)?.into(),
        ColumnKind::DateTime => row.get::<Option<chrono::DateTime<chrono::Utc>>>(slot)?.into(),
        ColumnKind::Date => row.get::<Option<chrono::NaiveDate>>(slot)?.into(),
        ColumnKind::Json => row.get::<Option<serde_json::Value>>(slot)?.into(),
        ColumnKind::List(item) => row.list(slot, item)?,
    })
}
