//! Writes inside a transaction and a decision's scope.
//!
//! A write of many rows is one of a single row with more lines: all are checked before the first is written (`check`), each table gets
//! one statement (`insert`, `update`), and a batch that stops half-way dooms its transaction, whatever its caller does then.

mod blame;
mod check;
mod delete;
mod holders;
mod insert;
mod matching;
mod nested;
mod restore;
mod rows;
mod save;
mod told;
mod update;
mod upsert;

use std::ops::Deref;

use sea_orm::Value;

use self::rows::Line;
pub(super) use self::told::Kept;
use super::{
    Database, Dialect, Draft, Reader, Select, Transaction, Upserted,
    condition::{Operator, Term},
    reader::read,
    select::RowSelect,
    sql::SqlWriter,
};
use crate::{
    access::{
        Decision,
        audit::{self, Action, Trail},
        scope::{Deleted, Scope},
    },
    entity::{Entity, EntityDef, SoftDelete, Unique},
    error::{Error, Result},
};

/// Writes rows that its decision allows, in the transaction of one root mutation field. It reads like a [`Reader`].
///
/// A method for many rows writes all of them or none, by one statement for each table; its errors name the row by its place in what
/// was given (`extensions.path`, and the paths of `INVALID_INPUT`).
#[derive(Clone, Copy)]
pub struct Writer<'a> {
    pub(crate) reader: Reader<'a>,
    pub(crate) transaction: &'a Transaction,
}

impl<'a> Deref for Writer<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

impl<'a> Writer<'a> {
    pub(crate) fn new(database: &'a Database, transaction: &'a Transaction, decision: &'a Decision) -> Self {
        Self { reader: Reader::new(database, Some(transaction), decision), transaction }
    }

    /// The same writer, whose reads and writes of sensitive rows are recorded there.
    pub(crate) fn recorded(self, audit: Trail<'a>) -> Self {
        Self { reader: self.reader.recorded(audit), ..self }
    }

    /// Notes a write, if `entity` is sensitive.
    async fn note(&self, entity: &EntityDef, action: Action, rows: audit::Rows) -> Result<()> {
        if entity.sensitive { self.audit.write(self.transaction, entity, action, rows).await } else { Ok(()) }
    }

    /// The same writer without a scope, because of `reason`. Every use is recorded.
    #[must_use]
    #[track_caller]
    pub fn unscoped(&self, reason: &'static str) -> Self {
        Self { reader: self.reader.unscoped(reason), transaction: self.transaction }
    }

    /// The row with this key as it will be until the transaction ends: whoever else wants to change it waits.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is none, or when it is outside the scope: the caller cannot tell.
    pub async fn get_for_update<E: Entity>(&self, key: E::Key) -> Result<E> {
        let rows = RowSelect { conditions: vec![keyed(key)], ..RowSelect::default() };
        let mut sql = self.reader.select::<E>(&rows);
        sql.push(" LIMIT 1").lock_rows();
        let row: Option<E> = read(&self.transaction.read_all(sql.text, sql.values).await?)?.pop();
        self.keep(&row);
        self.note_row(row.as_ref());
        row.ok_or_else(Error::not_found)
    }

    /// The rows with these keys as they will be until the transaction ends, in their order, by one query; keys without a row inside
    /// the scope are left out.
    ///
    /// # Errors
    /// The database's own.
    pub async fn get_multiple_for_update<E: Entity>(&self, keys: &[E::Key]) -> Result<Vec<E>> {
        let rows = self.reader.multiple(keys, |sql| _ = sql.lock_rows()).await?;
        self.keep(&rows);
        Ok(rows)
    }

    /// The same, but every key has a row.
    ///
    /// # Errors
    /// `NOT_FOUND` at the first key without a row inside the scope.
    pub async fn get_all_for_update<E: Entity>(&self, keys: &[E::Key]) -> Result<Vec<E>> {
        let rows: Vec<E> = self.get_multiple_for_update(keys).await?;
        let mut found = rows.iter().map(Entity::key);
        match keys.iter().position(|key| found.next() != Some(key)) {
            Some(missing) => Err(Error::not_found().at(&[missing.into()])),
            None => Ok(rows),
        }
    }

    /// Runs `work` as a part of the transaction that may fail by itself: then its changes are undone, and the transaction goes on.
    /// Outside such a part a statement that fails dooms the whole transaction. While it runs, nothing else may use the transaction.
    ///
    /// # Errors
    /// Those of `work`, and the database's own.
    pub async fn part<T>(&self, work: impl AsyncFnOnce(&Writer<'a>) -> Result<T>) -> Result<T> {
        self.transaction.part(async || work(self).await).await
    }

    /// Writes a new row.
    ///
    /// # Errors
    /// `INVALID_INPUT` for values that do not fit or are missing, `PERMISSION_DENIED` for a row outside the scope, `NOT_FOUND` for
    /// a referenced row that does not exist or is outside the scope, `ALREADY_EXISTS` for a unique value that is taken.
    pub async fn create<E: Entity>(&self, mut draft: Draft<E>) -> Result<E> {
        draft.original = None;
        self.save(draft).await
    }

    /// Writes new rows and answers with them in their order.
    ///
    /// # Errors
    /// Those of [`create`](Self::create), for the first row that has one; of values that do not fit, all are listed.
    pub async fn create_many<E: Entity>(&self, mut drafts: Vec<Draft<E>>) -> Result<Vec<E>> {
        for draft in &mut drafts {
            draft.original = None;
        }
        self.save_many(drafts).await
    }

    /// Changes the row with this key: `change` gets the row as it is now.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is none inside the scope, and those of [`save`](Self::save).
    pub async fn update<E: Entity>(&self, key: E::Key, change: impl FnOnce(&mut E) + Send) -> Result<E> {
        let row: E = self.get_for_update(key).await?;
        self.save(changed(row, change)).await
    }

    /// Changes the rows with these keys and answers with them in their order: `change` gets each as it is now.
    ///
    /// # Errors
    /// `NOT_FOUND` for a key without a row inside the scope, and those of [`save_many`](Self::save_many).
    pub async fn update_many<E: Entity>(
        &self,
        keys: &[E::Key],
        mut change: impl FnMut(&mut E) + Send,
    ) -> Result<Vec<E>> {
        let rows = self.get_all_for_update(keys).await?;
        self.save_many(rows.into_iter().map(|row| changed(row, &mut change)).collect()).await
    }

    /// Sets the columns of `changes` in all rows of `select` inside the scope, by one statement; answers with their number.
    ///
    /// # Errors
    /// `INVALID_INPUT`, `NOT_FOUND` and `ALREADY_EXISTS` as for [`save`](Self::save); `PERMISSION_DENIED` when one of the rows would
    /// move out of the scope, or into an organization that the decision does not reach.
    pub async fn update_where<E: Entity>(&self, select: Select<E>, changes: Draft<E>) -> Result<u64> {
        self.update_matching(&select, &changes).await
    }

    /// Writes a draft: a new row, or the columns that changed. Without a change nothing is written.
    ///
    /// # Errors
    /// Those of [`create`](Self::create); `NOT_FOUND` when the edited row is not inside the scope; `PERMISSION_DENIED` when the
    /// changes move it out, or into an organization that the decision does not reach; `STALE_VERSION` when the entity has a version
    /// and the row another one than the draft, or than when it was read.
    pub async fn save<E: Entity>(&self, draft: Draft<E>) -> Result<E> {
        let saved = self.save_drafts(vec![draft], |_| Vec::new()).await?.pop();
        saved.ok_or_else(|| Error::internal("a write returned no row"))
    }

    /// Writes drafts, new rows and changes to rows, and answers with the rows in their order.
    ///
    /// # Errors
    /// Those of [`save`](Self::save), for the first row that has one; of values that do not fit, all are listed. A row that stands there
    /// twice is `INVALID_INPUT`.
    pub async fn save_many<E: Entity>(&self, drafts: Vec<Draft<E>>) -> Result<Vec<E>> {
        self.save_drafts(drafts, |index| vec![index.into()]).await
    }

    /// Writes a new row, or into the row that has the same values in `key` the columns that the draft sets: an edition, which is dated
    /// and counted only if it changes something. Of two at once, one creates the row and the other changes it. One statement, on MySQL
    /// two or three.
    ///
    /// ```
    /// # use lys::{data::Upserted, prelude::*};
    /// #[entity]
    /// pub struct Product {
    ///     #[column(unique)]
    ///     pub sku: String,
    ///     pub stock: i32,
    /// }
    ///
    /// async fn deliver(writer: &Writer<'_>, sku: &str, stock: i32) -> Result<Upserted<Product>> {
    ///     let draft = Draft::new().with(Product::COLUMN.sku, sku).with(Product::COLUMN.stock, stock);
    ///     writer.upsert(draft, Product::UNIQUE.sku).await
    /// }
    /// ```
    ///
    /// # Errors
    /// Those of [`create`](Self::create), `ALREADY_EXISTS` also when the row that has the key is outside the scope: it is not changed.
    /// `PERMISSION_DENIED` when the row would move into an organization that the decision does not reach.
    pub async fn upsert<E: Entity>(&self, draft: Draft<E>, key: Unique<E>) -> Result<Upserted<E>> {
        self.upsert_draft(&draft, key).await
    }

    /// Deletes the row with this key. Where its entity is `soft_delete`, the row stays in its table, where nothing sees it.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is none inside the scope, `STILL_REFERENCED` when other rows refer to it.
    pub async fn delete<E: Entity>(&self, key: E::Key) -> Result<()> {
        self.delete_row::<E>(key, None).await
    }

    /// Deletes a row that was read, unless it has changed since.
    pub(crate) async fn delete_read<E: Entity>(&self, row: E) -> Result<()> {
        let key = row.key().clone();
        let version = save::version(&E::definition(), &row);
        self.delete_row::<E>(key, version).await
    }

    /// Deletes the rows with these keys.
    ///
    /// # Errors
    /// `NOT_FOUND` when one is not inside the scope, `STILL_REFERENCED` when other rows refer to one.
    pub async fn delete_many<E: Entity>(&self, keys: &[E::Key]) -> Result<()> {
        self.delete_rows::<E>(keys).await
    }

    /// Deletes all rows of `select` inside the scope; answers with their number.
    ///
    /// # Errors
    /// `STILL_REFERENCED` when other rows refer to one of them.
    pub async fn delete_where<E: Entity>(&self, select: Select<E>) -> Result<u64> {
        self.delete_matching(&select).await
    }

    /// Brings the deleted row with this key back.
    ///
    /// # Errors
    /// `NOT_FOUND` when none is deleted inside the scope, `ALREADY_EXISTS` when another row has one of its unique values by now.
    pub async fn restore<E: SoftDelete>(&self, key: E::Key) -> Result<E> {
        self.restore_row(key).await
    }

    /// Removes the row with this key from its table, deleted or not, and with it what `on_delete = cascade` says.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is none inside the scope, `STILL_REFERENCED` when other rows refer to it.
    pub async fn purge<E: SoftDelete>(&self, key: E::Key) -> Result<()> {
        let removed = self.purge_rows(&E::definition(), &[keyed(key)], Deleted::Shown).await?;
        if removed == 0 { Err(Error::not_found()) } else { Ok(()) }
    }

    /// Removes all rows of `select` inside the scope from their table; answers with their number. Deleted rows are among them only as
    /// the select says, e.g. [`only_deleted`](Select::only_deleted).
    ///
    /// # Errors
    /// `STILL_REFERENCED` when other rows refer to one of them.
    pub async fn purge_where<E: SoftDelete>(&self, select: Select<E>) -> Result<u64> {
        self.purge_matching(&select).await
    }

    /// Runs a statement that writes `lines`, and answers with their rows in any order, as the database has them; with fewer when it
    /// did not find all. `alias` is the table's in its last clause.
    async fn written<E: Entity>(
        &self,
        mut sql: SqlWriter,
        alias: &str,
        entity: &EntityDef,
        lines: &[Line],
    ) -> Result<Vec<E>> {
        if sql.returning(alias, entity) {
            return read(&self.transaction.read_all(sql.text, sql.values).await?);
        }
        self.told(sql, entity, lines).await
    }

    fn dialect(&self) -> Dialect {
        self.transaction.dialect()
    }
}

/// A draft of what `change` does to `row`.
fn changed<E: Entity>(row: E, change: impl FnOnce(&mut E)) -> Draft<E> {
    let mut changed = row.clone();
    change(&mut changed);
    Draft { values: changed.into_values().into_iter().map(Some).collect(), original: Some(row), children: Vec::new() }
}

fn keyed(key: impl Into<Value>) -> Term {
    Term::Compare(0, Operator::Equal, key.into())
}

/// The rows of `lines`, of which so many were written.
fn lines_written(lines: &[Line], number: usize) -> audit::Rows {
    match lines {
        [line] if number == 1 => audit::Rows::Key(line.key().clone()),
        _ => audit::Rows::Number(number as u64),
    }
}

/// The rows of `terms`, of which there were so many.
fn rows_of(terms: &[Term], number: u64) -> audit::Rows {
    match terms.first() {
        Some(Term::Compare(0, Operator::Equal, key)) if number == 1 => audit::Rows::Key(key.clone()),
        _ => audit::Rows::Number(number),
    }
}

/// How many values a scope binds.
fn scope_values(dialect: Dialect, entity: &EntityDef, scope: &Scope<'_>) -> usize {
    let mut sql = SqlWriter::new(dialect.backend());
    sql.filter(entity, "", &[], scope);
    sql.values.len()
}
