//! The table of an entity: its statement and its indexes.

use std::collections::BTreeSet;

use sea_orm::{
    DbBackend, Schema, Statement,
    sea_query::{Alias, Index, IndexCreateStatement},
};

use super::{Entity, EntityDef, EntityKind, RelationKind};

/// The statements that make the table of `E`.
pub(super) fn create_table<E: Entity>(backend: DbBackend) -> Vec<Statement> {
    let schema = Schema::new(backend);
    let entity = E::definition();
    let mut table = schema.create_table_from_entity(E::SeaOrm::default());
    for columns in &entity.unique {
        // Inside the table's own statement: a relation to the same table may refer to it.
        table.index(index(&entity, "unique", columns).unique());
    }
    let mut statements = vec![backend.build(table.if_not_exists())];
    let unique =
        schema.create_index_from_entity(E::SeaOrm::default()).into_iter().filter(IndexCreateStatement::is_unique_key);
    let lists = list_indexes(&entity);
    let own = entity.indexes.iter().map(|columns| index(&entity, "idx", columns));
    statements.extend(unique.chain(lists).chain(own).map(|mut index| backend.build(index.if_not_exists())));
    statements
}

/// An index for each way to a list: the whole table, and the rows of one parent, owner or tenant; each in the order of creation,
/// which is the order of relations and the usual one of connections. So a page is read where it starts, however deep it is.
fn list_indexes(entity: &EntityDef) -> Vec<IndexCreateStatement> {
    let keys = entity.relations.iter().filter(|relation| relation.kind == RelationKind::BelongsTo);
    let parents = keys.map(|relation| relation.on.iter().map(|join| join.here).collect::<Vec<_>>());
    let scopes = entity.owner.into_iter().chain(entity.tenants.iter().map(|tenant| tenant.column));
    let leading: BTreeSet<Vec<u16>> = parents.chain(scopes.map(|column| vec![column])).collect();
    let whole = (entity.kind == EntityKind::Business).then(Vec::new);
    whole.into_iter().chain(leading).map(|leading| list_index(entity, &leading)).collect()
}

/// The leading columns, then the order of creation.
fn list_index(entity: &EntityDef, leading: &[u16]) -> IndexCreateStatement {
    let order = ["created_at", "id"].map(|name| entity.column_index(name)).into_iter().flatten();
    let columns: Vec<u16> = leading.iter().copied().chain(order).collect();
    let mut index = index(entity, "idx", &columns);
    let names = if leading.is_empty() { "created_at".to_owned() } else { names(entity, leading) };
    index.name(format!("idx-{}-{names}", entity.table));
    index
}

fn index(entity: &EntityDef, prefix: &str, columns: &[u16]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{prefix}-{}-{}", entity.table, names(entity, columns)));
    index.table(Alias::new(entity.table));
    for column in columns {
        index.col(Alias::new(entity.columns[usize::from(*column)].name));
    }
    index
}

fn names(entity: &EntityDef, columns: &[u16]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| entity.columns[usize::from(*column)].name).collect();
    names.join("-")
}
