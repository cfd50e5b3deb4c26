//! Ends of rows.

use std::collections::HashSet;

use sea_orm::Value;

use super::{Writer, keyed, rows::lookup_text, rows_of};
use crate::{
    access::{
        audit::Action,
        scope::{Deleted, Scope, writable},
    },
    data::{
        Select,
        condition::{Operator, Term},
        sql::SqlWriter,
    },
    entity::{Entity, EntityDef},
    error::{Error, Result, code},
};

impl Writer<'_> {
    /// Deletes the row with this key, if it has this version.
    pub(super) async fn delete_row<E: Entity>(&self, key: E::Key, version: Option<Value>) -> Result<()> {
        let entity = E::definition();
        let scope = self.writable(&entity)?;
        let mut terms = vec![keyed(key.clone())];
        if let (Some(column), Some(version)) = (entity.version, &version) {
            terms.push(Term::Compare(column, Operator::Equal, version.clone()));
        }
        if self.delete_in(&entity, &terms, &scope).await? > 0 {
            return Ok(());
        }
        let is_there = version.is_some() && self.has_row(&entity, &[keyed(key)], &scope).await?;
        Err(if is_there { Error::stale_version() } else { Error::not_found() })
    }

    /// Deletes the rows with these keys, or none of them.
    pub(super) async fn delete_rows<E: Entity>(&self, keys: &[E::Key]) -> Result<()> {
        let entity = E::definition();
        let scope = self.writable(&entity)?;
        let mut distinct = HashSet::new();
        let values: Vec<Value> =
            keys.iter().filter(|key| distinct.insert(*key)).map(|key| key.clone().into()).collect();
        let there = self.known_keys(&entity, values.clone(), &scope).await?;
        let is_missing = |key: &E::Key| lookup_text(&key.clone().into()).is_none_or(|key| !there.contains(&key));
        if let Some(missing) = keys.iter().position(is_missing) {
            return Err(Error::not_found().at(&[missing.into()]));
        }
        let mut deleted = 0;
        for keys in values.chunks(self.dialect().keys_per_statement()) {
            deleted += self.delete_in(&entity, &[Term::In(0, keys.to_vec())], &scope).await?;
        }
        if deleted < values.len() as u64 {
            // Somebody else was faster.
            self.transaction.give_up();
            return Err(Error::not_found());
        }
        Ok(())
    }

    /// Deletes the rows of `select`.
    pub(super) async fn delete_matching<E: Entity>(&self, select: &Select<E>) -> Result<u64> {
        let entity = E::definition();
        let scope = self.writable(&entity)?;
        if select.rows.deleted == Deleted::Only {
            return Ok(0);
        }
        self.delete_in(&entity, &select.rows.conditions, &scope).await
    }

    async fn delete_in(&self, entity: &EntityDef, terms: &[Term], scope: &Scope<'_>) -> Result<u64> {
        if entity.soft_delete.is_some() {
            return self.hide(entity, terms, scope).await;
        }
        self.remove(entity, terms, scope).await
    }

    /// Removes rows from their table.
    pub(super) async fn remove(&self, entity: &EntityDef, terms: &[Term], scope: &Scope<'_>) -> Result<u64> {
        let mut sql = SqlWriter::new(self.backend());
        sql.push("DELETE FROM ").name(entity.table);
        sql.filter(entity, "", terms, scope);
        let number = self.transaction.execute(sql.text, sql.values).await.map_err(still_referenced)?;
        self.note(entity, Action::Delete, rows_of(terms, number)).await?;
        Ok(number)
    }

    /// The rows that may be changed or deleted.
    pub(super) fn writable(&self, entity: &EntityDef) -> Result<Scope<'_>> {
        let scope = writable(self.decision, entity);
        scope.ok_or_else(|| Error::permission_denied().with_detail(format!("a {} is not the caller's", entity.name)))
    }
}

/// On deletion a broken foreign key means that others refer to the row.
fn still_referenced(error: Error) -> Error {
    if error.code() != code::NOT_FOUND {
        return error;
    }
    Error::new(code::STILL_REFERENCED, 409).with_detail(error.detail().unwrap_or_default().to_owned())
}
