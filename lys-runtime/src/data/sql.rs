//! SQL texts with their bound values. Values never enter the text; its shape does not depend on how many there are.

mod keys;

use sea_orm::{DbBackend, Value};

use super::condition::{Operator, Term};
use crate::{
    access::{
        Decision, UNSCOPED,
        scope::{Deleted, Reach, Scope},
    },
    entity::{ColumnDef, EntityDef},
};

/// A condition that no row satisfies.
pub(super) const FALSE: &str = "1 = 0";

/// Builds one statement.
#[derive(Debug, Clone)]
pub(crate) struct SqlWriter {
    /// The text so far.
    pub(crate) text: String,
    /// The values of its placeholders, as the database stores them.
    pub(crate) values: Vec<Value>,
    pub(super) backend: DbBackend,
    /// Aliases given so far.
    aliases: usize,
}

impl SqlWriter {
    pub(crate) fn new(backend: DbBackend) -> Self {
        Self { text: String::new(), values: Vec::new(), backend, aliases: 0 }
    }

    /// Whose SQL it is.
    pub(crate) fn backend(&self) -> DbBackend {
        self.backend
    }

    /// Adds SQL that does not come from input.
    pub(crate) fn push(&mut self, sql: &str) -> &mut Self {
        self.text.push_str(sql);
        self
    }

    /// Adds `"alias"."column"`, or `"column"` when the alias is empty.
    pub(crate) fn column(&mut self, alias: &str, column: &str) -> &mut Self {
        if !alias.is_empty() {
            self.name(alias).push(".");
        }
        self.name(column)
    }

    /// Adds all columns of `entity`, in order.
    pub(crate) fn columns(&mut self, entity: &EntityDef) -> &mut Self {
        self.columns_of("", entity)
    }

    /// Adds all columns of `entity` under `alias`, in order.
    pub(crate) fn columns_of(&mut self, alias: &str, entity: &EntityDef) -> &mut Self {
        for (index, column) in entity.columns.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.column(alias, column.name);
        }
        self
    }

    /// Adds these columns of `entity` under `alias`.
    pub(crate) fn listed(&mut self, alias: &str, entity: &EntityDef, columns: &[u16]) -> &mut Self {
        for (index, column) in columns.iter().enumerate() {
            self.push(if index > 0 { ", " } else { "" });
            self.column(alias, entity.columns[usize::from(*column)].name);
        }
        self
    }

    /// An alias that no table has and that the statement has not used yet.
    pub(crate) fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("lys_{}", self.aliases)
    }

    /// Adds a condition on the columns of `entity` under `alias`, in parentheses where it needs them. `decision` says which rows of
    /// relations are seen.
    pub(crate) fn condition(&mut self, entity: &EntityDef, alias: &str, term: &Term, decision: &Decision) -> &mut Self {
        match term {
            Term::Compare(column, operator, value) => {
                let column = &entity.columns[usize::from(*column)];
                self.compare(alias, column, *operator, value)
            }
            Term::In(column, values) => self.is_in(alias, &entity.columns[usize::from(*column)], values),
            Term::InRows(columns, rows) => {
                let columns: Vec<_> = columns.iter().map(|column| &entity.columns[usize::from(*column)]).collect();
                self.rows_in(alias, &columns, rows)
            }
            Term::Null(column) => self.column(alias, entity.columns[usize::from(*column)].name).push(" IS NULL"),
            Term::Text(column, how, text) => {
                self.text_match((entity, alias), &entity.columns[usize::from(*column)], *how, text)
            }
            Term::And(terms) => self.join(entity, alias, (terms, " AND ", "1 = 1"), decision),
            Term::Or(terms) => self.join(entity, alias, (terms, " OR ", FALSE), decision),
            Term::Not(term) => self.not(entity, alias, term, decision),
            Term::Related(relation, quantifier, term) => {
                self.related(entity, alias, (*relation, *quantifier, term), decision)
            }
            Term::Raw(sql, values) => self.raw(sql, values),
        }
    }

    /// Adds all `terms` and the scope, AND-ed; ` WHERE ` comes first unless there is nothing to say.
    pub(crate) fn filter(&mut self, entity: &EntityDef, alias: &str, terms: &[Term], scope: &Scope<'_>) -> &mut Self {
        self.filter_after(" WHERE ", entity, alias, terms, scope)
    }

    /// The same behind conditions that stand there already.
    pub(crate) fn and_filter(
        &mut self,
        entity: &EntityDef,
        alias: &str,
        terms: &[Term],
        scope: &Scope<'_>,
    ) -> &mut Self {
        self.filter_after(" AND ", entity, alias, terms, scope)
    }

    fn filter_after(
        &mut self,
        mut before: &str,
        entity: &EntityDef,
        alias: &str,
        terms: &[Term],
        scope: &Scope<'_>,
    ) -> &mut Self {
        for term in terms {
            self.push(before).condition(entity, alias, term, scope.decision);
            before = " AND ";
        }
        self.within(before, entity, alias, scope)
    }

    /// Adds the scope, if it says anything, behind the word `before`. No statement sees rows but through this: what it leaves out,
    /// such as deleted rows, is left out everywhere. Rows that a scope is related to are seen whole: whose a row is does not depend
    /// on who asks, and scopes that lead to each other end.
    pub(crate) fn within(&mut self, before: &str, entity: &EntityDef, alias: &str, scope: &Scope<'_>) -> &mut Self {
        match &scope.reach {
            Reach::All => return self.living(before, entity, alias, scope.deleted),
            Reach::Nothing => self.push(before).push(FALSE),
            Reach::Where(term) => self.push(before).condition(entity, alias, term, &UNSCOPED),
        };
        self.living(" AND ", entity, alias, scope.deleted)
    }

    /// Adds the condition that a row is not within `reach`.
    pub(crate) fn beyond(&mut self, entity: &EntityDef, alias: &str, reach: &Reach) -> &mut Self {
        match reach {
            Reach::All => self.push(FALSE),
            Reach::Nothing => self.push("1 = 1"),
            Reach::Where(term) => self.not(entity, alias, term, &UNSCOPED),
        }
    }

    fn living(&mut self, before: &str, entity: &EntityDef, alias: &str, deleted: Deleted) -> &mut Self {
        let Some(column) = entity.soft_delete.map(|column| entity.columns[usize::from(column)].name) else {
            return self;
        };
        match deleted {
            Deleted::Hidden => self.push(before).column(alias, column).push(" IS NULL"),
            Deleted::Only => self.push(before).column(alias, column).push(" IS NOT NULL"),
            Deleted::Shown => self,
        }
    }

    /// `IS NOT TRUE` rather than `NOT`, which leaves the unknown unknown.
    fn not(&mut self, entity: &EntityDef, alias: &str, term: &Term, decision: &Decision) -> &mut Self {
        match term {
            Term::Null(column) => self.column(alias, entity.columns[usize::from(*column)].name).push(" IS NOT NULL"),
            Term::Related(..) => self.push("NOT ").condition(entity, alias, term, decision),
            term => self.push("(").condition(entity, alias, term, decision).push(") IS NOT TRUE"),
        }
    }

    fn compare(&mut self, alias: &str, column: &ColumnDef, operator: Operator, value: &Value) -> &mut Self {
        self.column(alias, column.name);
        match operator {
            Operator::Equal if is_null(value) => self.push(" IS NULL"),
            Operator::NotEqual if is_null(value) => self.push(" IS NOT NULL"),
            _ => self.push(" ").push(operator.sql()).push(" ").bind_to(column, value.clone()),
        }
    }

    fn join(
        &mut self,
        entity: &EntityDef,
        alias: &str,
        (terms, word, empty): (&[Term], &str, &str),
        decision: &Decision,
    ) -> &mut Self {
        if terms.is_empty() {
            return self.push(empty);
        }
        self.push("(");
        for (index, term) in terms.iter().enumerate() {
            if index > 0 {
                self.push(word);
            }
            self.condition(entity, alias, term, decision);
        }
        self.push(")")
    }

    /// The author's SQL: each `?` outside quotes takes the next value. Text that reaches beyond its parentheses would take the
    /// scope with it: it matches nothing.
    fn raw(&mut self, sql: &'static str, values: &[Value]) -> &mut Self {
        if !stands_alone(sql) {
            tracing::error!(sql, "a raw condition is no condition of its own; it matches nothing");
            return self.push(FALSE);
        }
        let mut values = values.iter();
        self.push("(");
        for (letter, quoted) in letters(sql) {
            match values.as_slice() {
                [value, ..] if letter == '?' && !quoted => {
                    self.bind(value.clone());
                    values.next();
                }
                _ => self.text.push(letter),
            }
        }
        self.push(")")
    }
}

/// Each letter, and whether it stands in quotes.
fn letters(sql: &str) -> impl Iterator<Item = (char, bool)> {
    sql.chars().scan(None, |quote, letter| {
        let quoted = quote.is_some();
        match *quote {
            None if matches!(letter, '\'' | '"' | '`') => *quote = Some(letter),
            Some(open) if open == letter => *quote = None,
            _ => {}
        }
        Some((letter, quoted || quote.is_some()))
    })
}

/// Whether `sql` can stand in parentheses: it closes what it opens, and has no comment and no end of statement.
fn stands_alone(sql: &str) -> bool {
    let mut depth = 0_i32;
    let mut plain = String::with_capacity(sql.len());
    for (letter, quoted) in letters(sql) {
        match letter {
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
        plain.push(if quoted { 'x' } else { letter });
    }
    let quotes_closed = letters(&format!("{sql} ")).last().is_some_and(|(_, quoted)| !quoted);
    depth == 0 && quotes_closed && !["--", "/*", ";"].iter().any(|end| plain.contains(end))
}

pub(crate) fn is_null(value: &Value) -> bool {
    *value == value.as_null()
}

#[cfg(test)]
#[path = "sql_tests.rs"]
mod tests;
