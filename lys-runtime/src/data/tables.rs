//! Tables: made where they are missing, those that others refer to first.

use std::collections::HashSet;

use sea_orm::DbBackend;

use super::{
    Database, Dialect, SearchDdl, Transaction,
    ddl::{LIVING, needs_living},
    search,
};
use crate::{
    entity::{ColumnKind, EntityDef, RelationKind},
    error::{Error, Result},
};

/// Makes the tables and indexes of `entities` that are missing. Two processes that start at once do so one after the other.
///
/// # Errors
/// When entities refer to each other in a circle, when the database cannot hold a column exactly, and the database's own.
pub async fn create_tables(database: &Database, entities: &[&EntityDef]) -> Result<()> {
    let ordered = in_dependency_order(entities)?;
    check_decimals(database.dialect(), entities)?;
    let transaction = database.begin_alone().await?;
    let there = indexes_to_leave(&transaction).await?;
    search::prepare(&transaction, entities).await?;
    for entity in ordered {
        // A table comes with its indexes: another may refer to columns that have to be unique by then.
        let table = (entity.create_table)(database.dialect());
        transaction.execute(table.table, Vec::new()).await?;
        for index in table.indexes {
            if !there.contains(&(entity.table.to_owned(), index.name)) {
                transaction.execute(index.sql, Vec::new()).await?;
            }
        }
        let missing = |search: &SearchDdl| !there.contains(&(entity.table.to_owned(), search.name.clone()));
        for statement in table.searches.into_iter().filter(missing).flat_map(|search| search.statements) {
            transaction.execute(statement, Vec::new()).await?;
        }
    }
    check_columns(&transaction, entities).await?;
    transaction.commit().await
}

/// Tables and indexes that must not be made again: on MySQL, which cannot say `IF NOT EXISTS` of an index, and on SQLite the triggers
/// of search indexes, which hold the rows already.
async fn indexes_to_leave(transaction: &Transaction) -> Result<HashSet<(String, String)>> {
    let sql = match transaction.backend() {
        DbBackend::Sqlite => "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
        DbBackend::Postgres => return Ok(HashSet::new()),
        _ => {
            "SELECT CAST(table_name AS CHAR), CAST(index_name AS CHAR) FROM information_schema.statistics \
             WHERE table_schema = DATABASE()"
        }
    };
    pairs(transaction, sql).await
}

/// Tables that were there before may lack columns that entities have by now; all that do are named.
async fn check_columns(transaction: &Transaction, entities: &[&EntityDef]) -> Result<()> {
    let there = pairs(
        transaction,
        match transaction.backend() {
            DbBackend::Sqlite => {
                "SELECT tables.name, columns.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns"
            }
            DbBackend::Postgres => {
                "SELECT table_name::text, column_name::text FROM information_schema.columns \
             WHERE table_schema = ANY(current_schemas(false))"
            }
            _ => {
                "SELECT CAST(table_name AS CHAR), CAST(column_name AS CHAR) FROM information_schema.columns \
                 WHERE table_schema = DATABASE()"
            }
        },
    );
    let there = there.await?;
    let columns = entities.iter().flat_map(|entity| {
        let living = needs_living(transaction.dialect(), entity).then_some(LIVING);
        entity.columns.iter().map(|column| column.name).chain(living).map(|column| (entity.table, column))
    });
    let missing: Vec<String> = columns
        .filter(|(table, column)| !there.contains(&((*table).to_owned(), (*column).to_owned())))
        .map(|(table, column)| format!("`{table}.{column}`"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let columns = missing.join(", ");
    Err(Error::internal(format!("the database lacks the columns {columns}; add them, or in dev delete the database")))
}

/// Two texts from each row.
async fn pairs(transaction: &Transaction, sql: &str) -> Result<HashSet<(String, String)>> {
    let rows = transaction.read_all(sql.to_owned(), Vec::new()).await?;
    rows.iter().map(|row| Ok((row.get::<String>(0)?, row.get::<String>(1)?))).collect()
}

/// SQLite keeps decimals as floating-point numbers, which are exact up to this many digits.
const SQLITE_DIGITS: u32 = 15;

/// Every decimal column keeps its digits on this database; all that do not are named.
fn check_decimals(dialect: Dialect, entities: &[&EntityDef]) -> Result<()> {
    let columns = entities.iter().flat_map(|entity| entity.columns.iter().map(|column| (entity.name, column)));
    let decimals = columns.filter(|(_, column)| column.kind == ColumnKind::Decimal);
    let refused: Vec<String> = decimals
        .filter_map(|(entity, column)| match (dialect, column.decimal) {
            (Dialect::Sqlite, Some((precision, _))) if precision > SQLITE_DIGITS => {
                Some(format!("{entity}.{} has {precision}", column.name))
            }
            (Dialect::MySql | Dialect::MariaDb, None) => Some(format!("{entity}.{}", column.name)),
            _ => None,
        })
        .collect();
    if refused.is_empty() {
        return Ok(());
    }
    let refused = refused.join(", ");
    Err(Error::internal(match dialect {
        Dialect::Sqlite => format!("SQLite keeps at most {SQLITE_DIGITS} digits of a decimal: {refused}"),
        _ => format!(
            "MySQL rounds decimals unless it knows their digits; say them with `#[column(decimal(…, …))]`: {refused}"
        ),
    }))
}

/// Targets of `belongs_to` before the entities that refer to them, otherwise in the given order.
fn in_dependency_order<'e>(entities: &[&'e EntityDef]) -> Result<Vec<&'e EntityDef>> {
    let mut waiting = entities.to_vec();
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let Some(next) = waiting.iter().position(|entity| !waits_for_another(entity, &waiting)) else {
            let names: Vec<&str> = waiting.iter().map(|entity| entity.name).collect();
            return Err(Error::internal(format!("entities refer to each other in a circle: {}", names.join(", "))));
        };
        ordered.push(waiting.remove(next));
    }
    Ok(ordered)
}

fn waits_for_another(entity: &EntityDef, waiting: &[&EntityDef]) -> bool {
    let targets = entity.relations.iter().filter(|relation| relation.kind == RelationKind::BelongsTo);
    let mut others = targets.map(|relation| relation.target).filter(|target| *target != entity.type_id);
    others.any(|target| waiting.iter().any(|other| other.type_id == target))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::test_entities::{Category, Item, Product};
    use crate::entity::Entity;

    fn names(entities: &[&EntityDef]) -> Result<Vec<&'static str>> {
        Ok(in_dependency_order(entities)?.into_iter().map(|entity| entity.name).collect())
    }

    #[test]
    fn targets_come_first() {
        let (item, product, category) = (Item::definition(), Product::definition(), Category::definition());
        let expected = ["Category", "Product", "Item"];
        assert_eq!(names(&[&item, &product, &category]).expect("no circle"), expected);
        assert_eq!(names(&[&item, &category, &product]).expect("no circle"), expected);
    }

    #[test]
    fn decimals_that_sqlite_would_round_are_refused_by_name() {
        let mut product = Product::definition();
        let price = product.columns.iter_mut().find(|column| column.name == "price").expect("a price");
        price.decimal = Some((16, 2));
        let error = check_decimals(Dialect::Sqlite, &[&product]).expect_err("too many digits");
        let cause = std::error::Error::source(&error).expect("a cause").to_string();
        assert_eq!(cause, "SQLite keeps at most 15 digits of a decimal: Product.price has 16");
        assert!(check_decimals(Dialect::Postgres, &[&product]).is_ok());
    }

    #[test]
    fn a_circle_is_refused_by_name() {
        let mut category = Category::definition();
        category = category.belongs_to::<Item, uuid::Uuid>("item", 0, None);
        let (item, product) = (Item::definition(), Product::definition());
        let error = in_dependency_order(&[&item, &product, &category]).expect_err("a circle");
        let cause = std::error::Error::source(&error).expect("a cause").to_string();
        assert!(cause.ends_with("Item, Product, Category"), "{cause}");
    }

    #[tokio::test]
    async fn a_table_that_lacks_a_column_is_a_fault_at_start() {
        let test = crate::data::test_entities::TestDatabase::open().await;
        let transaction = test.database.begin_alone().await.expect("begins");
        transaction.execute("ALTER TABLE item DROP COLUMN count".to_owned(), Vec::new()).await.expect("drops");
        transaction.commit().await.expect("commits");
        let entities = [Category::definition(), Product::definition(), Item::definition()];
        let refused = create_tables(&test.database, &entities.each_ref()).await.expect_err("a column is missing");
        let told = std::error::Error::source(&refused).map(ToString::to_string).unwrap_or_default();
        assert!(told.contains("`item.count`"), "{told}");
    }
}
