//! What databases do differently when rows are written.

use sea_orm::DbBackend;

/// Whether a statement that writes can answer with the rows it wrote.
pub(super) fn has_returning(backend: DbBackend) -> bool {
    backend != DbBackend::MySql
}

/// Whether `UPDATE … FROM (VALUES …)` is there: each row of the batch is found by its key once. Elsewhere a `CASE` has to do.
pub(super) fn updates_from_values(backend: DbBackend) -> bool {
    backend != DbBackend::MySql
}

/// Most values that a statement binds.
fn most_values(backend: DbBackend) -> usize {
    match backend {
        DbBackend::Sqlite => 32_766,
        _ => 65_535,
    }
}

/// Most rows of a statement that goes through a `CASE` for each row and column: its cost is the square of this.
const MOST_CASES: usize = 500;

/// Rows that one statement takes when it binds `per_row` values for each and `besides` for all.
pub(super) fn rows_per_statement(backend: DbBackend, per_row: usize, besides: usize) -> usize {
    most_values(backend).saturating_sub(besides).checked_div(per_row).unwrap_or(usize::MAX).max(1)
}

/// Rows that one `UPDATE` changes.
pub(super) fn rows_per_update(backend: DbBackend, per_row: usize, besides: usize) -> usize {
    let rows = rows_per_statement(backend, per_row, besides);
    if updates_from_values(backend) { rows } else { rows.min(MOST_CASES) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_cut_where_the_database_binds_no_more() {
        assert_eq!(rows_per_statement(DbBackend::Sqlite, 8, 0), 4095);
        assert_eq!(rows_per_statement(DbBackend::Sqlite, 8, 40_000), 1);
        assert_eq!(rows_per_statement(DbBackend::Postgres, 8, 7), 8191);
        assert_eq!(rows_per_update(DbBackend::Postgres, 8, 7), 8191);
        assert_eq!(rows_per_update(DbBackend::MySql, 8, 7), MOST_CASES);
    }
}
