//! Pages: `first`, `last`, `before`, `after`, `limit` and `orderBy` become one keyset statement (10-core §10.3, §10.5).

use std::ops::Range;

use async_graphql_value::ConstValue;
use sea_orm::Value;

use super::{
    cursor::{self, Cursor, CursorWriter, Listing},
    load::{LoadedLevel, Loader, push_columns},
    plan::PageShape,
};
use crate::{
    access::scope::scope,
    data::{
        condition::{ColumnOrder, Operator, Term},
        select::RowSelect,
        sql::SqlWriter,
    },
    entity::EntityDef,
    error::{Error, Result, code},
    name::camel_case,
    operation::{ArgumentValues, OrderKeyDef},
};

/// A loaded page.
pub(crate) struct LoadedPage<'a> {
    pub(crate) level: LoadedLevel,
    pub(crate) cursors: CursorWriter<'a>,
    pub(crate) has_next: bool,
    pub(crate) has_previous: bool,
    pub(crate) total_count: Option<i64>,
}

/// A page as it is written: some rows of a level, and where they stand.
pub(crate) struct PageView<'p> {
    pub(crate) level: &'p LoadedLevel,
    /// Which rows of the level.
    pub(crate) rows: Range<usize>,
    pub(crate) cursors: &'p CursorWriter<'p>,
    pub(crate) has_next: bool,
    pub(crate) has_previous: bool,
    pub(crate) total_count: Option<i64>,
}

impl LoadedPage<'_> {
    pub(crate) fn view(&self) -> PageView<'_> {
        let Self { level, cursors, has_next, has_previous, total_count } = self;
        let rows = 0..level.rows.len();
        PageView { level, rows, cursors, has_next: *has_next, has_previous: *has_previous, total_count: *total_count }
    }
}

/// What the paging arguments ask for.
pub(super) struct Paging {
    pub(super) first: Option<u32>,
    pub(super) last: Option<u32>,
    pub(super) before: Option<Cursor>,
    pub(super) after: Option<Cursor>,
    /// Most rows of the page.
    pub(super) size: u32,
}

/// The place of a row in the order.
type Place = Vec<Option<Value>>;

/// One end of the list, or a row that ends the page's range.
enum Bound {
    /// No bound on this side.
    Open,
    /// The row at this place.
    Row(Place),
    /// An offset behind the last row.
    Beyond,
}

impl<'a> Loader<'a> {
    /// Loads the page of `select` that `arguments` ask for.
    pub(crate) async fn page(
        &self,
        shape: &'a PageShape,
        select: &RowSelect,
        list: Listing<'a>,
        arguments: &ArgumentValues,
    ) -> Result<LoadedPage<'a>> {
        let Listing { entity, order, .. } = list;
        let paging = Paging::read(arguments, list, self.options.max_page)?;
        let mut columns = shape.level.columns.clone();
        let slots = if shape.wants.cursors { order_slots(&mut columns, order) } else { Vec::new() };
        let cursors = CursorWriter::new(list, slots);

        let mut page = LoadedPage {
            level: LoadedLevel::empty(),
            cursors,
            has_next: false,
            has_previous: false,
            total_count: None,
        };
        if shape.wants.rows {
            self.rows(shape, select, &columns, paging, &mut page).await?;
        }
        if shape.wants.total_count && page.total_count.is_none() {
            page.total_count = Some(self.count(entity, select).await?);
        }
        Ok(page)
    }

    async fn rows(
        &self,
        shape: &'a PageShape,
        select: &RowSelect,
        columns: &[u16],
        paging: Paging,
        page: &mut LoadedPage<'a>,
    ) -> Result<()> {
        let list = page.cursors.list;
        let Listing { entity, order, .. } = list;
        let backward = paging.is_backward();
        let after = self.bound(list, select, paging.after).await?;
        let before = self.bound(list, select, paging.before).await?;
        let (has_after, has_before) = (!matches!(after, Bound::Open), matches!(before, Bound::Row(_)));
        if matches!(after, Bound::Beyond) {
            (page.has_previous, page.has_next) = (true, has_before);
            return Ok(());
        }

        let mut sql = SqlWriter::new(self.context.database.backend());
        push_columns(&mut sql, entity, columns);
        if shape.wants.total_count {
            sql.push(", (");
            self.push_count(&mut sql, entity, select);
            // No column has this name: the order could mean it otherwise.
            sql.push(") AS ").name("total count");
        }
        sql.push(" FROM ").name(entity.table);
        let mut terms = select.conditions.clone();
        terms.extend(after.beyond(entity, order, false));
        terms.extend(before.beyond(entity, order, true));
        sql.filter(entity, "", &terms, &scope(self.context.decision, entity, true).showing(select.deleted));
        push_order(&mut sql, entity, order, backward);
        let one_more = i64::from(paging.size) + 1;
        sql.push(" LIMIT ").bind(one_more.into());

        let mut rows = self.read(sql).await?;
        if shape.wants.total_count {
            // Behind a cursor there may be no row while there are others before it: those are counted by themselves.
            let none = (!has_after && !has_before).then_some(0);
            page.total_count = rows.first().map(|row| row.get(columns.len())).transpose()?.or(none);
        }
        let overflow = rows.len() > paging.size as usize;
        rows.truncate(paging.size as usize);
        if backward {
            rows.reverse();
            (page.has_previous, page.has_next) = (overflow || has_after, has_before);
        } else {
            (page.has_previous, page.has_next) = (has_after, overflow || has_before);
            if let Some(last) = paging.last.map(|last| last as usize)
                && rows.len() > last
            {
                rows.keep_last(last);
                page.has_previous = true;
            }
        }
        page.level = self.below(&shape.level, rows).await?;
        Ok(())
    }

    /// The number of all rows, whatever the page: in the page's own statement, so that both are of one moment.
    fn push_count(&self, sql: &mut SqlWriter, entity: &EntityDef, select: &RowSelect) {
        sql.push("SELECT COUNT(*) FROM ").name(entity.table);
        sql.filter(entity, "", &select.conditions, &scope(self.context.decision, entity, true).showing(select.deleted));
    }

    async fn count(&self, entity: &EntityDef, select: &RowSelect) -> Result<i64> {
        let mut sql = SqlWriter::new(self.context.database.backend());
        self.push_count(&mut sql, entity, select);
        let rows = self.read(sql).await?;
        let row = rows.first().ok_or_else(|| Error::internal("COUNT gave no row"))?;
        row.get(0)
    }

    /// A cursor as a place. An offset of the reference's cursors is looked up, so both kinds go on as places.
    async fn bound(&self, list: Listing<'a>, select: &RowSelect, cursor: Option<Cursor>) -> Result<Bound> {
        let Listing { entity, order, .. } = list;
        let offset = match cursor {
            None => return Ok(Bound::Open),
            Some(Cursor::Row(place)) => return Ok(Bound::Row(place)),
            Some(Cursor::Offset(offset)) => i64::try_from(offset).unwrap_or(i64::MAX),
        };
        let mut columns = Vec::new();
        let slots = order_slots(&mut columns, order);
        let mut sql = self.select(entity, &columns);
        sql.filter(entity, "", &select.conditions, &scope(self.context.decision, entity, true).showing(select.deleted));
        push_order(&mut sql, entity, order, false);
        sql.push(" LIMIT 1 OFFSET ").bind(offset.into());
        let rows = self.read(sql).await?;
        match rows.first() {
            Some(row) => Ok(Bound::Row(CursorWriter::new(list, slots).place(row)?)),
            None => Ok(Bound::Beyond),
        }
    }
}

impl Paging {
    /// The end of the list is what is asked for.
    pub(super) fn is_backward(&self) -> bool {
        self.first.is_none() && self.last.is_some()
    }

    pub(super) fn read(arguments: &ArgumentValues, list: Listing<'_>, max_page: u32) -> Result<Self> {
        let first = page_size(arguments, "first")?;
        let last = page_size(arguments, "last")?;
        let limit = page_size(arguments, "limit")?;
        for (name, size) in [("first", first), ("last", last)] {
            if size.is_some_and(|size| size > max_page) {
                return Err(argument_error(format!("Argument '{name}' cannot be higher than {max_page}.")));
            }
        }
        let asked = first.or(last).unwrap_or(max_page);
        let cursor = |name: &str| match arguments.get(name) {
            Some(ConstValue::String(text)) if !text.is_empty() => cursor::decode(text, name, list).map(Some),
            _ => Ok(None),
        };
        Ok(Self {
            first,
            last,
            before: cursor("before")?,
            after: cursor("after")?,
            size: limit.map_or(asked, |limit| limit.min(asked)),
        })
    }
}

/// A page size argument; null is absent.
fn page_size(arguments: &ArgumentValues, name: &str) -> Result<Option<u32>> {
    let Some(ConstValue::Number(number)) = arguments.get(name) else {
        return Ok(None);
    };
    let size = number.as_i64().and_then(|size| u32::try_from(size).ok());
    size.map(Some).ok_or_else(|| argument_error(format!("Argument '{name}' must be a non-negative integer.")))
}

fn argument_error(text: String) -> Error {
    Error::new(code::INVALID_ARGUMENT, 400).with_text(text)
}

/// The order of a list: `orderBy` replaces the author's, and the primary key always comes last.
pub(crate) fn order(
    arguments: &ArgumentValues,
    keys: Option<&Vec<OrderKeyDef>>,
    select: &RowSelect,
) -> Vec<ColumnOrder> {
    let mut order = match (arguments.get("orderBy"), keys) {
        (Some(ConstValue::Object(chosen)), Some(keys)) => keys
            .iter()
            .filter_map(|key| match chosen.get(camel_case(key.name).as_str()) {
                Some(ConstValue::Boolean(ascending)) => {
                    Some(ColumnOrder { column: key.column, descending: !ascending })
                }
                _ => None,
            })
            .collect(),
        _ => select.order.clone(),
    };
    if let Some(key) = order.iter().position(|term| term.column == 0) {
        order.truncate(key + 1);
    } else {
        let descending = order.last().is_some_and(|term| term.descending);
        order.push(ColumnOrder { column: 0, descending });
    }
    order
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

fn push_order(sql: &mut SqlWriter, entity: &EntityDef, order: &[ColumnOrder], backward: bool) {
    for (index, term) in order.iter().enumerate() {
        sql.push(if index == 0 { " ORDER BY " } else { ", " });
        sql.order_term("", &entity.columns[usize::from(term.column)], term.descending != backward);
    }
}

impl Bound {
    /// Rows strictly behind the bound in reading direction, as a condition: `before` looks back from it.
    fn beyond(&self, entity: &EntityDef, order: &[ColumnOrder], before: bool) -> Option<Term> {
        match self {
            Self::Open | Self::Beyond => None,
            Self::Row(place) => Some(keyset(entity, order, place, before)),
        }
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
