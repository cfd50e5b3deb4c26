//! What a database looks like, to tell whether the catalog would make the same one today.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use super::{Kind, Outcome};
use crate::harness::workload::CREATED;

/// Rows of each table that are compared. The first rows do not depend on how many there are.
pub(super) const SAMPLE: u64 = 20;

/// A database's structure, first rows and size.
pub(super) struct Shape {
    structure: Vec<String>,
    sample: Vec<String>,
    /// Products and reviews.
    rows: (u64, u64),
}

/// Columns, indexes and constraints in words that do not depend on the time they were made.
const POSTGRES_STRUCTURE: &str = "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, \
     character_maximum_length, numeric_precision, numeric_scale, column_default, collation_name) \
     FROM information_schema.columns WHERE table_schema = 'public' \
     UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' \
     UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint \
     WHERE connamespace = 'public'::regnamespace ORDER BY 1";

const SQLITE_STRUCTURE: &str = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY 1";

impl Shape {
    pub(super) async fn of(connection: &DatabaseConnection, kind: Kind) -> Outcome<Self> {
        let (structure, product, review) = match kind {
            Kind::Postgres => (POSTGRES_STRUCTURE, "product::text", "review::text"),
            Kind::Sqlite => (
                SQLITE_STRUCTURE,
                "hex(id) || name || price || category_id || hex(client_id) || created_at",
                "hex(id) || hex(product_id) || rating || body || created_at",
            ),
        };
        let sample =
            |table: &str, row: &str| format!("SELECT {row} FROM {table} ORDER BY created_at, id LIMIT {SAMPLE}");
        let structure = texts(connection, kind, structure.to_owned()).await?;
        let mut rows = texts(connection, kind, sample("product", product)).await?;
        rows.extend(texts(connection, kind, sample("review", review)).await?);
        let products = count(connection, kind, &format!("product WHERE name <> '{CREATED}'")).await?;
        let reviews = count(connection, kind, "review").await?;
        Ok(Self { structure, sample: rows, rows: (products, reviews) })
    }

    /// Whether it is the database that `expected` is a small model of, with this many rows.
    pub(super) fn matches(&self, expected: &Self, rows: (u64, u64)) -> bool {
        self.structure == expected.structure && self.sample == expected.sample && self.rows == rows
    }
}

async fn texts(connection: &DatabaseConnection, kind: Kind, sql: String) -> Outcome<Vec<String>> {
    let rows = connection.query_all_raw(statement(kind, sql)).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}

async fn count(connection: &DatabaseConnection, kind: Kind, what: &str) -> Outcome<u64> {
    let row = connection.query_one_raw(statement(kind, format!("SELECT COUNT(*) FROM {what}"))).await?;
    let count: i64 = row.ok_or("COUNT gives a row")?.try_get_by_index(0)?;
    Ok(count.unsigned_abs())
}

/// A statement without values.
pub(super) fn statement(kind: Kind, sql: String) -> Statement {
    let backend = match kind {
        Kind::Sqlite => DbBackend::Sqlite,
        Kind::Postgres => DbBackend::Postgres,
    };
    Statement::from_string(backend, sql)
}
