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
        let mut sql = SqlWriter::new(database.backend());
        sql.push("SELECT ").columns(entity).push(" FROM ").name(entity.table);
        sql.push(" ORDER BY ").name(entity.columns[0].name);
        let rows = database.read_all(sql.text, Vec::new()).await?;
        for row in rows.iter() {
            all.push(text(entity, row)?);
        }
    }
    Ok(all)
}

fn text(entity: &EntityDef, row: Row<'_>) -> Result<String> {
    let cells = entity.columns.iter().enumerate().map(|(slot, column)| {
        let value = value(row, slot, column.kind)?;
        Ok(format!("{}: {value:?}", column.name))
    });
    Ok(format!("{} {{ {} }}", entity.table, cells.collect::<Result<Vec<_>>>()?.join(", ")))
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
