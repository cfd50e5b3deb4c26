//! Tables: made where they are missing, those that others refer to first.

use sea_orm::DbBackend;

use crate::{
    data::Database,
    entity::{EntityDef, RelationKind},
    error::{Error, Result},
};

/// Makes the tables and indexes of `entities` that are missing, in one transaction.
///
/// # Errors
/// When entities refer to each other in a circle, when the database cannot hold a column exactly, and the database's own.
pub async fn create_tables(database: &Database, entities: &[&EntityDef]) -> Result<()> {
    let ordered = in_dependency_order(entities)?;
    check_decimals(database.backend(), entities)?;
    let transaction = database.begin().await?;
    for entity in ordered {
        for statement in (entity.create_table)(database.backend()) {
            let values = statement.values.map(|values| values.0).unwrap_or_default();
            transaction.execute(statement.sql, values).await?;
        }
    }
    transaction.commit().await?;
    check_columns(database, entities).await
}

/// Tables that were there before may lack columns that entities have by now; all that do are named.
async fn check_columns(database: &Database, entities: &[&EntityDef]) -> Result<()> {
    if database.backend() != DbBackend::Sqlite {
        return Ok(());
    }
    let mut missing = Vec::new();
    for entity in entities {
        let sql = "SELECT name FROM pragma_table_info(?)".to_owned();
        let rows = database.read_all(sql, vec![entity.table.into()]).await?;
        let there = rows.iter().map(|row| row.get(0)).collect::<Result<Vec<String>>>()?;
        let lacking = entity.columns.iter().filter(|column| !there.iter().any(|name| name == column.name));
        missing.extend(lacking.map(|column| format!("`{}.{}`", entity.table, column.name)));
    }
    if missing.is_empty() {
        return Ok(());
    }
    let columns = missing.join(", ");
    Err(Error::internal(format!(
        "the database lacks the columns {columns}; add them, or in dev delete the database file"
    )))
}

/// SQLite keeps decimals as floating-point numbers, which are exact up to this many digits.
const SQLITE_DIGITS: u32 = 15;

/// Every decimal column keeps its digits on this database; all that do not are named.
fn check_decimals(backend: DbBackend, entities: &[&EntityDef]) -> Result<()> {
    if backend != DbBackend::Sqlite {
        return Ok(());
    }
    let columns = entities.iter().flat_map(|entity| entity.columns.iter().map(|column| (entity.name, column)));
    let too_long: Vec<String> = columns
        .filter_map(|(entity, column)| match column.decimal {
            Some((precision, _)) if precision > SQLITE_DIGITS => {
                Some(format!("{entity}.{} has {precision}", column.name))
            }
            _ => None,
        })
        .collect();
    if too_long.is_empty() {
        return Ok(());
    }
    let text = format!("SQLite keeps at most {SQLITE_DIGITS} digits of a decimal: {}", too_long.join(", "));
    Err(Error::internal(text))
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
        let error = check_decimals(DbBackend::Sqlite, &[&product]).expect_err("too many digits");
        let cause = std::error::Error::source(&error).expect("a cause").to_string();
        assert_eq!(cause, "SQLite keeps at most 15 digits of a decimal: Product.price has 16");
        assert!(check_decimals(DbBackend::Postgres, &[&product]).is_ok());
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
        let transaction = test.database.begin().await.expect("begins");
        transaction.execute("ALTER TABLE item DROP COLUMN count".to_owned(), Vec::new()).await.expect("drops");
        transaction.commit().await.expect("commits");
        let entities = [Category::definition(), Product::definition(), Item::definition()];
        let refused = create_tables(&test.database, &entities.each_ref()).await.expect_err("a column is missing");
        let told = std::error::Error::source(&refused).map(ToString::to_string).unwrap_or_default();
        assert!(told.contains("`item.count`"), "{told}");
    }
}
