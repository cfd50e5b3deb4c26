//! Parts of texts: a text that contains, starts or ends with another, whose wildcards stand for themselves.

use sea_orm::DbBackend;

use super::{
    condition::{Place, TextMatch},
    sql::{FALSE, SqlWriter},
};
use crate::entity::{ColumnDef, EntityDef};

/// Longest pattern that SQLite takes (`SQLITE_MAX_LIKE_PATTERN_LENGTH`).
const LONGEST_PATTERN: usize = 50_000;
/// A backslash would have to be escaped itself on MySQL, or not, as its mode will have it.
const ESCAPE: &str = " ESCAPE '|'";

impl SqlWriter {
    /// Adds a match of `column` with a part of a text. Where a database folds the case of ASCII letters and of no others, it is told
    /// in another way what the rest is.
    pub(super) fn text_match(
        &mut self,
        (entity, alias): (&EntityDef, &str),
        column: &ColumnDef,
        how: TextMatch,
        text: &str,
    ) -> &mut Self {
        if text.contains('\0') {
            // SQLite reads a pattern up to its first NUL, PostgreSQL refuses it; no text holds one that could be found.
            return self.push(FALSE);
        }
        let searched = self.search((entity, alias), column, how, text);
        match self.backend {
            DbBackend::Sqlite => self.text_match_on_sqlite(alias, column.name, how, text),
            DbBackend::Postgres => self.text_match_on_postgres(alias, column.name, how, text),
            _ => self.text_match_on_mysql(alias, column.name, how, text),
        };
        self.push(if searched { ")" } else { "" })
    }

    /// The columns of lys compare bytes (`COLLATE "C"`), which folds ASCII only, and fast. Letters beyond fold by the rules of
    /// Unicode, which ICU brings.
    fn text_match_on_postgres(&mut self, alias: &str, column: &str, how: TextMatch, text: &str) -> &mut Self {
        self.column(alias, column);
        self.push(match (how.any_case, text.is_ascii()) {
            (false, _) => " LIKE ",
            (true, true) => " ILIKE ",
            (true, false) => r#" COLLATE "und-x-icu" ILIKE "#,
        });
        self.bind(like_pattern(text, how.place).into()).push(ESCAPE)
    }

    fn text_match_on_mysql(&mut self, alias: &str, column: &str, how: TextMatch, text: &str) -> &mut Self {
        let (fold, end) = if how.any_case { ("LOWER(", ")") } else { ("", " COLLATE utf8mb4_bin") };
        self.push(fold).column(alias, column).push(end).push(" LIKE ");
        let end = if how.any_case { ")" } else { "" };
        self.push(fold).bind(like_pattern(text, how.place).into()).push(end).push(ESCAPE)
    }

    fn text_match_on_sqlite(&mut self, alias: &str, column: &str, how: TextMatch, text: &str) -> &mut Self {
        let (operator, pattern, escape) = if how.any_case && text.is_ascii() {
            (" LIKE ", like_pattern(text, how.place), ESCAPE)
        } else {
            (" GLOB ", glob_pattern(text, how), "")
        };
        if pattern.len() > LONGEST_PATTERN {
            return self.push(FALSE);
        }
        self.column(alias, column).push(operator).bind(pattern.into()).push(escape)
    }
}

/// For `LIKE … ESCAPE '|'`.
pub(super) fn like_pattern(text: &str, place: Place) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '|') {
            pattern.push('|');
        }
        pattern.push(letter);
    }
    open(pattern, '%', place)
}

/// For `GLOB`: whatever the case, a class for each letter that has two, `*[éÉ]t[éÉ]*`. Letters whose other case has another length
/// (ß, İ) match themselves only.
fn glob_pattern(text: &str, how: TextMatch) -> String {
    let mut pattern = String::with_capacity(text.len() * 4 + 2);
    for letter in text.chars() {
        match other_case(letter).filter(|_| how.any_case) {
            Some(other) => pattern.extend(['[', letter, other, ']']),
            None if matches!(letter, '*' | '?' | '[') => pattern.extend(['[', letter, ']']),
            None => pattern.push(letter),
        }
    }
    open(pattern, '*', how.place)
}

/// The pattern with `any` on the sides where the text may go on.
fn open(mut pattern: String, any: char, place: Place) -> String {
    if place != Place::Start {
        pattern.insert(0, any);
    }
    if place != Place::End {
        pattern.push(any);
    }
    pattern
}

pub(super) fn other_case(letter: char) -> Option<char> {
    fn single(mut letters: impl Iterator<Item = char>) -> Option<char> {
        let first = letters.next()?;
        letters.next().is_none().then_some(first)
    }
    let other = if letter.is_uppercase() { single(letter.to_lowercase()) } else { single(letter.to_uppercase()) };
    other.filter(|other| *other != letter)
}
