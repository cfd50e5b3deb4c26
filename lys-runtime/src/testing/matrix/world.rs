//! Rows of every entity for every side and owner, and a plain reading of who may see them.

use std::{any::TypeId, collections::HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sea_orm::Value;
use uuid::Uuid;

use super::caller::{Expected, Side, organization, owner};
use crate::{
    app::Model,
    data::{
        Database,
        sql::{SqlWriter, is_null},
        values::null_of,
    },
    entity::{ColumnDef, ColumnKind, EntityDef, EntityKind, ItemKind, Join, RelatedScope, RelationDef, RelationKind},
    error::{Error, Result},
    testing::rows,
};

/// Whose the made rows are, in order: two of ours, two of theirs; the second owner has none of ours alone.
pub(super) const MADE: [(Side, u128); 4] = [(Side::Ours, 1), (Side::Ours, 2), (Side::Theirs, 1), (Side::Theirs, 3)];

/// One row as it is stored.
#[derive(Debug, Clone)]
pub(super) struct StoredRow {
    pub(super) values: Vec<Value>,
}

/// All rows of a project, and those that were made for the matrix.
pub(super) struct World<'m> {
    model: &'m Model,
    pub(super) levels: Vec<&'static str>,
    rows: HashMap<TypeId, Vec<StoredRow>>,
    made: HashMap<TypeId, Vec<StoredRow>>,
}

impl<'m> World<'m> {
    /// Makes rows of every entity, and reads all that there are then.
    pub(super) async fn make(model: &'m Model, database: &Database) -> Result<Self> {
        let mut levels: Vec<&'static str> = Vec::new();
        for entity in model.entities().iter().map(|entry| &entry.definition) {
            let related = entity.related_scopes.iter().filter_map(|scope| scope.level);
            for level in entity.tenants.iter().map(|tenant| tenant.level).chain(related) {
                if !levels.contains(&level) {
                    levels.push(level);
                }
            }
        }
        let mut world = Self { model, levels, rows: HashMap::new(), made: HashMap::new() };
        for entity in in_order(model)? {
            let templates = rows::read(database, entity).await?;
            let made = world.rows_of(entity, templates.first());
            insert(database, entity, &made).await?;
            world.made.insert(entity.type_id, made.into_iter().map(|values| StoredRow { values }).collect());
        }
        for entry in model.entities() {
            let rows = rows::read(database, &entry.definition).await?;
            let rows = rows.into_iter().map(|values| StoredRow { values }).collect();
            world.rows.insert(entry.definition.type_id, rows);
        }
        Ok(world)
    }

    /// The rows that were made of an entity.
    pub(super) fn made(&self, entity: TypeId) -> &[StoredRow] {
        self.made.get(&entity).map_or(&[], Vec::as_slice)
    }

    /// All rows of an entity.
    pub(super) fn all(&self, entity: TypeId) -> &[StoredRow] {
        self.rows.get(&entity).map_or(&[], Vec::as_slice)
    }

    /// Whether `expected` reaches a row of the operation's own entity.
    pub(super) fn reaches(&self, expected: &Expected, entity: &EntityDef, row: &StoredRow) -> bool {
        let (owner, organizations) = match expected {
            Expected::Refused(_) => return false,
            Expected::All | Expected::Public => return true,
            Expected::Within { owner, organizations } => (owner, organizations),
        };
        let owned = |row: &StoredRow, column: u16| owner.is_some() && row.id(column) == *owner;
        let held = |row: &StoredRow, level: &str, column: u16| {
            organizations.iter().any(|(of, id)| of == level && row.id(column) == Some(*id))
        };
        let along = |scope: &RelatedScope| {
            let holder = self.follow(entity, row, &scope.path);
            holder.is_some_and(|holder| match scope.level {
                Some(level) => held(holder, level, scope.column),
                None => owned(holder, scope.column),
            })
        };
        entity.owner.is_some_and(|column| owned(row, column))
            || entity.tenants.iter().any(|tenant| held(row, tenant.level, tenant.column))
            || entity.related_scopes.iter().any(along)
    }

    /// The row at the end of keys, if there is one that is not deleted.
    fn follow<'r>(&'r self, entity: &EntityDef, row: &'r StoredRow, path: &[u16]) -> Option<&'r StoredRow> {
        let (mut entity, mut row) = (entity.clone(), row);
        for relation in path {
            let relation = entity.relations[usize::from(*relation)].clone();
            let fits = |target: &&StoredRow| {
                let equal = |join: &Join| {
                    let value = &row.values[usize::from(join.here)];
                    !is_null(value) && *value == target.values[usize::from(join.there)]
                };
                relation.on.iter().all(equal)
            };
            row = self.all(relation.target).iter().find(fits)?;
            entity = (relation.target_definition)();
            if entity.soft_delete.is_some_and(|deleted| !is_null(&row.values[usize::from(deleted)])) {
                return None;
            }
        }
        Some(row)
    }

    /// The values of the rows to be made of `entity`.
    fn rows_of(&self, entity: &EntityDef, template: Option<&Vec<Value>>) -> Vec<Vec<Value>> {
        let mut made: Vec<Vec<Value>> = Vec::new();
        for number in 0..MADE.len() {
            let place = |column| self.cell(entity, column, number, template);
            let mut values: Vec<Value> = (0..entity.columns.len()).map(place).collect();
            for relation in entity.relations.iter().filter(|relation| relation.kind == RelationKind::BelongsTo) {
                self.refer(entity, relation, number, &mut values);
            }
            // Where a tenant or an owner is the key there is one row of each.
            if made.iter().all(|other| other[0] != values[0]) {
                made.push(values);
            }
        }
        made
    }

    /// Lets a row refer to the row of the same number, so that what belongs together is of one side.
    fn refer(&self, entity: &EntityDef, relation: &RelationDef, number: usize, values: &mut [Value]) {
        for join in &relation.on {
            let here = usize::from(join.here);
            if here == 0 || scopes(entity, join.here) {
                continue;
            }
            if relation.target == entity.type_id {
                values[here] = if entity.columns[here].nullable {
                    null_of(&entity.columns[here])
                } else {
                    values[usize::from(join.there)].clone()
                };
                continue;
            }
            let targets = self.made(relation.target);
            if let Some(target) = targets.get(number).or_else(|| targets.last()) {
                values[here] = target.values[usize::from(join.there)].clone();
            }
        }
    }

    fn cell(&self, entity: &EntityDef, column: usize, number: usize, template: Option<&Vec<Value>>) -> Value {
        let definition = &entity.columns[column];
        let (side, user) = MADE[number];
        let index = u16::try_from(column).unwrap_or(u16::MAX);
        if entity.owner == Some(index) {
            return owner(user).into();
        }
        if let Some(tenant) = entity.tenants.iter().find(|tenant| tenant.column == index) {
            let level = self.levels.iter().position(|level| *level == tenant.level).unwrap_or_default();
            return organization(level, side).into();
        }
        let table = self.model.entities().iter().position(|entry| entry.definition.type_id == entity.type_id);
        let id = 0x1000 * (table.unwrap_or_default() + 1) + 0x10 * column + number + 1;
        if column == 0 {
            return match entity.kind {
                EntityKind::Parametric => format!("MATRIX_{}", number + 1).into(),
                EntityKind::Business => Uuid::from_u128(0x0061_cce5_5000_4000_8000_0002_0000_0000 | id as u128).into(),
            };
        }
        let unique = definition.unique || entity.unique.iter().any(|columns| columns.contains(&index));
        match template {
            Some(template) if !unique && !entity.is_deletion(column) => template[column].clone(),
            _ => self.invented(entity, column, id),
        }
    }

    /// A value that the column takes, another one for each `id`.
    fn invented(&self, entity: &EntityDef, column: usize, id: usize) -> Value {
        let definition = &entity.columns[column];
        if entity.is_version(column) {
            return match definition.kind {
                ColumnKind::BigInt => 1_i64.into(),
                _ => 1_i32.into(),
            };
        }
        if entity.is_deletion(column) {
            return null_of(definition);
        }
        let small = i32::try_from(id).unwrap_or_default();
        match definition.kind {
            ColumnKind::String => self.text(entity, definition, id).into(),
            ColumnKind::Uuid => Uuid::from_u128(0x0061_cce5_5000_4000_8000_0003_0000_0000 | id as u128).into(),
            ColumnKind::Bool => true.into(),
            ColumnKind::Int => small.into(),
            ColumnKind::BigInt => i64::from(small).into(),
            ColumnKind::Float => f64::from(small).into(),
            ColumnKind::Decimal => {
                let scale = definition.decimal.map_or(0, |(_, scale)| scale);
                Decimal::new(i64::from(small % 90 + 10), scale).into()
            }
            ColumnKind::DateTime => DateTime::<Utc>::from_timestamp(1_770_000_000 + i64::from(small), 0).into(),
            ColumnKind::Date => NaiveDate::from_ymd_opt(2026, 1, 1 + u32::try_from(id % 28).unwrap_or(0)).into(),
            ColumnKind::Json => serde_json::json!({}).into(),
            ColumnKind::List(item) => match item {
                ItemKind::Uuid => Vec::<Uuid>::new().into(),
                ItemKind::String => Vec::<String>::new().into(),
                ItemKind::Bool => Vec::<bool>::new().into(),
                ItemKind::Int => Vec::<i32>::new().into(),
                ItemKind::BigInt => Vec::<i64>::new().into(),
                ItemKind::Float => Vec::<f64>::new().into(),
            },
        }
    }

    /// A value of the enum that the column is shown as, else a text of its own.
    fn text(&self, entity: &EntityDef, column: &ColumnDef, id: usize) -> String {
        let nodes = self.model.nodes().filter(|node| node.definition.entity == entity.type_id);
        let mut fields = nodes.flat_map(|node| &node.definition.fields).filter(|field| field.name == column.name);
        let shown = fields.find_map(|field| self.model.outputs.enums.get(field.ty.name()));
        if let Some(value) = shown.and_then(|shown| shown.values.first()) {
            return value.name.to_owned();
        }
        let text = format!("m{id:x}");
        let length = column.length.map_or(text.len(), |length| length as usize);
        text.chars().rev().take(length).collect()
    }
}

impl StoredRow {
    /// The key as it stands in a global id.
    pub(super) fn key(&self) -> String {
        match &self.values[0] {
            Value::Uuid(Some(id)) => id.to_string(),
            Value::String(Some(text)) => text.clone(),
            other => format!("{other:?}"),
        }
    }

    /// The id of an owner or an organization.
    fn id(&self, column: u16) -> Option<Uuid> {
        match &self.values[usize::from(column)] {
            Value::Uuid(id) => *id,
            Value::String(Some(text)) => text.parse().ok(),
            _ => None,
        }
    }
}

/// Whether the column says whose a row is.
fn scopes(entity: &EntityDef, column: u16) -> bool {
    entity.owner == Some(column) || entity.tenants.iter().any(|tenant| tenant.column == column)
}

/// Entities, each behind those that its rows refer to.
fn in_order(model: &Model) -> Result<Vec<&EntityDef>> {
    let mut ordered: Vec<&EntityDef> = Vec::new();
    let mut waiting: Vec<&EntityDef> = model.entities().iter().map(|entry| &entry.definition).collect();
    while !waiting.is_empty() {
        let known = |target: TypeId, own: TypeId| target == own || ordered.iter().any(|done| done.type_id == target);
        let is_free = |entity: &&EntityDef| {
            let keys = entity.relations.iter().filter(|relation| relation.kind == RelationKind::BelongsTo);
            keys.into_iter().all(|relation| known(relation.target, entity.type_id))
        };
        let (free, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_free);
        if free.is_empty() {
            let names: Vec<_> = rest.iter().map(|entity| entity.name).collect();
            return Err(Error::internal(format!("{} refer to each other in a circle", names.join(", "))));
        }
        ordered.extend(free);
        waiting = rest;
    }
    Ok(ordered)
}

async fn insert(database: &Database, entity: &EntityDef, rows: &[Vec<Value>]) -> Result<()> {
    let transaction = database.begin().await?;
    for values in rows {
        let mut sql = SqlWriter::new(database.backend());
        sql.push("INSERT INTO ").name(entity.table).push(" (").columns(entity).push(") VALUES (");
        for (place, (column, value)) in entity.columns.iter().zip(values).enumerate() {
            sql.push(if place > 0 { ", " } else { "" }).bind_to(column, value.clone());
        }
        sql.push(")");
        transaction.execute(sql.text, sql.values).await?;
    }
    transaction.commit().await
}
