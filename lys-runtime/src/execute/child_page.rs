//! Connections below a level: a page for each parent, cut by the database, in one statement for all of them.
//!
//! A cursor is a place in the order, whichever parent's row it was made from, so one `after` means the same for every parent: rows
//! behind that place.

use hashbrown::HashMap;
use sea_orm::DbBackend;

use super::{
    aggregate::{Lists, LoadedAggregates},
    arguments,
    children::Family,
    cursor::{Cursor, Listing},
    failure::Failure,
    load::{LoadedChild, LoadedLevel, Loader},
    order::{self, order_slots},
    page::Paging,
    page_cut::PageCut,
    plan::{Child, ChildPage, KeySlot},
    row_key::RowKey,
};
use crate::{
    data::{Rows, condition::ColumnOrder, select::RowSelect, sql::SqlWriter},
    entity::EntityDef,
    error::{Error, Result, code},
};

/// What the pages of a connection show beside their rows.
pub(crate) struct LoadedPages {
    pub(crate) order: Vec<ColumnOrder>,
    /// Where the order columns are in the rows.
    pub(crate) slots: Vec<usize>,
    /// For each parent row.
    pub(crate) ends: Vec<PageEnds>,
    pub(crate) aggregates: LoadedAggregates,
}

/// Where a parent's page stands in its list.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PageEnds {
    pub(crate) has_next: bool,
    pub(crate) has_previous: bool,
    pub(crate) total_count: Option<i64>,
}

/// What a client asks for.
struct Asked {
    order: Vec<ColumnOrder>,
    paging: Paging,
}

impl LoadedPages {
    /// What its cursors belong to.
    pub(crate) fn list<'p>(&'p self, entity: &'p EntityDef) -> Listing<'p> {
        Listing { entity, order: &self.order, filter: None, sort: None }
    }
}

impl<'a> Loader<'a> {
    /// A page of `child` for each parent. Wrong arguments are the field's error.
    pub(super) async fn child_pages(
        &self,
        child: &'a Child,
        page: &'a ChildPage,
        parent_keys: &[Option<RowKey>],
    ) -> Result<LoadedChild> {
        let entity = self.entity(&page.shape.level);
        let Asked { order, paging } = match self.asked(page, entity) {
            Ok(asked) => asked,
            Err(error) => {
                let failure = Failure::of(&error, self.operation, self.masking);
                let spans = vec![(0, 0); parent_keys.len()];
                let (level, denied) = (LoadedLevel::empty(), Vec::new());
                return Ok(LoadedChild { level, spans, denied, pages: Some(Err(failure)) });
            }
        };
        let mut columns = page.shape.level.columns.clone();
        let slots = if page.shape.wants.cursors { order_slots(&mut columns, &order) } else { Vec::new() };
        let family = self.family(child, parent_keys);
        let counts = match &family {
            Some(family) if page.shape.wants.total_count => self.child_counts(child, family).await?,
            _ => HashMap::new(),
        };
        let mut rows = match &family {
            Some(family) if page.shape.wants.rows => {
                let sql = self.child_page_rows(family, &columns, &order, &paging);
                self.read(sql).await?
            }
            _ => Rows::none(),
        };
        let cuts = paging.cut(&child.link.child_key(columns.len()), &mut rows)?;
        self.check_number(rows.len(), entity)?;
        if page.shape.wants.rows && family.is_some() {
            self.note(entity, &rows);
        }
        let counted = page.shape.wants.total_count;
        let (spans, ends) = parent_keys
            .iter()
            .map(|key| {
                let cut = key.as_ref().and_then(|key| cuts.get(key));
                let (span, ends) = cut.map_or(((0, 0), paging.nowhere()), |cut| ((cut.start, cut.end), cut.ends));
                let count = || key.as_ref().and_then(|key| counts.get(key)).copied().unwrap_or_default();
                (span, PageEnds { total_count: counted.then(count), ..ends })
            })
            .unzip();
        let lists = Lists::OfParents { child, family: family.as_ref(), keys: parent_keys };
        let aggregates = self.aggregates(&page.shape.aggregates, entity, lists).await?;
        let level = self.below(&page.shape.level, rows).await?;
        let pages = LoadedPages { order, slots, ends, aggregates };
        Ok(LoadedChild { level, spans, denied: Vec::new(), pages: Some(Ok(pages)) })
    }

    fn asked(&self, page: &ChildPage, entity: &EntityDef) -> Result<Asked> {
        let arguments = arguments::values(&page.arguments, self.variables, self.inputs)?;
        // What the caller may not see is no place in the list either: it would be in every cursor.
        let guards = &self.context.model.guards;
        let guarded = |column| guards.of_column(page.shape.node, column, page.shape.limited);
        let is_shown = |column: &u16| guarded(*column).is_none_or(|guarded| self.check(guarded).is_ok());
        let created = entity.column_index("created_at").filter(is_shown);
        let created = created.map(|column| ColumnOrder { column, descending: false });
        let select = RowSelect { order: created.into_iter().collect(), ..RowSelect::default() };
        self.check_order(&page.shape, &arguments, Some(&page.order_keys))?;
        let order = order::order(&arguments, Some(&page.order_keys), &select);
        let paging = Paging::read(
            &arguments,
            Listing { entity, order: &order, filter: None, sort: None },
            self.options.max_page,
        )?;
        if [&paging.after, &paging.before].into_iter().any(|cursor| matches!(cursor, Some(Cursor::Offset(_)))) {
            let detail = "an offset is no place in the lists of several parents";
            return Err(Error::new(code::INVALID_CURSOR, 400).with_detail(detail));
        }
        Ok(Asked { order, paging })
    }

    /// How many rows each parent has.
    async fn child_counts(&self, child: &Child, family: &Family<'_>) -> Result<HashMap<RowKey, i64>> {
        let mut sql = SqlWriter::new(self.context.database.backend());
        sql.push("SELECT ");
        family.key(&mut sql);
        sql.push(", COUNT(*)");
        family.from(&mut sql);
        sql.push(" GROUP BY ");
        family.key(&mut sql);
        let rows = self.read(sql).await?;
        let key: Vec<_> = child.link.child.iter().zip(0..).map(|(key, slot)| KeySlot { slot, ..*key }).collect();
        let mut counts = HashMap::with_capacity(rows.len());
        for row in rows.iter() {
            if let Some(parent) = RowKey::read(row, &key)? {
                counts.insert(parent, row.get::<i64>(key.len())?);
            }
        }
        Ok(counts)
    }

    /// The rows of each parent's page and one more, in order; those of one parent stand together.
    fn child_page_rows(
        &self,
        family: &Family<'_>,
        columns: &[u16],
        order: &[ColumnOrder],
        paging: &Paging,
    ) -> SqlWriter {
        let cut = PageCut {
            family,
            columns,
            order,
            bounds: paging.bounds(family.entity, order),
            backward: paging.is_backward(),
            one_more: i64::from(paging.size) + 1,
        };
        let mut sql = SqlWriter::new(self.context.database.backend());
        match (self.context.database.backend(), &family.between) {
            (DbBackend::Sqlite, None) => cut.by_list(&mut sql),
            #[cfg(feature = "postgres")]
            (DbBackend::Postgres, None) => cut.laterally(&mut sql),
            _ => cut.by_number(&mut sql),
        }
        // What is left of this when each parent's row too many is gone is more than there may be.
        let parents = i64::try_from(family.keys.len()).unwrap_or(i64::MAX);
        sql.push(" LIMIT ").bind((i64::from(self.options.max_rows) + 1).saturating_add(parents).into());
        sql
    }
}
