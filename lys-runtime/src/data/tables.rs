//! Tables: made where they are missing, those that others refer to first.

use crate::{
    data::Database,
    entity::{EntityDef, RelationKind},
    error::{Error, Result},
};

/// Makes the tables and indexes of `entities` that are missing, in one transaction.
///
/// # Errors
/// When entities refer to each other in a circle, and the database's own.
pub async fn create_tables(database: &Database, entities: &[&EntityDef]) -> Result<()> {
    let ordered = in_dependency_order(entities)?;
    let transaction = database.begin().await?;
    for entity in ordered {
        for statement in (entity.create_table)(database.backend()) {
            let values = statement.values.map(|values| values.0).unwrap_or_default();
            transaction.execute(statement.sql, values).await?;
        }
    }
    transaction.commit().await
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
    let targets = entity.relations.iter().filter(|relation| matches!(relation.kind, RelationKind::BelongsTo { .. }));
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
    fn a_circle_is_refused_by_name() {
        let mut category = Category::definition();
        category = category.belongs_to::<Item, uuid::Uuid>("item", 0, None);
        let (item, product) = (Item::definition(), Product::definition());
        let error = in_dependency_order(&[&item, &product, &category]).expect_err("a circle");
        let cause = std::error::Error::source(&error).expect("a cause").to_string();
        assert!(cause.ends_with("Item, Product, Category"), "{cause}");
    }
}
