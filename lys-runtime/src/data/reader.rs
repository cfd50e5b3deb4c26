//! Reads inside a decision's scope.

use std::collections::HashMap;

use sea_orm::DbBackend;

use super::{
    Database, Rows, Select, Transaction,
    condition::{Operator, Term},
    select::RowSelect,
    sql::SqlWriter,
};
use crate::{
    access::{
        Decision, UNSCOPED,
        audit::{self, Action, Trail},
        scope::{Deleted, Scope, scope},
    },
    entity::{Cells, Entity, EntityDef},
    error::{Error, Result},
};

/// Reads rows that its decision allows; inside the transaction, if there is one.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub(crate) database: &'a Database,
    pub(crate) transaction: Option<&'a Transaction>,
    pub(crate) decision: &'a Decision,
    pub(crate) audit: Trail<'a>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(database: &'a Database, transaction: Option<&'a Transaction>, decision: &'a Decision) -> Self {
        Self { database, transaction, decision, audit: Trail::SYSTEM }
    }

    /// The same reader, whose reads of sensitive rows are recorded there.
    pub(crate) fn recorded(self, audit: Trail<'a>) -> Self {
        Self { audit, ..self }
    }

    /// The same reader without a scope, because of `reason`. Every use is recorded.
    #[must_use]
    #[track_caller]
    pub fn unscoped(&self, reason: &'static str) -> Self {
        audit::unscoped(reason, std::panic::Location::caller());
        Self { decision: &UNSCOPED, ..*self }
    }

    /// The row with this key.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is none, or when it is outside the scope: the caller cannot tell.
    pub async fn get<E: Entity>(&self, key: E::Key) -> Result<E> {
        self.find(key).await?.ok_or_else(Error::not_found)
    }

    /// The row with this key, if there is one inside the scope.
    ///
    /// # Errors
    /// The database's own.
    pub async fn find<E: Entity>(&self, key: E::Key) -> Result<Option<E>> {
        let condition = Term::Compare(0, Operator::Equal, key.into());
        let rows = RowSelect { conditions: vec![condition], ..RowSelect::default() };
        self.first_row(rows).await
    }

    /// The first row of `select`, if there is one inside the scope.
    ///
    /// # Errors
    /// The database's own.
    pub async fn first<E: Entity>(&self, select: Select<E>) -> Result<Option<E>> {
        self.first_row(select.rows).await
    }

    /// All rows of `select` inside the scope.
    ///
    /// # Errors
    /// The database's own.
    pub async fn list<E: Entity>(&self, select: Select<E>) -> Result<Vec<E>> {
        let rows = self.run(self.select::<E>(&select.rows)).await?;
        self.note::<E>(rows.len());
        read(&rows)
    }

    /// How many rows of `select` are inside the scope.
    ///
    /// # Errors
    /// The database's own.
    pub async fn count<E: Entity>(&self, select: Select<E>) -> Result<u64> {
        let entity = E::definition();
        let mut sql = SqlWriter::new(self.backend());
        sql.push("SELECT COUNT(*) FROM ").name(entity.table);
        sql.filter(&entity, "", &select.rows.conditions, &self.root(&entity, select.rows.deleted));
        let count: Option<i64> = match self.run(sql).await?.first() {
            Some(row) => Some(row.get(0)?),
            None => None,
        };
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
    }

    /// Whether a row of `select` is inside the scope.
    ///
    /// # Errors
    /// The database's own.
    pub async fn exists<E: Entity>(&self, select: Select<E>) -> Result<bool> {
        let entity = E::definition();
        self.has_row(&entity, &select.rows.conditions, &self.root(&entity, select.rows.deleted)).await
    }

    /// The rows with these keys, in their order, by one query; keys without a row inside the scope are left out.
    ///
    /// # Errors
    /// The database's own.
    pub async fn get_multiple<E: Entity>(&self, keys: &[E::Key]) -> Result<Vec<E>> {
        self.multiple(keys, |_| {}).await
    }

    /// The same, by a query that `more` has added to.
    pub(super) async fn multiple<E: Entity>(
        &self,
        keys: &[E::Key],
        more: impl FnOnce(&mut SqlWriter),
    ) -> Result<Vec<E>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let condition = Term::In(0, keys.iter().cloned().map(Into::into).collect());
        let rows = RowSelect { conditions: vec![condition], ..RowSelect::default() };
        let mut sql = self.select::<E>(&rows);
        more(&mut sql);
        let found: Vec<E> = read(&self.run(sql).await?)?;
        self.note::<E>(found.len());
        let by_key: HashMap<&E::Key, &E> = found.iter().map(|row| (row.key(), row)).collect();
        Ok(keys.iter().filter_map(|key| by_key.get(key).copied().cloned()).collect())
    }

    pub(crate) fn backend(&self) -> DbBackend {
        self.database.backend()
    }

    /// Whether `entity` has a row that satisfies `conditions` inside `scope`.
    pub(super) async fn has_row(&self, entity: &EntityDef, conditions: &[Term], scope: &Scope<'_>) -> Result<bool> {
        let mut sql = SqlWriter::new(self.backend());
        sql.push("SELECT 1 FROM ").name(entity.table).filter(entity, "", conditions, scope).push(" LIMIT 1");
        Ok(!self.run(sql).await?.is_empty())
    }

    fn root(&self, entity: &EntityDef, deleted: Deleted) -> Scope<'a> {
        scope(self.decision, entity, true).showing(deleted)
    }

    async fn first_row<E: Entity>(&self, rows: RowSelect) -> Result<Option<E>> {
        let mut sql = self.select::<E>(&rows);
        sql.push(" LIMIT 1");
        let row: Option<E> = read(&self.run(sql).await?)?.pop();
        self.note_row(row.as_ref());
        Ok(row)
    }

    fn note<E: Entity>(&self, rows: usize) {
        if E::SENSITIVE {
            self.audit.read(&E::definition(), Action::Read, audit::Rows::Number(rows as u64));
        }
    }

    /// Notes that a row was read, if there was one.
    pub(super) fn note_row<E: Entity>(&self, row: Option<&E>) {
        if let Some(row) = row.filter(|_| E::SENSITIVE) {
            self.audit.read(&E::definition(), Action::Read, audit::Rows::Key(row.key().clone().into()));
        }
    }

    pub(super) fn select<E: Entity>(&self, rows: &RowSelect) -> SqlWriter {
        let entity = E::definition();
        let mut sql = SqlWriter::new(self.backend());
        sql.push("SELECT ").columns(&entity).push(" FROM ").name(entity.table);
        sql.filter(&entity, "", &rows.conditions, &self.root(&entity, rows.deleted));
        sql.push(" ORDER BY ");
        for order in &rows.order {
            sql.order_term("", &entity.columns[usize::from(order.column)], order.descending).push(", ");
        }
        sql.name(entity.columns[0].name);
        sql
    }

    async fn run(&self, sql: SqlWriter) -> Result<Rows> {
        match self.transaction {
            Some(transaction) => transaction.read_all(sql.text, sql.values).await,
            None => self.database.read_all(sql.text, sql.values).await,
        }
    }
}

/// Rows of `E` from cells in column order.
pub(super) fn read<E: Entity>(rows: &Rows) -> Result<Vec<E>> {
    rows.iter().map(|row| E::from_cells(&mut Cells::new(row))).collect()
}
