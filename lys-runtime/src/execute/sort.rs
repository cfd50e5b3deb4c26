//! The `sort` argument: several keys, some of which no column of the rows holds.
//!
//! Those are read beside the rows in a subquery, under names of their own; the order, the cursors and the condition that goes on from one
//! see them as columns.

use async_graphql_value::ConstValue;

use super::order::down_to_key;
use crate::{
    access::{
        Decision,
        scope::{Scope, along},
    },
    app::{
        guards::Guarded,
        sorts::{BeyondKey, KeyEnd, SortInput, SortKind, Sorting},
    },
    data::{
        condition::{ColumnOrder, Term},
        sql::SqlWriter,
    },
    entity::EntityDef,
    error::{Error, Result, code},
    name::camel_case,
    operation::ArgumentValues,
    schema::sorts::{ASCENDING, NUMBER},
};

/// Most keys of one sort: each makes the condition that goes on from a cursor longer than all before it.
const MOST_KEYS: usize = 10;

/// A given sort.
#[derive(Debug)]
pub(crate) struct GivenSort<'a> {
    /// As it was given.
    pub(super) value: &'a ConstValue,
    /// Its keys and the primary key.
    pub(super) order: Vec<ColumnOrder>,
    sorting: &'a Sorting,
}

/// The argument `sort`, if it was given.
pub(super) fn given<'a>(sorting: &'a Sorting, arguments: &'a ArgumentValues) -> Result<Option<GivenSort<'a>>> {
    let value = match arguments.get("sort") {
        Some(value @ ConstValue::List(keys)) if !keys.is_empty() => value,
        _ => return Ok(None),
    };
    if arguments.get("orderBy").is_some_and(|order| *order != ConstValue::Null) {
        return Err(refused("Argument 'sort' cannot stand beside 'orderBy'.".to_owned()));
    }
    let ConstValue::List(keys) = value else { return Ok(None) };
    let mut order: Vec<ColumnOrder> = Vec::new();
    for key in keys {
        let term = term(&sorting.input, key)
            .ok_or_else(|| refused("Argument 'sort' has a key without a direction.".to_owned()))?;
        // Rows that are equal by a key are so by the same key again.
        if order.iter().all(|known| known.column != term.column) {
            order.push(term);
        }
        if order.len() > MOST_KEYS {
            return Err(refused(format!("Argument 'sort' cannot have more than {MOST_KEYS} keys.")));
        }
    }
    down_to_key(&mut order);
    Ok(Some(GivenSort { value, order, sorting }))
}

/// How many keys of `value`, a coerced `sort`, are not the rows' own.
pub(super) fn follows(sorting: &Sorting, value: &ConstValue) -> u64 {
    let ConstValue::List(keys) = value else { return 0 };
    let terms = keys.iter().filter_map(|key| term(&sorting.input, key));
    terms.filter(|term| sorting.beyond(term.column).is_some()).count() as u64
}

/// The guarded fields that a sort goes by.
pub(super) fn guards(sorting: &Sorting, value: &ConstValue, found: &mut Vec<Guarded>) {
    let ConstValue::List(keys) = value else { return };
    for key in keys {
        let (mut input, mut value) = (&sorting.input, key);
        while let Some((name, below)) = only_field(value) {
            let Some(field) = input.fields.iter().find(|field| camel_case(field.name) == name) else { break };
            found.extend(field.guard);
            let SortKind::Related(next) = &field.kind else { break };
            (input, value) = (next, below);
        }
    }
}

fn refused(text: String) -> Error {
    Error::new(code::INVALID_ARGUMENT, 400).with_text(text)
}

/// One key: the only field of each object on the way to a direction.
fn term(input: &SortInput, value: &ConstValue) -> Option<ColumnOrder> {
    let (name, value) = only_field(value)?;
    let field = input.fields.iter().find(|field| camel_case(field.name) == name)?;
    match &field.kind {
        SortKind::Key(column) => direction(*column, value),
        SortKind::Count(column) => {
            let (name, value) = only_field(value)?;
            if name == NUMBER { direction(*column, value) } else { None }
        }
        SortKind::Related(input) => term(input, value),
    }
}

fn only_field(value: &ConstValue) -> Option<(&str, &ConstValue)> {
    let ConstValue::Object(fields) = value else { return None };
    let (name, value) = fields.first()?;
    Some((name.as_str(), value))
}

fn direction(column: u16, value: &ConstValue) -> Option<ColumnOrder> {
    let ConstValue::Enum(name) = value else { return None };
    Some(ColumnOrder { column, descending: name.as_str() != ASCENDING })
}

impl<'a> GivenSort<'a> {
    /// The entity, and behind its columns the keys that it does not hold.
    pub(super) fn entity(&self) -> &'a EntityDef {
        &self.sorting.entity
    }

    /// The keys that have to be read beside the rows, with their columns.
    fn beyond(&self) -> impl Iterator<Item = (u16, &'a BeyondKey)> {
        let sorting = self.sorting;
        self.order.iter().filter_map(move |term| Some((term.column, sorting.beyond(term.column)?)))
    }

    /// Whether there are such keys.
    pub(super) fn goes_beyond(&self) -> bool {
        self.beyond().next().is_some()
    }

    /// Adds ` FROM (…) AS table`: the rows of `conditions` inside the decision's scope, with `columns` of the entity and all sort keys.
    pub(super) fn push_rows(&self, sql: &mut SqlWriter, columns: &[u16], conditions: &[Term], scope: &Scope<'_>) {
        let decision = scope.decision;
        let entity = self.entity();
        let needed = columns.iter().copied().chain(self.order.iter().map(|term| term.column));
        let own = sorted(needed.filter(|column| self.sorting.beyond(*column).is_none()));
        let joined = self.beyond().flat_map(|(_, key)| key.near(entity));
        let read = sorted(own.iter().copied().chain(joined));
        let rows = sql.alias();
        let ways = Ways::of(self.beyond().map(|(_, key)| &key.path[..]), sql);

        sql.push(" FROM (SELECT ").listed(&rows, entity, &own);
        for (column, key) in self.beyond() {
            let (holder, alias) = ways.end(entity, &rows, &key.path);
            sql.push(", ");
            match key.end {
                KeyEnd::Column(end) => sql.column(alias, holder.columns[usize::from(end)].name),
                KeyEnd::Count(relation) => {
                    sql.number_of((&holder, alias), &holder.relations[usize::from(relation)], decision)
                }
            };
            sql.push(" AS ").name(entity.columns[usize::from(column)].name);
        }
        sql.push(" FROM (SELECT ").listed("", entity, &read).push(" FROM ").name(entity.table);
        sql.filter(entity, "", conditions, scope).push(") AS ").name(&rows);
        ways.join(entity, &rows, sql, decision);
        sql.push(") AS ").name(entity.table);
    }
}

fn sorted(columns: impl Iterator<Item = u16>) -> Vec<u16> {
    let mut columns: Vec<u16> = columns.collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

impl BeyondKey {
    /// The columns of `entity` that lead to it.
    fn near<'e>(&self, entity: &'e EntityDef) -> impl Iterator<Item = u16> + use<'e> {
        let relation = match (self.path.first(), self.end) {
            (Some(&relation), _) | (None, KeyEnd::Count(relation)) => Some(relation),
            (None, KeyEnd::Column(_)) => None,
        };
        relation
            .into_iter()
            .flat_map(|relation| entity.relations[usize::from(relation)].on.iter().map(|join| join.here))
    }
}

/// The related rows that keys are of, each joined once: they are one at most, so no row comes twice.
struct Ways<'p> {
    /// From the entity to the row, and what that is called; shorter ways come first.
    ways: Vec<(&'p [u16], String)>,
}

impl<'p> Ways<'p> {
    fn of(paths: impl Iterator<Item = &'p [u16]>, sql: &mut SqlWriter) -> Self {
        let mut ways: Vec<(&[u16], String)> = Vec::new();
        for path in paths {
            for length in 1..=path.len() {
                let way = &path[..length];
                if ways.iter().all(|(known, _)| *known != way) {
                    ways.push((way, sql.alias()));
                }
            }
        }
        Self { ways }
    }

    /// What the row at the end of `path` is called, and its entity.
    fn end<'n>(&'n self, entity: &EntityDef, rows: &'n str, path: &[u16]) -> (EntityDef, &'n str) {
        let alias = self.ways.iter().find(|(way, _)| *way == path).map_or(rows, |(_, alias)| alias);
        let step = |holder: EntityDef, relation: &u16| (holder.relations[usize::from(*relation)].target_definition)();
        (path.iter().fold(entity.clone(), step), alias)
    }

    /// Adds the joins. A row outside the scope is not there: its columns are NULL.
    fn join(&self, entity: &EntityDef, rows: &str, sql: &mut SqlWriter, decision: &Decision) {
        for (way, alias) in &self.ways {
            let Some((last, before)) = way.split_last() else { continue };
            let (near, above) = self.end(entity, rows, before);
            let relation = &near.relations[usize::from(*last)];
            let target = (relation.target_definition)();
            sql.push(" LEFT JOIN ").name(target.table).push(" AS ").name(alias).push(" ON ");
            sql.tied((&near, above), (&target, alias), &relation.on);
            sql.within(" AND ", &target, alias, &along(decision, relation, &target));
        }
    }
}
