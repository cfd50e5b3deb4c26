//! What it means for the client when a database refuses a statement: a code, and the fields that are to blame.
//!
//! Every database names the constraint in its own way: PostgreSQL and SQLite tell the columns, MySQL tells the key, whose name lys
//! has made of its columns (see [`index_name`](super::ddl::index_name)).

use sea_orm::{DbErr, RuntimeErr};
use serde_json::{Value as Json, json};
use sqlx::error::{DatabaseError, ErrorKind};

use crate::{
    error::{Error, code},
    name::camel_case,
};

/// What SQLite says of a foreign key, whichever it is.
pub(super) const UNNAMED: &str = "FOREIGN KEY constraint failed";

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        of_driver(&error).unwrap_or_else(|| Self::internal(error))
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        let refused = match &error {
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => of_driver(error),
            DbErr::ConnectionAcquire(_) => Some(Self::new(code::DATABASE_UNAVAILABLE, 503)),
            _ => None,
        };
        match refused {
            Some(refused) => refused.with_detail(error.to_string()),
            None => Self::internal(error),
        }
    }
}

/// The error that a client may see; `None` when it is nobody's business.
fn of_driver(error: &sqlx::Error) -> Option<Error> {
    let refused = match error {
        sqlx::Error::Database(refusal) => of_refusal(refusal.as_ref())?,
        sqlx::Error::PoolTimedOut => Error::new(code::DATABASE_UNAVAILABLE, 503),
        #[cfg(any(feature = "postgres", feature = "mysql"))]
        error if super::server::is_lost(error) => Error::new(code::DATABASE_UNAVAILABLE, 503),
        _ => return None,
    };
    Some(refused.with_detail(error.to_string()))
}

fn of_refusal(refusal: &dyn DatabaseError) -> Option<Error> {
    match refusal.kind() {
        ErrorKind::UniqueViolation => {
            let error = Error::new(code::ALREADY_EXISTS, 409);
            return Some(blaming(error, &columns(refusal), "unique", "is already taken"));
        }
        ErrorKind::ForeignKeyViolation => return Some(missing_reference(&columns(refusal))),
        _ => {}
    }
    // SQLite reports `ON DELETE RESTRICT` as a trigger's failure (1811).
    if refusal.message().contains(UNNAMED) {
        return Some(missing_reference(&[""; 0]));
    }
    match situation(refusal)? {
        Situation::TooSlow => Some(Error::new(code::STATEMENT_TIMEOUT, 503)),
        Situation::InTheWay => Some(Error::new(code::WRITE_CONFLICT, 409)),
        Situation::TooGreat => Some(Error::new(code::NUMBER_OUT_OF_RANGE, 400)),
        Situation::Unavailable => Some(Error::new(code::DATABASE_UNAVAILABLE, 503)),
    }
}

/// `NOT_FOUND`: the rows that these columns refer to do not exist, or are not the actor's to know of.
pub(super) fn missing_reference(columns: &[impl AsRef<str>]) -> Error {
    blaming(Error::not_found(), columns, "reference", "does not exist")
}

/// Adds the fields in the form of the decoder of inputs.
fn blaming(error: Error, columns: &[impl AsRef<str>], rule: &str, message: &str) -> Error {
    if columns.is_empty() {
        return error;
    }
    let fields =
        columns.iter().map(|column| json!({ "path": [camel_case(column.as_ref())], "rule": rule, "message": message }));
    error.with_extension("fields", fields.collect::<Vec<Json>>())
}

/// What else a statement may run into without being wrong.
#[cfg_attr(
    not(any(feature = "postgres", feature = "mysql")),
    allow(dead_code, reason = "SQLite's timeouts are its readers'")
)]
enum Situation {
    TooSlow,
    /// Another transaction: a deadlock, or a lock that was not given in time.
    InTheWay,
    /// A number that is worked out.
    TooGreat,
    Unavailable,
}

fn situation(refusal: &dyn DatabaseError) -> Option<Situation> {
    #[cfg(feature = "postgres")]
    if let Some(refusal) = refusal.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
        return match refusal.code() {
            "57014" => Some(Situation::TooSlow),
            "22003" => Some(Situation::TooGreat),
            "40001" | "40P01" | "55P03" => Some(Situation::InTheWay),
            code if code.starts_with("57P") || code.starts_with("08") || code.starts_with("53") => {
                Some(Situation::Unavailable)
            }
            _ => None,
        };
    }
    #[cfg(feature = "mysql")]
    if let Some(refusal) = refusal.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return match refusal.number() {
            1969 | 3024 => Some(Situation::TooSlow),
            1690 => Some(Situation::TooGreat),
            1020 | 1205 | 1213 => Some(Situation::InTheWay),
            1040 | 1053 | 1203 | 1927 | 3169 | 4031 => Some(Situation::Unavailable),
            _ => None,
        };
    }
    // SQLite: another process holds the file.
    matches!(refusal.code().as_deref(), Some("5" | "517")).then_some(Situation::InTheWay)
}

/// The columns of the constraint that a statement broke, as far as the database tells.
fn columns(refusal: &dyn DatabaseError) -> Vec<String> {
    #[cfg(feature = "postgres")]
    if let Some(refusal) = refusal.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
        return refusal.detail().map(columns_of_detail).unwrap_or_default();
    }
    #[cfg(feature = "mysql")]
    if refusal.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>().is_some() {
        return columns_of_key(refusal.message());
    }
    columns_of_list(refusal.message())
}

/// PostgreSQL, in any language: `Key (client_id, name)=(…) already exists.`
#[cfg(any(feature = "postgres", test))]
fn columns_of_detail(detail: &str) -> Vec<String> {
    let Some((_, list)) = detail.split_once('(') else { return Vec::new() };
    let Some((list, _)) = list.split_once(")=(") else { return Vec::new() };
    list.split(", ").map(|column| column.trim_matches('"').to_owned()).collect()
}

/// MySQL: `Duplicate entry '…' for key 'product.uq-product-name'`, or `… FOREIGN KEY (…) REFERENCES …`.
#[cfg(any(feature = "mysql", test))]
fn columns_of_key(message: &str) -> Vec<String> {
    if let Some((_, key)) = message.split_once("FOREIGN KEY (") {
        let list = key.split(')').next().unwrap_or_default();
        return list.split(", ").map(|column| column.trim_matches('`').to_owned()).collect();
    }
    let key = message.trim_end_matches('\'').rsplit('\'').next().unwrap_or_default();
    let key = key.rsplit('.').next().unwrap_or_default();
    if key == "PRIMARY" { vec!["id".to_owned()] } else { super::ddl::columns_of_index(key) }
}

/// SQLite: `UNIQUE constraint failed: product.client_id, product.name`.
fn columns_of_list(message: &str) -> Vec<String> {
    let Some((_, list)) = message.split_once("UNIQUE constraint failed: ") else { return Vec::new() };
    list.split(", ").filter_map(|column| Some(column.rsplit_once('.')?.1.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_names_the_columns_in_its_own_way() {
        let both = ["client_id", "name"];
        assert_eq!(columns_of_detail("Key (client_id, name)=(a, b)=(c) already exists."), both);
        assert_eq!(columns_of_detail("La clé « (client_id, \"name\")=(a, b) » existe déjà."), both);
        assert_eq!(columns_of_list("UNIQUE constraint failed: product.client_id, product.name"), both);
        assert_eq!(columns_of_list("FOREIGN KEY constraint failed"), [""; 0]);
        let key = super::super::ddl::index_name("uq", "product", &both);
        assert_eq!(columns_of_key(&format!("Duplicate entry 'it''s' for key 'product.{key}'")), both);
        assert_eq!(columns_of_key(&format!("Duplicate entry 'x.y-z' for key '{key}'")), both);
        assert_eq!(columns_of_key("Duplicate entry 'x' for key 'PRIMARY'"), ["id"]);
        assert_eq!(columns_of_key("Duplicate entry 'x' for key 'made_by_hand'"), [""; 0]);
        let foreign = "Cannot add or update a child row: a foreign key constraint fails (`shop`.`product`, CONSTRAINT \
                       `fk-product-category_id` FOREIGN KEY (`category_id`) REFERENCES `category` (`id`))";
        assert_eq!(columns_of_key(foreign), ["category_id"]);
    }
}
