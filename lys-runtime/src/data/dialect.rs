//! What databases say differently: placeholders, lists, order, values. Tables are in `ddl`, texts in
//! `pattern`; nowhere else does SQL depend on who reads it.

use chrono::SecondsFormat;
use rust_decimal::{
    Decimal,
    prelude::{FromPrimitive, ToPrimitive},
};
use sea_orm::{DbBackend, Value, sea_query::OptionEnum};
use serde_json::Value as Json;

use super::sql::{SqlWriter, is_null};
use crate::entity::{ColumnDef, ColumnKind, EntityDef};

#[cfg(any(feature = "postgres", feature = "mysql"))]
const MYSQL_ALONE: &str = "DO GET_LOCK(CONCAT('lys.', MD5(DATABASE())), 86400)";

/// Most rows that a statement tells apart by a `CASE`.
const MOST_CASES: usize = 500;

/// A database's SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// SQLite's.
    Sqlite,
    /// PostgreSQL's.
    Postgres,
    /// MySQL's.
    MySql,
    /// MariaDB's: MySQL's, but for tables and timeouts.
    MariaDb,
}

impl Dialect {
    /// What SeaORM calls it.
    #[must_use]
    pub fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
            Self::MySql | Self::MariaDb => DbBackend::MySql,
        }
    }

    /// Begins a read-only transaction whose queries all see the rows of one moment.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(super) fn snapshot(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            // Without the isolation the snapshot would be left out, with a warning.
            Self::MySql | Self::MariaDb => {
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
            }
        }
    }

    /// What begins a transaction that may write.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(super) fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN READ WRITE",
            Self::MySql | Self::MariaDb => "START TRANSACTION READ WRITE",
        }
    }

    /// Whether a write can answer with its rows. MariaDB's `INSERT` could, its `UPDATE` could not.
    pub(super) fn answers_writes(self) -> bool {
        matches!(self, Self::Sqlite | Self::Postgres)
    }

    /// Most values that a statement binds.
    fn most_values(self) -> usize {
        match self {
            Self::Sqlite => 32_766,
            Self::Postgres | Self::MySql | Self::MariaDb => 65_535,
        }
    }

    /// Rows that one statement takes when it binds `per_row` values for each and `besides` for all.
    pub(super) fn rows_per_statement(self, per_row: usize, besides: usize) -> usize {
        self.most_values().saturating_sub(besides).checked_div(per_row).unwrap_or(usize::MAX).max(1)
    }

    /// Keys that one list takes: where each is bound by itself, a power of two, since lists are filled up to one.
    pub(super) fn keys_per_statement(self) -> usize {
        match self {
            Self::Sqlite | Self::Postgres => usize::MAX,
            Self::MySql | Self::MariaDb => 32_768,
        }
    }

    /// Whether `UPDATE … FROM (VALUES …)` is there, which finds each row of a batch by its key once. Elsewhere a `CASE` has to do.
    pub(super) fn updates_from_values(self) -> bool {
        matches!(self, Self::Sqlite | Self::Postgres)
    }

    /// Rows that one `UPDATE` changes. A `CASE` is gone through for each row, so the cost is the square of their number.
    pub(super) fn rows_per_update(self, per_row: usize, besides: usize) -> usize {
        let rows = self.rows_per_statement(per_row, besides);
        if self.updates_from_values() { rows } else { rows.min(MOST_CASES) }
    }

    /// What makes a transaction wait for others of its kind, in any process, without a limit of time. MySQL's lock lasts as long as
    /// the session.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(super) fn alone(self) -> &'static [&'static str] {
        match self {
            Self::Sqlite => &[],
            Self::Postgres => &[
                "SET LOCAL statement_timeout = 0",
                "SET LOCAL client_min_messages = warning",
                "SELECT pg_advisory_xact_lock(7812739427)",
            ],
            // Tables end the transaction, so the session has to be one that writes.
            Self::MySql => &["SET SESSION TRANSACTION READ WRITE", MYSQL_ALONE],
            Self::MariaDb => &["SET SESSION TRANSACTION READ WRITE", "SET SESSION max_statement_time = 0", MYSQL_ALONE],
        }
    }
}

impl SqlWriter {
    /// Adds `RETURNING` and all columns under `alias` where the database answers a write with its rows; elsewhere nothing, and false.
    pub(crate) fn returning(&mut self, alias: &str, entity: &EntityDef) -> bool {
        let answers = self.backend != DbBackend::MySql;
        if answers {
            self.push(" RETURNING ").columns_of(alias, entity);
        }
        answers
    }

    /// Keeps the rows of a query as they are until the transaction ends. SQLite has one writer, which does so anyway.
    pub(crate) fn lock_rows(&mut self) -> &mut Self {
        match self.backend {
            // Others may go on to refer to the rows: keys do not change.
            DbBackend::Postgres => self.push(" FOR NO KEY UPDATE"),
            DbBackend::MySql => self.push(" FOR UPDATE"),
            _ => self,
        }
    }

    /// Adds a quoted name.
    pub(crate) fn name(&mut self, name: &str) -> &mut Self {
        let quote = if self.backend == DbBackend::MySql { '`' } else { '"' };
        self.text.push(quote);
        for letter in name.chars() {
            if letter == quote {
                self.text.push(quote);
            }
            self.text.push(letter);
        }
        self.text.push(quote);
        self
    }

    /// Adds a placeholder for a value of no column.
    pub(crate) fn bind(&mut self, value: Value) -> &mut Self {
        let value = match stored(self.backend, value) {
            // A time with a zone is a TIMESTAMP there, which ends in 2038: whatever is compared with a later one is unknown.
            Value::ChronoDateTimeUtc(time) if self.backend == DbBackend::MySql => {
                Value::ChronoDateTime(time.map(|time| time.naive_utc()))
            }
            value => value,
        };
        self.values.push(value);
        if self.backend == DbBackend::Postgres {
            let number = self.values.len();
            self.text.push('$');
            self.text.push_str(itoa::Buffer::new().format(number));
            self
        } else {
            self.push("?")
        }
    }

    /// Adds a placeholder for a value of `column`. Statements are prepared for the type of their first value, so it is always the
    /// column's own.
    pub(crate) fn bind_to(&mut self, column: &ColumnDef, value: Value) -> &mut Self {
        let value = match value {
            // SQLite stores the float itself: rounded, it would be another one.
            Value::Double(value) if column.kind == ColumnKind::Decimal && self.backend != DbBackend::Sqlite => {
                Value::Decimal(value.and_then(Decimal::from_f64))
            }
            Value::Int(value) if column.kind == ColumnKind::BigInt => Value::BigInt(value.map(i64::from)),
            value => value,
        };
        self.bind(value)
    }

    /// Adds a column as a term of `ORDER BY`. NULL is the smallest value everywhere; where the database thinks otherwise and the
    /// column may be NULL, it is told so in the form that the indexes of lys have.
    pub(crate) fn order_term(&mut self, alias: &str, column: &ColumnDef, descending: bool) -> &mut Self {
        self.column(alias, column.name);
        let told = self.backend == DbBackend::Postgres && column.nullable;
        self.push(match (descending, told) {
            (false, false) => "",
            (true, false) => " DESC",
            (false, true) => " NULLS FIRST",
            (true, true) => " DESC NULLS LAST",
        })
    }

    /// Adds `column IN (values)` as one text for any number of values: one bound list on SQLite and PostgreSQL. MySQL uses its
    /// indexes only for values that stand apart, so their number is a power of two there, the last one repeated.
    pub(crate) fn is_in(&mut self, alias: &str, column: &ColumnDef, values: &[Value]) -> &mut Self {
        self.column(alias, column.name);
        match self.backend {
            DbBackend::Sqlite => self.in_json(column, values),
            #[cfg(feature = "postgres")]
            DbBackend::Postgres => self.in_array(column, values),
            _ => self.in_list(column, values),
        }
    }

    fn in_json(&mut self, column: &ColumnDef, values: &[Value]) -> &mut Self {
        let item = if column.kind == ColumnKind::Uuid { "unhex(value)" } else { "value" };
        let list: Vec<Json> = values.iter().filter_map(|value| json(stored(self.backend, value.clone()))).collect();
        self.push(" IN (SELECT ").push(item).push(" FROM json_each(");
        self.bind(Json::from(list).to_string().into()).push("))")
    }

    #[cfg(feature = "postgres")]
    fn in_array(&mut self, column: &ColumnDef, values: &[Value]) -> &mut Self {
        let list = values.iter().filter(|value| !is_null(value)).cloned().collect();
        let list = Value::Array(crate::entity::bridge::array_type(column), Some(Box::new(list)));
        self.push(" = ANY(").bind(list).push(")")
    }

    fn in_list(&mut self, column: &ColumnDef, values: &[Value]) -> &mut Self {
        let values: Vec<&Value> = values.iter().filter(|value| !is_null(value)).collect();
        let Some(last) = values.last() else { return self.push(" IN (NULL)") };
        let padding = values.len().next_power_of_two() - values.len();
        self.push(" IN (");
        for (index, value) in values.iter().chain(std::iter::repeat_n(last, padding)).enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.bind_to(column, (*value).clone());
        }
        self.push(")")
    }
}

/// A value as the database stores it (see [`ColumnKind`]).
pub(crate) fn stored(backend: DbBackend, value: Value) -> Value {
    match value {
        Value::Decimal(decimal) if backend == DbBackend::Sqlite => {
            Value::Double(decimal.and_then(|decimal| decimal.to_f64()))
        }
        Value::Array(_, items) if backend != DbBackend::Postgres => super::lists::text(items.map(|items| *items)),
        value => value,
    }
}

/// A stored value as an item of a bound list; UUIDs in hexadecimal.
pub(super) fn json(value: Value) -> Option<Json> {
    Some(match value {
        Value::Bool(value) => i32::from(value?).into(),
        Value::Int(value) => value?.into(),
        Value::BigInt(value) => value?.into(),
        Value::Double(value) => value?.into(),
        Value::String(value) => value?.into(),
        Value::Enum(OptionEnum::Some(value)) => value.value.into(),
        Value::Uuid(value) => value?.simple().to_string().into(),
        // As sqlx binds it: shorter forms sort before longer ones, so texts are in the order of time.
        Value::ChronoDateTimeUtc(value) => value?.to_rfc3339_opts(SecondsFormat::AutoSi, false).into(),
        Value::ChronoDate(value) => value?.to_string().into(),
        Value::Json(value) => value?.to_string().into(),
        _ => return None,
    })
}

#[cfg(test)]
#[path = "dialect_tests.rs"]
mod tests;
