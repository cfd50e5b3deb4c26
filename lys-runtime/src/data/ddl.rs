//! `CREATE TABLE` and `CREATE INDEX` of an entity, so that its rows mean the same on every database: texts compare byte by byte, times
//! have microseconds, decimals their digits.

use std::collections::BTreeSet;

use sea_orm::{
    Schema,
    sea_query::{Alias, ColumnDef as ColumnDdl, ColumnType, ForeignKeyCreateStatement, Index, StringLen, Table},
};

use super::{dialect::Dialect, search, sql::SqlWriter};
use crate::entity::{ColumnDef, ColumnKind, Entity, EntityDef, EntityKind, RelationKind};

/// Longest name that all databases take, less some that Unicode may need.
const LONGEST_NAME: usize = 60;
/// MySQL indexes no text without a length. Two of these and a time fit into an index.
const LONGEST_KEY: u32 = 255;
/// MySQL counts texts with a length towards its 64 KiB of a row, whether they are full or not.
const LONGEST_IN_ROW: u32 = 1000;

/// What makes an entity's table.
#[derive(Debug, Clone)]
pub struct TableDdl {
    /// Makes the table, unless it is there.
    pub table: String,
    /// Its indexes.
    pub indexes: Vec<IndexDdl>,
    /// Its search indexes.
    pub searches: Vec<SearchDdl>,
}

impl TableDdl {
    /// All statements, in their order.
    pub fn statements(self) -> impl Iterator<Item = String> {
        let indexes = self.indexes.into_iter().map(|index| index.sql);
        let searches = self.searches.into_iter().flat_map(|search| search.statements);
        std::iter::once(self.table).chain(indexes).chain(searches)
    }
}

/// What makes an index.
#[derive(Debug, Clone)]
pub struct IndexDdl {
    /// Its name; on MySQL one of the table's, elsewhere of the database's.
    pub name: String,
    /// Makes the index; where the database can say so, unless it is there.
    pub sql: String,
}

/// What makes a search index.
#[derive(Debug, Clone)]
pub struct SearchDdl {
    /// Its name; on SQLite that of its last trigger.
    pub name: String,
    /// Make it, with the rows that are there.
    pub statements: Vec<String>,
}

/// The table of `E`.
pub(crate) fn table_of<E: Entity>(dialect: Dialect) -> TableDdl {
    let entity = E::definition();
    let mut table = Table::create();
    table.table(Alias::new(entity.table)).if_not_exists();
    for index in 0..entity.columns.len() {
        table.col(column(dialect, &entity, index));
    }
    if needs_living(dialect, &entity) {
        table.col(living(&entity));
    }
    let declared = Schema::new(dialect.backend()).create_table_from_entity(E::SeaOrm::default());
    for key in declared.get_foreign_key_create_stmts() {
        table.foreign_key(&mut named(key, entity.table));
    }
    for columns in unique(&entity).filter(|columns| refers_to(&entity, columns)) {
        let names = names(&entity, &columns);
        let mut index = Index::create();
        index.unique().name(index_name("uq", entity.table, &names));
        for name in names {
            index.col(Alias::new(name));
        }
        table.index(&mut index);
    }
    match dialect {
        Dialect::MySql => _ = table.engine("InnoDB").character_set("utf8mb4").collate("utf8mb4_0900_bin"),
        Dialect::MariaDb => _ = table.engine("InnoDB").character_set("utf8mb4").collate("utf8mb4_nopad_bin"),
        Dialect::Sqlite | Dialect::Postgres => {}
    }
    let table = dialect.backend().build(&table).sql;
    TableDdl { table, indexes: indexes(dialect, &entity), searches: search::indexes(dialect, &entity) }
}

/// What MySQL's unique indexes on rows that are not deleted end with: NULL for those that are, and NULLs are never equal.
pub(super) const LIVING: &str = "lys_living";

/// MySQL has no index on some rows of a table.
pub(super) fn needs_living(dialect: Dialect, entity: &EntityDef) -> bool {
    matches!(dialect, Dialect::MySql | Dialect::MariaDb)
        && entity.soft_delete.is_some()
        && unique(entity).next().is_some()
}

fn living(entity: &EntityDef) -> ColumnDdl {
    let mut sql = SqlWriter::new(Dialect::MySql.backend());
    let deleted = entity.soft_delete.map_or("", |column| entity.columns[usize::from(column)].name);
    sql.push("GENERATED ALWAYS AS (IF(").name(deleted).push(" IS NULL, 1, NULL)) VIRTUAL");
    let mut ddl = ColumnDdl::new_with_type(Alias::new(LIVING), ColumnType::custom("tinyint"));
    ddl.extra(sql.text);
    ddl
}

fn named(key: &ForeignKeyCreateStatement, table: &str) -> ForeignKeyCreateStatement {
    let mut key = key.clone();
    let columns = key.get_foreign_key().get_columns();
    key.name(index_name("fk", table, &columns));
    key
}

fn column(dialect: Dialect, entity: &EntityDef, index: usize) -> ColumnDdl {
    let column = &entity.columns[index];
    let keyed = index == 0 || column.unique || column.indexed || is_keyed(entity, index);
    let mut ddl = ColumnDdl::new_with_type(Alias::new(column.name), column_type(dialect, column, keyed));
    if !column.nullable {
        ddl.not_null();
    }
    if index == 0 {
        ddl.primary_key();
    }
    if dialect == Dialect::Postgres && column.kind == ColumnKind::String {
        ddl.extra(r#"COLLATE "C""#);
    }
    ddl
}

/// Whether an index has the column.
fn is_keyed(entity: &EntityDef, index: usize) -> bool {
    let here = |column: &u16| usize::from(*column) == index;
    let mut keys = entity.relations.iter().filter(|relation| relation.kind == RelationKind::BelongsTo);
    let mut sets = entity.unique.iter().chain(&entity.indexes);
    keys.any(|key| key.on.iter().any(|join| here(&join.here))) || sets.any(|set| set.iter().any(here))
}

fn column_type(dialect: Dialect, column: &ColumnDef, keyed: bool) -> ColumnType {
    let mysql = matches!(dialect, Dialect::MySql | Dialect::MariaDb);
    match (column.kind, column.length) {
        (ColumnKind::List(_), _) if mysql => ColumnType::custom("longtext"),
        (ColumnKind::List(_), _) if dialect == Dialect::Sqlite => ColumnType::Text,
        (ColumnKind::DateTime, _) if mysql => ColumnType::custom("datetime(6)"),
        (ColumnKind::String, None) if mysql && keyed => ColumnType::String(StringLen::N(LONGEST_KEY)),
        (ColumnKind::String, None) if mysql => ColumnType::custom("longtext"),
        (ColumnKind::String, Some(length)) if mysql && !keyed && length > LONGEST_IN_ROW => {
            ColumnType::custom("longtext")
        }
        _ => crate::entity::bridge::column_type(column),
    }
}

/// An index for each unique column or set of them, for each way to a list (the whole table, and the rows of one parent, owner or
/// tenant; each in the order of creation, which is the order of relations and the usual one of connections, so that a page is read
/// where it starts, however deep it is), and those of the author.
fn indexes(dialect: Dialect, entity: &EntityDef) -> Vec<IndexDdl> {
    let unique = unique(entity).filter(|columns| !refers_to(entity, columns));
    let unique = unique.map(|columns| index(dialect, entity, "uq", &names(entity, &columns)));
    let keys = entity.relations.iter().filter(|relation| relation.kind == RelationKind::BelongsTo);
    let parents = keys.map(|relation| relation.on.iter().map(|join| join.here).collect::<Vec<_>>());
    let scopes = entity.owner.into_iter().chain(entity.tenants.iter().map(|tenant| tenant.column));
    let leading: BTreeSet<Vec<u16>> = parents.chain(scopes.map(|column| vec![column])).collect();
    let whole = (entity.kind == EntityKind::Business).then(Vec::new);
    let lists = whole.into_iter().chain(leading).map(|leading| {
        let columns: Vec<&str> = names(entity, &leading).into_iter().chain(["created_at", "id"]).collect();
        index(dialect, entity, "idx", &columns)
    });
    let own = entity.indexes.iter().map(|columns| index(dialect, entity, "idx", &names(entity, columns)));
    unique.chain(lists).chain(own).collect()
}

/// Each unique column, and each set of columns that are unique together.
fn unique(entity: &EntityDef) -> impl Iterator<Item = Vec<u16>> {
    let alone = (0_u16..).zip(&entity.columns).filter(|(_, column)| column.unique).map(|(index, _)| vec![index]);
    alone.chain(entity.unique.iter().cloned())
}

/// Whether a relation of the table to itself refers to these columns: the database wants to know before that they are unique.
fn refers_to(entity: &EntityDef, columns: &[u16]) -> bool {
    let mut own = entity.relations.iter().filter(|relation| relation.target == entity.type_id);
    own.any(|relation| {
        relation.kind == RelationKind::BelongsTo && relation.on.iter().map(|join| &join.there).eq(columns)
    })
}

fn names(entity: &EntityDef, columns: &[u16]) -> Vec<&'static str> {
    columns.iter().map(|column| entity.columns[usize::from(*column)].name).collect()
}

fn index(dialect: Dialect, entity: &EntityDef, kind: &str, columns: &[&str]) -> IndexDdl {
    let name = index_name(kind, entity.table, columns);
    let mut sql = SqlWriter::new(dialect.backend());
    sql.push(if kind == "uq" { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " });
    if !matches!(dialect, Dialect::MySql | Dialect::MariaDb) {
        sql.push("IF NOT EXISTS ");
    }
    sql.name(&name).push(" ON ").name(entity.table).push(" (");
    for (place, name) in columns.iter().enumerate() {
        let column = entity.columns.iter().find(|column| column.name == *name).expect("an index of declared columns");
        sql.push(if place > 0 { ", " } else { "" }).order_term("", column, false);
    }
    match entity.soft_delete.filter(|_| kind == "uq").map(|column| entity.columns[usize::from(column)].name) {
        Some(_) if needs_living(dialect, entity) => _ = sql.push(", ").name(LIVING).push(")"),
        Some(deleted) => _ = sql.push(") WHERE ").name(deleted).push(" IS NULL"),
        None => _ = sql.push(")"),
    }
    IndexDdl { name, sql: sql.text }
}

/// `kind-table-column-column`: from the name of a broken constraint, the columns can be told. A name that would be too long ends
/// with a hash of what is cut off.
pub(crate) fn index_name(kind: &str, table: &str, columns: &[impl AsRef<str>]) -> String {
    let columns: Vec<&str> = columns.iter().map(AsRef::as_ref).collect();
    let name = format!("{kind}-{table}-{}", columns.join("-"));
    if name.len() <= LONGEST_NAME {
        return name;
    }
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let end = (0..=LONGEST_NAME - 9).rev().find(|end| name.is_char_boundary(*end)).unwrap_or(0);
    format!("{}~{hash:08x}", &name[..end])
}

/// The columns in a name of [`index_name`]'s; none when it was cut, or somebody else made it.
#[cfg(any(feature = "mysql", test))]
pub(crate) fn columns_of_index(name: &str) -> Vec<String> {
    let mut parts = name.split('-');
    let ours = matches!(parts.next(), Some("uq" | "idx" | "fk")) && parts.next().is_some() && !name.contains('~');
    if ours { parts.map(str::to_owned).collect() } else { Vec::new() }
}

#[cfg(test)]
#[path = "ddl_tests.rs"]
mod tests;
