//! The audit: who read and wrote the rows of `sensitive` entities, who acted as a super user, what was freed of its scope.
//!
//! Records are events of the tracing target [`TARGET`], which the log level does not silence, and rows of the table `lys_audit` where
//! the setting `audit.table` is on. They say who, by which operation, which rows and how many; they hold no value of a row but its key.

use std::{
    borrow::Cow,
    panic::Location,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, SubsecRound as _, Utc};
use sea_orm::Value;
use uuid::Uuid;

use super::Actor;
use crate::{
    context::Request,
    data::{Database, Transaction, sql::SqlWriter},
    entity,
    entity::{Entity, EntityDef},
    error::Result,
};

/// The tracing target of all records.
pub const TARGET: &str = "lys::audit";

/// What happened to rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Read,
    /// Only what they come to was read: sums, greatest values, groups.
    Aggregate,
    Create,
    Update,
    Delete,
    Restore,
}

impl Action {
    fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Aggregate => "aggregate",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Restore => "restore",
        }
    }
}

/// Which rows it happened to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Rows {
    /// The row with this key.
    Key(Value),
    /// So many.
    Number(u64),
}

/// One read or write of sensitive rows.
#[derive(Debug, Clone)]
struct Record {
    actor: Cow<'static, str>,
    operation: String,
    entity: &'static str,
    action: Action,
    key: String,
    rows: u64,
    request: String,
}

/// What one request did to sensitive rows. It decides nothing and nothing reads it while the request is at work.
#[derive(Debug)]
pub(crate) struct Journal<'a> {
    request: &'a Request,
    /// Records are rows of the table, too.
    table: bool,
    /// Reads that wait for the table.
    reads: Mutex<Vec<Record>>,
    /// Writes that wait for their commit.
    writes: Mutex<Vec<Record>>,
}

/// Where the records of one operation go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trail<'a> {
    journal: Option<&'a Journal<'a>>,
    operation: &'a str,
}

impl<'a> Journal<'a> {
    pub(crate) fn new(request: &'a Request, table: bool) -> Self {
        Self { request, table, reads: Mutex::default(), writes: Mutex::default() }
    }

    /// The trail of an operation of this request.
    pub(crate) fn trail(&'a self, operation: &'a str) -> Trail<'a> {
        Trail { journal: Some(self), operation }
    }

    /// A transaction has ended: what it wrote has happened, or has not.
    pub(crate) fn ended(&self, committed: bool) {
        let writes = std::mem::take(&mut *self.writes.lock().unwrap_or_else(PoisonError::into_inner));
        if committed {
            writes.iter().for_each(Record::tell);
        }
    }

    /// Puts the reads into the table once the request is answered. A failure is logged: the events have been told.
    pub(crate) async fn close(&self, database: &Database) {
        let reads = std::mem::take(&mut *self.reads.lock().unwrap_or_else(PoisonError::into_inner));
        if !reads.is_empty() {
            // In a box of its own, or it would make every request's future as large as it needs.
            Box::pin(self.keep(reads, database.primary())).await;
        }
    }

    async fn keep(&self, reads: Vec<Record>, database: Database) {
        // In a task of its own, which goes on when the client has gone.
        let kept = tokio::spawn(async move {
            let transaction = database.begin().await?;
            insert(&transaction, &reads).await?;
            transaction.commit().await
        });
        let failed = match kept.await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => format!("{error:?}"),
            Err(error) => error.to_string(),
        };
        tracing::error!(target: TARGET, request = %self.request.id, failed, "audit records of reads are not in the table");
    }
}

/// A request that is given up while it commits: whether its writes have happened is not known, so they are told.
impl Drop for Journal<'_> {
    fn drop(&mut self) {
        self.ended(true);
    }
}

impl Trail<'_> {
    /// Of work that no request asked for: fixtures, jobs, the start.
    pub(crate) const SYSTEM: Trail<'static> = Trail { journal: None, operation: "" };

    /// Notes a read of rows of `entity`, if it is sensitive.
    pub(crate) fn read(&self, entity: &EntityDef, action: Action, rows: Rows) {
        if !entity.sensitive {
            return;
        }
        let record = self.record(entity, action, rows);
        record.tell();
        if let Some(journal) = self.journal.filter(|journal| journal.table) {
            journal.reads.lock().unwrap_or_else(PoisonError::into_inner).push(record);
        }
    }

    /// Notes a write of rows of `entity`, if it is sensitive: in the table by the same transaction, as an event after its commit.
    ///
    /// # Errors
    /// When the record cannot be written: then nothing is.
    pub(crate) async fn write(
        &self,
        transaction: &Transaction,
        entity: &EntityDef,
        action: Action,
        rows: Rows,
    ) -> Result<()> {
        if !entity.sensitive || rows == Rows::Number(0) {
            return Ok(());
        }
        let record = self.record(entity, action, rows);
        let Some(journal) = self.journal else {
            record.tell();
            return Ok(());
        };
        if journal.table {
            insert(transaction, std::slice::from_ref(&record)).await?;
        }
        journal.writes.lock().unwrap_or_else(PoisonError::into_inner).push(record);
        Ok(())
    }

    fn record(&self, entity: &EntityDef, action: Action, rows: Rows) -> Record {
        let (key, rows) = match rows {
            Rows::Key(key) => (key_text(&key), 1),
            Rows::Number(number) => (String::new(), number),
        };
        Record {
            actor: self.journal.map_or(Cow::Borrowed("system"), |journal| who(&journal.request.actor)),
            operation: self.operation.to_owned(),
            entity: entity.name,
            action,
            key,
            rows,
            request: self.journal.map(|journal| journal.request.id.clone()).unwrap_or_default(),
        }
    }
}

impl Record {
    fn value(&self, column: &str) -> Value {
        match column {
            "id" => Uuid::new_v4().into(),
            "created_at" => Utc::now().trunc_subsecs(6).into(),
            "actor" => short(&self.actor),
            "operation" => short(&self.operation),
            "entity" => short(self.entity),
            "action" => short(self.action.name()),
            "row_key" => short(&self.key),
            "row_count" => i64::try_from(self.rows).unwrap_or(i64::MAX).into(),
            "request_id" => short(&self.request),
            _ => Option::<DateTime<Utc>>::None.into(),
        }
    }

    fn tell(&self) {
        let Self { actor, operation, entity, action, key, rows, request } = self;
        let action = action.name();
        tracing::info!(target: TARGET, %actor, operation, entity, action, key, rows, request, "sensitive rows");
    }
}

/// A super user was let through.
pub(crate) fn super_user(user: Uuid, operation: &str) {
    tracing::info!(target: TARGET, %user, operation, "super user");
}

/// A reader or writer was freed of its scope.
pub(crate) fn unscoped(reason: &str, caller: &Location<'_>) {
    tracing::info!(target: TARGET, reason, %caller, "reads without a scope");
}

/// A record in the table `lys_audit`, which is made where the setting `audit.table` is on.
#[entity(table = "lys_audit", index(entity, created_at))]
pub struct AuditEntry {
    /// `user <id>`, `service <name>`, `anonymous` or `system`.
    #[column(length = 255)]
    pub actor: String,
    /// By which operation.
    #[column(length = 255)]
    pub operation: String,
    /// Whose rows.
    #[column(length = 255)]
    pub entity: String,
    /// `read`, `aggregate`, `create`, `update`, `delete` or `restore`.
    #[column(length = 20)]
    pub action: String,
    /// The key of the row, where it was one.
    #[column(length = 255)]
    pub row_key: String,
    /// How many rows.
    pub row_count: i64,
    /// Id of the request.
    #[column(length = 255)]
    pub request_id: String,
}

/// Most records of one statement.
const RECORDS: usize = 50;

async fn insert(transaction: &Transaction, records: &[Record]) -> Result<()> {
    let entity = AuditEntry::definition();
    for records in records.chunks(RECORDS) {
        let mut sql = SqlWriter::new(transaction.backend());
        sql.push("INSERT INTO ").name(entity.table).push(" (").columns(&entity).push(") VALUES ");
        for (place, record) in records.iter().enumerate() {
            sql.push(if place > 0 { ", (" } else { "(" });
            for (place, column) in entity.columns.iter().enumerate() {
                sql.push(if place > 0 { ", " } else { "" }).bind_to(column, record.value(column.name));
            }
            sql.push(")");
        }
        transaction.execute(sql.text, sql.values).await?;
    }
    Ok(())
}

/// `user <id>`, `service <name>` or `anonymous`.
fn who(actor: &Actor) -> Cow<'static, str> {
    match actor {
        Actor::Anonymous => Cow::Borrowed("anonymous"),
        Actor::User(claims) => Cow::Owned(format!("user {}", claims.sub)),
        Actor::Service { name } => Cow::Owned(format!("service {name}")),
    }
}

/// As much as a column holds.
fn short(text: &str) -> Value {
    text.chars().take(255).collect::<String>().into()
}

fn key_text(key: &Value) -> String {
    match key {
        Value::Uuid(Some(key)) => key.to_string(),
        Value::String(Some(key)) => key.clone(),
        Value::Int(Some(key)) => key.to_string(),
        Value::BigInt(Some(key)) => key.to_string(),
        _ => String::new(),
    }
}
