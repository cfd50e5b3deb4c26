//! Search indexes: which rows hold the trigrams of a text.
//!
//! An index only leaves rows out that cannot match; the exact condition stands beside it, so that it finds what would be found without.
//! SQLite keeps trigrams in an FTS5 table, which triggers write; PostgreSQL in a GIN index (`pg_trgm`). MySQL and MariaDB have nothing
//! that finds every part of a text: no index is made there.

use sea_orm::DbBackend;

use super::{
    Dialect, Transaction,
    condition::TextMatch,
    ddl::{SearchDdl, index_name},
    pattern::{like_pattern, other_case},
    sql::SqlWriter,
};
use crate::{
    entity::{ColumnDef, EntityDef},
    error::{Error, Result},
};

/// Letters that an entry of the index has.
const TRIGRAM: usize = 3;
/// Letters of a text that are looked up: each is a list to read, and the rest is left to the exact condition.
const MOST_LETTERS: usize = 32;

/// The search indexes of an entity.
pub(super) fn indexes(dialect: Dialect, entity: &EntityDef) -> Vec<SearchDdl> {
    let columns = entity.columns.iter().filter(|column| column.search_index);
    match dialect {
        Dialect::Sqlite => columns.map(|column| on_sqlite(entity, column)).collect(),
        Dialect::Postgres => columns.map(|column| on_postgres(entity, column)).collect(),
        Dialect::MySql | Dialect::MariaDb => Vec::new(),
    }
}

/// The texts have numbers of their own: SQLite gives the rows of a table without whole keys other ones when it likes (`VACUUM`).
fn on_sqlite(entity: &EntityDef, column: &ColumnDef) -> SearchDdl {
    let Names { numbers, texts } = Names::of(entity, column);
    let quoted = |name: &str| SqlWriter::new(DbBackend::Sqlite).name(name).text.clone();
    let (table, key, text) = (quoted(entity.table), quoted(entity.columns[0].name), quoted(column.name));
    let trigger = |event: &str| quoted(&format!("{numbers}-{event}"));
    let last = format!("{numbers}-update");
    let (numbers, texts) = (quoted(&numbers), quoted(&texts));
    let forget = |row: &str| {
        format!(
            "DELETE FROM {texts} WHERE rowid = (SELECT number FROM {numbers} WHERE key = {row}.{key}); \
             DELETE FROM {numbers} WHERE key = {row}.{key};"
        )
    };
    let note = format!(
        "INSERT INTO {numbers} (key) SELECT new.{key} WHERE new.{text} IS NOT NULL; \
         INSERT INTO {texts} (rowid, text) SELECT number, new.{text} FROM {numbers} WHERE key = new.{key};"
    );
    let (forget_old, forget_new) = (forget("old"), forget("new"));
    let statements = vec![
        format!("CREATE TABLE {numbers} (number INTEGER PRIMARY KEY, key NOT NULL UNIQUE)"),
        format!(
            "CREATE VIRTUAL TABLE {texts} USING fts5(text, content = '', contentless_delete = 1, tokenize = 'trigram')"
        ),
        format!("INSERT INTO {numbers} (key) SELECT {key} FROM {table} WHERE {text} IS NOT NULL"),
        format!(
            "INSERT INTO {texts} (rowid, text) SELECT {numbers}.number, {table}.{text} FROM {numbers} \
             JOIN {table} ON {table}.{key} = {numbers}.key"
        ),
        format!("CREATE TRIGGER {} AFTER INSERT ON {table} BEGIN {forget_new} {note} END", trigger("insert")),
        format!("CREATE TRIGGER {} AFTER DELETE ON {table} BEGIN {forget_old} END", trigger("delete")),
        format!(
            "CREATE TRIGGER {} AFTER UPDATE OF {key}, {text} ON {table} \
             WHEN old.{key} IS NOT new.{key} OR old.{text} IS NOT new.{text} BEGIN {forget_old} {note} END",
            trigger("update")
        ),
    ];
    SearchDdl { name: last, statements }
}

/// One index for all letters: where texts differ in the case of ASCII letters alone, they do by Unicode.
fn on_postgres(entity: &EntityDef, column: &ColumnDef) -> SearchDdl {
    let name = index_name("srch", entity.table, &[column.name]);
    let mut sql = SqlWriter::new(DbBackend::Postgres);
    sql.push("CREATE INDEX IF NOT EXISTS ").name(&name).push(" ON ").name(entity.table).push(" USING gin ((");
    sql.folded("", column.name).push(") gin_trgm_ops)");
    SearchDdl { name, statements: vec![sql.text] }
}

/// Makes sure that PostgreSQL knows trigrams, and finds them until the end of the transaction.
pub(super) async fn prepare(transaction: &Transaction, entities: &[&EntityDef]) -> Result<()> {
    let columns = entities.iter().flat_map(|entity| entity.columns.iter().map(|column| (entity.name, column)));
    let indexed = columns.filter(|(_, column)| column.search_index);
    let indexed: Vec<String> = indexed.map(|(entity, column)| format!("{entity}.{}", column.name)).collect();
    if indexed.is_empty() || transaction.backend() != DbBackend::Postgres {
        return Ok(());
    }
    let create = "CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public";
    transaction.execute(create.to_owned(), Vec::new()).await.map_err(|error| {
        let columns = indexed.join(", ");
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        Error::internal(format!(
            "`search_index` of {columns} needs PostgreSQL's extension pg_trgm, which cannot be made here ({cause}); let the owner of \
             the database or a superuser run `{create}`, or leave `search_index` out"
        ))
    })?;
    let find = "SELECT set_config('search_path', concat_ws(', ', nullif(current_setting('search_path'), ''), \
                quote_ident(extnamespace::regnamespace::text)), true) FROM pg_extension WHERE extname = 'pg_trgm'";
    transaction.execute(find.to_owned(), Vec::new()).await.map(drop)
}

/// What keeps the trigrams of a column on SQLite.
struct Names {
    /// Keys of rows, each with a number.
    numbers: String,
    /// Trigrams by number.
    texts: String,
}

impl Names {
    fn of(entity: &EntityDef, column: &ColumnDef) -> Self {
        let numbers = index_name("srch", entity.table, &[column.name]);
        Self { texts: format!("{numbers}-texts"), numbers }
    }
}

impl SqlWriter {
    /// Adds what rows with this part in the text of `column` have in its search index, and ` AND `; nothing where the index is of no
    /// use, and false.
    pub(super) fn search(
        &mut self,
        (entity, alias): (&EntityDef, &str),
        column: &ColumnDef,
        how: TextMatch,
        text: &str,
    ) -> bool {
        if !column.search_index {
            return false;
        }
        match self.backend {
            DbBackend::Sqlite => self.search_on_sqlite((entity, alias), column, how, text),
            DbBackend::Postgres => self.search_on_postgres(alias, column, how, text),
            _ => false,
        }
    }

    fn search_on_sqlite(
        &mut self,
        (entity, alias): (&EntityDef, &str),
        column: &ColumnDef,
        how: TextMatch,
        text: &str,
    ) -> bool {
        let Some(query) = fts_query(text, how.any_case) else {
            return false;
        };
        let Names { numbers, texts } = Names::of(entity, column);
        self.push("(").column(alias, entity.columns[0].name).push(" IN (SELECT key FROM ").name(&numbers);
        self.push(" WHERE number IN (SELECT rowid FROM ").name(&texts).push(" WHERE ").name(&texts);
        self.push(" MATCH ").bind(query.into()).push(")) AND ");
        true
    }

    /// Letters beyond ASCII fold with those around them (σ, ς), so a text that is matched as it is may fold to another.
    fn search_on_postgres(&mut self, alias: &str, column: &ColumnDef, how: TextMatch, text: &str) -> bool {
        if text.chars().count() < TRIGRAM || !(how.any_case || text.is_ascii()) {
            return false;
        }
        self.push("(").folded(alias, column.name).push(" LIKE lower(");
        self.bind(like_pattern(text, how.place).into()).push(r#" COLLATE "und-x-icu") ESCAPE '|' AND "#);
        true
    }

    fn folded(&mut self, alias: &str, column: &str) -> &mut Self {
        self.push("lower(").column(alias, column).push(r#" COLLATE "und-x-icu")"#)
    }
}

/// The parts of `text` whose case FTS5 folds as we do, as phrases; `None` when no part has a trigram.
fn fts_query(text: &str, any_case: bool) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    let parts = letters.split(|letter| any_case && !is_folded_alike(*letter)).filter(|part| part.len() >= TRIGRAM);
    let phrase = |part: &[char]| {
        let part: String = part.iter().take(MOST_LETTERS).collect();
        format!("\"{}\"", part.replace('"', "\"\""))
    };
    let phrases: Vec<String> = parts.take(MOST_LETTERS / TRIGRAM).map(phrase).collect();
    (!phrases.is_empty()).then(|| phrases.join(" AND "))
}

/// Whether FTS5 takes a letter and its other case for the same. It knows an older Unicode, and some pairs of it in another way.
fn is_folded_alike(letter: char) -> bool {
    let is_known = |letter: char| {
        matches!(letter, '\0'..='\u{7f}' | '\u{c0}'..='\u{17e}' | '\u{386}'..='\u{3ce}' | '\u{400}'..='\u{527}')
            && !matches!(letter, 'İ' | 'ı')
    };
    other_case(letter).is_none_or(|other| is_known(letter) && is_known(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_three_letters_are_looked_up() {
        let query = |text| fts_query(text, true);
        assert_eq!(query("tea").as_deref(), Some("\"tea\""));
        assert_eq!(query("te"), None);
        assert_eq!(query("a\"b OR c").as_deref(), Some("\"a\"\"b OR c\""));
        assert_eq!(query("Kızılay çayı").as_deref(), Some("\"lay çay\""));
        assert_eq!(fts_query("ıııı", false).as_deref(), Some("\"ıııı\""));
        let long = query(&"x".repeat(40_000)).expect("a phrase");
        assert_eq!(long.len(), MOST_LETTERS + 2);
    }

    /// Every letter whose part is looked up, beside its other case, in the library that is linked.
    #[cfg(feature = "sqlite")]
    #[test]
    fn fts_folds_letters_as_patterns_do() {
        let database = rusqlite::Connection::open_in_memory().expect("opens");
        let make =
            "CREATE VIRTUAL TABLE texts USING fts5(text, content = '', contentless_delete = 1, tokenize = 'trigram')";
        database.execute(make, []).expect("has FTS5");
        let mut insert = database.prepare("INSERT INTO texts (rowid, text) VALUES (?1, ?2)").expect("prepares");
        let mut find =
            database.prepare("SELECT count(*) FROM texts WHERE rowid = ?1 AND texts MATCH ?2").expect("prepares");
        let pairs: Vec<(char, char)> = ('\0'..=char::MAX)
            .filter(|letter| is_folded_alike(*letter))
            .filter_map(|letter| Some((letter, other_case(letter)?)))
            .collect();
        assert!(pairs.len() > 500, "{}", pairs.len());
        for (number, (letter, other)) in (1_i64..).zip(&pairs) {
            insert.execute((number, format!("<<{other}>>"))).expect("inserts");
            let query = fts_query(&format!("<{letter}>"), true).expect("a phrase");
            let found: i64 = find.query_row((number, query), |row| row.get(0)).expect("finds");
            assert_eq!(found, 1, "{letter} {other} {:x} {:x}", u32::from(*letter), u32::from(*other));
        }
    }
}
