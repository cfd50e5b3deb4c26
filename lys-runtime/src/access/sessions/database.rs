//! Sessions and revocations in tables of lys's own, in the database of the project.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use sea_orm::{DbBackend, Value};
use uuid::Uuid;

use super::{Claims, Reply, Revocations, SessionKey, SessionStore, TokenId, now};
use crate::{
    access::revocation::stored,
    data::{Database, sql::SqlWriter},
    error::{Error, Result},
};

/// Sessions in the table `lys_session`, revocations in `lys_revocation`.
#[derive(Debug)]
pub struct DatabaseSessions {
    /// Where it is written: a replica may not know yet who has just signed in.
    database: Database,
    /// When expired rows were last deleted, Unix seconds.
    swept: AtomicI64,
}

/// Expired rows are deleted this often, in seconds, by whoever writes next. Until then they are not found either.
const SWEEP: i64 = 600;

/// What a statement returns to its caller unread.
type Statement = SqlWriter;

impl DatabaseSessions {
    /// Makes the tables where they are missing.
    ///
    /// # Errors
    /// The database's own.
    pub async fn open(database: &Database) -> Result<Self> {
        let transaction = database.begin_alone().await?;
        for statement in tables(database.backend()) {
            transaction.execute(statement, Vec::new()).await?;
        }
        transaction.commit().await?;
        Ok(Self { database: database.primary(), swept: AtomicI64::new(now()) })
    }

    fn sql(&self, text: &str) -> Statement {
        let mut sql = SqlWriter::new(self.database.backend());
        sql.push(text);
        sql
    }

    /// Runs statements as one.
    async fn run(&self, statements: impl IntoIterator<Item = Statement>) -> Result<()> {
        let transaction = self.database.begin().await?;
        for statement in statements {
            transaction.execute(statement.text, statement.values).await?;
        }
        transaction.commit().await
    }

    /// The statement that deletes what expired, if it is time.
    fn sweep(&self, table: &str) -> Option<Statement> {
        let (now, swept) = (now(), self.swept.load(Ordering::Relaxed));
        let due = now - swept >= SWEEP
            && self.swept.compare_exchange(swept, now, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        due.then(|| self.expired(table, now))
    }

    fn expired(&self, table: &str, now: i64) -> Statement {
        let mut sql = self.sql("DELETE FROM ");
        sql.push(table).push(" WHERE expires <= ").bind(now.into());
        sql
    }

    /// Deletes what expired, in both tables. It is done now and then anyway.
    ///
    /// # Errors
    /// The database's own.
    pub async fn sweep_now(&self) -> Result<()> {
        self.run([self.expired("lys_session", now()), self.expired("lys_revocation", now())]).await
    }

    async fn note(&self, id: String, issued: DateTime<Utc>, until: DateTime<Utc>) -> Result<()> {
        let mut sql = self.sql("INSERT INTO lys_revocation (id, issued, expires) VALUES (");
        sql.bind(id.into()).push(", ").bind(issued.timestamp_micros().into()).push(", ");
        sql.bind(until.timestamp().into()).push(") ").push(match self.database.backend() {
            DbBackend::MySql => {
                "ON DUPLICATE KEY UPDATE issued = GREATEST(issued, VALUES(issued)), expires = GREATEST(expires, VALUES(expires))"
            }
            DbBackend::Postgres => {
                "ON CONFLICT (id) DO UPDATE SET issued = GREATEST(lys_revocation.issued, excluded.issued), \
                 expires = GREATEST(lys_revocation.expires, excluded.expires)"
            }
            _ => {
                "ON CONFLICT (id) DO UPDATE SET issued = MAX(issued, excluded.issued), expires = MAX(expires, excluded.expires)"
            }
        });
        self.run([sql].into_iter().chain(self.sweep("lys_revocation"))).await
    }
}

/// Texts of fixed length: the columns hold hexadecimal numbers and UUIDs only.
fn tables(backend: DbBackend) -> Vec<String> {
    let session = "CREATE TABLE IF NOT EXISTS lys_session (id VARCHAR(64) NOT NULL PRIMARY KEY, owner VARCHAR(36) NOT NULL, \
                   expires BIGINT NOT NULL, claims";
    let revocation = "CREATE TABLE IF NOT EXISTS lys_revocation (id VARCHAR(64) NOT NULL PRIMARY KEY, issued BIGINT NOT NULL, \
                      expires BIGINT NOT NULL";
    if backend == DbBackend::MySql {
        return vec![
            format!("{session} MEDIUMTEXT NOT NULL, KEY lys_session_owner (owner), KEY lys_session_expires (expires))"),
            format!("{revocation}, KEY lys_revocation_expires (expires))"),
        ];
    }
    let index =
        |table: &str, column: &str| format!("CREATE INDEX IF NOT EXISTS {table}_{column} ON {table} ({column})");
    vec![
        format!("{session} TEXT NOT NULL)"),
        index("lys_session", "owner"),
        index("lys_session", "expires"),
        format!("{revocation})"),
        index("lys_revocation", "expires"),
    ]
}

impl SessionStore for DatabaseSessions {
    fn put<'a>(&'a self, key: SessionKey, claims: &'a Claims) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let text = serde_json::to_string(claims).map_err(Error::internal)?;
            let mut sql = self.sql("INSERT INTO lys_session (id, owner, expires, claims) VALUES (");
            sql.bind(key.to_string().into()).push(", ").bind(claims.sub.to_string().into()).push(", ");
            sql.bind(claims.exp.into()).push(", ").bind(text.into()).push(")");
            self.run([sql].into_iter().chain(self.sweep("lys_session"))).await
        })
    }

    fn find(&self, key: SessionKey) -> BoxFuture<'_, Result<Option<Claims>>> {
        Box::pin(async move {
            let mut sql = self.sql("SELECT claims FROM lys_session WHERE id = ");
            sql.bind(key.to_string().into()).push(" AND expires > ").bind(now().into());
            let rows = self.database.read_all(sql.text, sql.values).await?;
            let text = rows.first().map(|row| row.get::<String>(0)).transpose()?;
            text.map(|text| serde_json::from_str(&text).map_err(Error::internal)).transpose()
        })
    }

    fn delete(&self, key: SessionKey) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let mut sql = self.sql("DELETE FROM lys_session WHERE id = ");
            sql.bind(key.to_string().into());
            self.run([sql]).await
        })
    }

    fn delete_user(&self, user: Uuid) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let mut sql = self.sql("DELETE FROM lys_session WHERE owner = ");
            sql.bind(user.to_string().into());
            self.run([sql]).await
        })
    }
}

impl Revocations for DatabaseSessions {
    fn is_revoked(&self, token: TokenId<'_>) -> Reply<'_, Result<bool>> {
        let mut sql = self.sql("SELECT issued FROM lys_revocation WHERE (id = ");
        sql.bind(stored(token.id).into()).push(" OR (id = ").bind(token.user.to_string().into());
        sql.push(" AND issued >= ").bind(Value::from(token.issued.timestamp_micros())).push(")) AND expires > ");
        sql.bind(now().into());
        Reply::Later(Box::pin(async move { Ok(!self.database.read_all(sql.text, sql.values).await?.is_empty()) }))
    }

    fn revoke<'a>(&'a self, id: &'a str, until: DateTime<Utc>) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.note(stored(id), DateTime::UNIX_EPOCH, until))
    }

    fn revoke_user(&self, user: Uuid, issued: DateTime<Utc>, until: DateTime<Utc>) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.note(user.to_string(), issued, until))
    }
}
