//! `CREATE TABLE` and `CREATE INDEX` of an entity, so that its rows mean the same on every database: texts compare byte by byte, times
//! have microseconds, decimals their digits.

use sea_orm::{
    Schema,
    sea_query::{Alias, ColumnDef as ColumnDdl, ColumnType, ForeignKeyCreateStatement, StringLen, Table},
};

use super::{dialect::Dialect, sql::SqlWriter};
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
}

impl TableDdl {
    /// All statements, in their order.
    pub fn statements(self) -> impl Iterator<Item = String> {
        std::iter::once(self.table).chain(self.indexes.into_iter().map(|index| index.sql))
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

/// The table of `E`.
pub(crate) fn table_of<E: Entity>(dialect: Dialect) -> TableDdl {
    let entity = E::definition();
    let mut table = Table::create();
    table.table(Alias::new(entity.table)).if_not_exists();
    for index in 0..entity.columns.len() {
        table.col(column(dialect, &entity, index));
    }
    let declared = Schema::new(dialect.backend()).create_table_from_entity(E::SeaOrm::default());
    for key in declared.get_foreign_key_create_stmts() {
        table.foreign_key(&mut named(key, entity.table));
    }
    match dialect {
        Dialect::MySql => _ = table.engine("InnoDB").character_set("utf8mb4").collate("utf8mb4_0900_bin"),
        Dialect::MariaDb => _ = table.engine("InnoDB").character_set("utf8mb4").collate("utf8mb4_nopad_bin"),
        Dialect::Sqlite | Dialect::Postgres => {}
    }
    let table = dialect.backend().build(&table).sql;
    TableDdl { table, indexes: indexes(dialect, &entity) }
}

fn named(key: &ForeignKeyCreateStatement, table: &str) -> ForeignKeyCreateStatement {
    let mut key = key.clone();
    let columns = key.get_foreign_key().get_columns();
    key.name(index_name("fk", table, &columns));
    key
}

fn column(dialect: Dialect, entity: &EntityDef, index: usize) -> ColumnDdl {
    let column = &entity.columns[index];
    let keyed = index == 0 || column.unique || column.indexed || is_reference(entity, index);
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

fn is_reference(entity: &EntityDef, index: usize) -> bool {
    let mut relations = entity.relations.iter();
    relations
        .any(|relation| matches!(relation.kind, RelationKind::BelongsTo { column } if usize::from(column) == index))
}

fn column_type(dialect: Dialect, column: &ColumnDef, keyed: bool) -> ColumnType {
    let mysql = matches!(dialect, Dialect::MySql | Dialect::MariaDb);
    match (column.kind, column.length) {
        (ColumnKind::DateTime, _) if mysql => ColumnType::custom("datetime(6)"),
        (ColumnKind::String, None) if mysql && keyed => ColumnType::String(StringLen::N(LONGEST_KEY)),
        (ColumnKind::String, None) if mysql => ColumnType::custom("longtext"),
        (ColumnKind::String, Some(length)) if mysql && !keyed && length > LONGEST_IN_ROW => {
            ColumnType::custom("longtext")
        }
        _ => crate::entity::bridge::column_type(column),
    }
}

/// An index for each unique column and for each way to a list: the whole table, and the rows of one parent, owner or tenant; each in
/// the order of creation, which is the order of relations and the usual one of connections. So a page is read where it starts,
/// however deep it is.
fn indexes(dialect: Dialect, entity: &EntityDef) -> Vec<IndexDdl> {
    let unique = entity.columns.iter().filter(|column| column.unique);
    let unique = unique.map(|column| index(dialect, entity, "uq", &[column.name]));
    let parents = entity.relations.iter().filter_map(|relation| match relation.kind {
        RelationKind::BelongsTo { column } => Some(column),
        RelationKind::HasMany { .. } => None,
    });
    let mut leading: Vec<u16> =
        parents.chain(entity.owner).chain(entity.tenants.iter().map(|tenant| tenant.column)).collect();
    leading.sort_unstable();
    leading.dedup();
    let whole = (entity.kind == EntityKind::Business).then(|| index(dialect, entity, "idx", &["created_at", "id"]));
    let lists = leading
        .into_iter()
        .map(|column| index(dialect, entity, "idx", &[entity.columns[usize::from(column)].name, "created_at", "id"]));
    unique.chain(whole).chain(lists).collect()
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
    sql.push(")");
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
pub(crate) fn columns_of_index(name: &str) -> Vec<String> {
    let mut parts = name.split('-');
    let ours = matches!(parts.next(), Some("uq" | "idx" | "fk")) && parts.next().is_some() && !name.contains('~');
    if ours { parts.map(str::to_owned).collect() } else { Vec::new() }
}

#[cfg(test)]
#[path = "ddl_tests.rs"]
mod tests;
