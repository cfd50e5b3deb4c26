//! Pages: `first`, `last`, `before`, `after`, `limit` and `orderBy` become one keyset statement (10-core §10.3, §10.5).

use std::ops::Range;

use async_graphql_value::ConstValue;
use sea_orm::Value;

use super::{
    aggregate::{Lists, LoadedAggregates},
    cursor::{self, Cursor, CursorWriter, Listing},
    load::{LoadedLevel, Loader},
    order::{keyset, order_slots, push_order},
    plan::PageShape,
};
use crate::{
    access::scope::{Scope, scope},
    data::{
        condition::{ColumnOrder, Term},
        select::RowSelect,
        sql::SqlWriter,
    },
    entity::EntityDef,
    error::{Error, Result, code},
    operation::ArgumentValues,
};

/// A loaded page.
pub(crate) struct LoadedPage<'a> {
    pub(crate) level: LoadedLevel,
    pub(crate) cursors: CursorWriter<'a>,
    pub(crate) has_next: bool,
    pub(crate) has_previous: bool,
    pub(crate) total_count: Option<i64>,
    pub(crate) aggregates: LoadedAggregates,
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
    pub(crate) aggregates: &'p LoadedAggregates,
    /// Which of the lists it is that the aggregates are of.
    pub(crate) list: usize,
}

impl LoadedPage<'_> {
    pub(crate) fn view(&self) -> PageView<'_> {
        PageView {
            level: &self.level,
            rows: 0..self.level.rows.len(),
            cursors: &self.cursors,
            has_next: self.has_next,
            has_previous: self.has_previous,
            total_count: self.total_count,
            aggregates: &self.aggregates,
            list: 0,
        }
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
            aggregates: Vec::new(),
        };
        if shape.wants.rows {
            self.rows(shape, select, &columns, paging, &mut page).await?;
        }
        if shape.wants.total_count && page.total_count.is_none() {
            page.total_count = Some(self.count(entity, select).await?);
        }
        page.aggregates = self.aggregates(&shape.aggregates, entity, Lists::Root(select)).await?;
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
        sql.push("SELECT ").listed("", entity, columns);
        if shape.wants.total_count {
            sql.push(", (");
            self.push_count(&mut sql, entity, select);
            // No column has this name: the order could mean it otherwise.
            sql.push(") AS ").name("total count");
        }
        let between: Vec<Term> =
            [after.beyond(entity, order, false), before.beyond(entity, order, true)].into_iter().flatten().collect();
        let scope = self.root_rows(entity, select);
        match list.sort.filter(|sort| sort.goes_beyond()) {
            None => {
                sql.push(" FROM ").name(entity.table);
                let terms: Vec<Term> = select.conditions.iter().cloned().chain(between).collect();
                sql.filter(entity, "", &terms, &scope);
            }
            Some(sort) => {
                sort.push_rows(&mut sql, columns, &select.conditions, &scope);
                if !between.is_empty() {
                    sql.push(" WHERE ").condition(entity, "", &Term::And(between), scope.decision);
                }
            }
        }
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
        self.note(entity, &rows);
        page.level = self.below(&shape.level, rows).await?;
        Ok(())
    }

    /// The rows that `select` may choose from.
    pub(super) fn root_rows(&self, entity: &EntityDef, select: &RowSelect) -> Scope<'a> {
        scope(self.context.decision, entity, true).showing(select.deleted)
    }

    /// The number of all rows, whatever the page: in the page's own statement, so that both are of one moment.
    fn push_count(&self, sql: &mut SqlWriter, entity: &EntityDef, select: &RowSelect) {
        sql.push("SELECT COUNT(*) FROM ").name(entity.table);
        sql.filter(entity, "", &select.conditions, &self.root_rows(entity, select));
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
        sql.filter(entity, "", &select.conditions, &self.root_rows(entity, select));
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
        let first = given_size(arguments, "first")?;
        let last = given_size(arguments, "last")?;
        let limit = given_size(arguments, "limit")?;
        for (name, size) in [("first", first), ("last", last)] {
            if size.is_some_and(|size| size > max_page) {
                return Err(argument_error(format!("Argument '{name}' cannot be higher than {max_page}.")));
            }
        }
        let cursor = |name: &str| match arguments.get(name) {
            Some(ConstValue::String(text)) if !text.is_empty() => cursor::decode(text, name, list).map(Some),
            _ => Ok(None),
        };
        Ok(Self {
            first,
            last,
            before: cursor("before")?,
            after: cursor("after")?,
            size: page_size(first, last, limit, max_page),
        })
    }
}

/// Most rows of a page.
pub(super) fn page_size<N: Ord>(first: Option<N>, last: Option<N>, limit: Option<N>, most: N) -> N {
    let asked = first.or(last).unwrap_or(most);
    match limit {
        Some(limit) => limit.min(asked),
        None => asked,
    }
}

/// A page size argument; null is absent.
fn given_size(arguments: &ArgumentValues, name: &str) -> Result<Option<u32>> {
    let Some(ConstValue::Number(number)) = arguments.get(name) else {
        return Ok(None);
    };
    let size = number.as_i64().and_then(|size| u32::try_from(size).ok());
    size.map(Some).ok_or_else(|| argument_error(format!("Argument '{name}' must be a non-negative integer.")))
}

fn argument_error(text: String) -> Error {
    Error::new(code::INVALID_ARGUMENT, 400).with_text(text)
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
