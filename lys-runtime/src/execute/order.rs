//! Orders and places in them: what a list is sorted by, and which rows are behind a place.

use async_graphql_value::ConstValue;
use sea_orm::Value;

use crate::{
    data::{
        condition::{ColumnOrder, Operator, Term},
        select::RowSelect,
        sql::SqlWriter,
    },
    entity::EntityDef,
    name::camel_case,
    operation::{ArgumentValues, OrderKeyDef},
};

/// The order of a list: `orderBy` replaces the author's, and the primary key always comes last.
pub(crate) fn order(
    arguments: &ArgumentValues,
    keys: Option<&Vec<OrderKeyDef>>,
    select: &RowSelect,
) -> Vec<ColumnOrder> {
    let mut order = match (arguments.get("orderBy"), keys) {
        (Some(ConstValue::Object(_)), Some(_)) => chosen(arguments, keys)
            .map(|(key, ascending)| ColumnOrder { column: key.column, descending: !ascending })
            .collect(),
        _ => select.order.clone(),
    };
    down_to_key(&mut order);
    order
}

/// The keys that `orderBy` chooses, and whether each ascends.
pub(super) fn chosen<'k>(
    arguments: &ArgumentValues,
    keys: Option<&'k Vec<OrderKeyDef>>,
) -> impl Iterator<Item = (&'k OrderKeyDef, bool)> {
    let chosen = if let Some(ConstValue::Object(chosen)) = arguments.get("orderBy") { Some(chosen) } else { None };
    keys.into_iter().flatten().filter_map(move |key| match chosen?.get(camel_case(key.name).as_str()) {
        Some(ConstValue::Boolean(ascending)) => Some((key, *ascending)),
        _ => None,
    })
}

/// No two rows stand at the same place: the primary key decides at last.
pub(super) fn down_to_key(order: &mut Vec<ColumnOrder>) {
    if let Some(key) = order.iter().position(|term| term.column == 0) {
        order.truncate(key + 1);
    } else {
        let descending = order.last().is_some_and(|term| term.descending);
        order.push(ColumnOrder { column: 0, descending });
    }
}

/// Where the order columns are read to; those that are not read yet are added.
pub(super) fn order_slots(columns: &mut Vec<u16>, order: &[ColumnOrder]) -> Vec<usize> {
    order
        .iter()
        .map(|term| {
            columns.iter().position(|known| *known == term.column).unwrap_or_else(|| {
                columns.push(term.column);
                columns.len() - 1
            })
        })
        .collect()
}

pub(super) fn push_order(sql: &mut SqlWriter, entity: &EntityDef, order: &[ColumnOrder], backward: bool) {
    for (index, term) in order.iter().enumerate() {
        sql.push(if index == 0 { " ORDER BY " } else { ", " });
        sql.order_term("", &entity.columns[usize::from(term.column)], term.descending != backward);
    }
}

/// `(a, b, id) > place`, spelt out so that directions may differ and NULLs have their place. The first term's range stands alone in
/// front, so that an index on it can be entered there.
pub(super) fn keyset(entity: &EntityDef, order: &[ColumnOrder], place: &[Option<Value>], before: bool) -> Term {
    let mut branches = Vec::new();
    for (index, (term, value)) in order.iter().zip(place).enumerate() {
        let Some(further) = further(entity, *term, value.as_ref(), before) else {
            continue;
        };
        let mut conjunction: Vec<Term> =
            order.iter().zip(place).take(index).map(|(term, value)| same(*term, value.as_ref())).collect();
        conjunction.push(further);
        branches.push(if conjunction.len() == 1 { conjunction.remove(0) } else { Term::And(conjunction) });
    }
    let spelt = Term::Or(branches);
    match (order.first(), place.first()) {
        (Some(term), Some(Some(value))) if order.len() > 1 && !entity.columns[usize::from(term.column)].nullable => {
            let operator = if term.descending == before { Operator::GreaterOrEqual } else { Operator::LessOrEqual };
            Term::And(vec![Term::Compare(term.column, operator, value.clone()), spelt])
        }
        _ => spelt,
    }
}

fn same(term: ColumnOrder, value: Option<&Value>) -> Term {
    match value {
        Some(value) => Term::Compare(term.column, Operator::Equal, value.clone()),
        None => Term::Null(term.column),
    }
}

/// The column is strictly further on than `value`; `None` when nothing can be.
fn further(entity: &EntityDef, term: ColumnOrder, value: Option<&Value>, before: bool) -> Option<Term> {
    let upward = term.descending == before;
    let nullable = entity.columns[usize::from(term.column)].nullable;
    match (value, upward) {
        (Some(value), true) => Some(Term::Compare(term.column, Operator::Greater, value.clone())),
        (Some(value), false) => {
            let less = Term::Compare(term.column, Operator::Less, value.clone());
            Some(if nullable { Term::Or(vec![less, Term::Null(term.column)]) } else { less })
        }
        (None, true) => Some(Term::Not(Box::new(Term::Null(term.column)))),
        (None, false) => None,
    }
}
