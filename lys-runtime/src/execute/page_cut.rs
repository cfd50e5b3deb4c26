//! How a page for each parent is cut: by statements that read no more of a parent's rows than its page, where the database can.

use hashbrown::HashMap;

use super::{
    child_page::PageEnds,
    children::{Family, ROW},
    cursor::Cursor,
    order::keyset,
    page::Paging,
    plan::KeySlot,
    row_key::RowKey,
};
use crate::{
    data::{
        Rows,
        condition::{ColumnOrder, Term},
        sql::SqlWriter,
    },
    entity::EntityDef,
    error::Result,
};

/// What a row's number in its parent's list is called.
const NUMBER: &str = "lys_number";
const NUMBERED: &str = "lys_numbered";

/// The rows of each parent's page and one more.
pub(super) struct PageCut<'c> {
    pub(super) family: &'c Family<'c>,
    pub(super) columns: &'c [u16],
    pub(super) order: &'c [ColumnOrder],
    /// Where the page begins and ends.
    pub(super) bounds: Vec<Term>,
    /// The page is at the end of the list.
    pub(super) backward: bool,
    pub(super) one_more: i64,
}

/// The part of a parent's rows that its page shows.
pub(super) struct Cut {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) ends: PageEnds,
}

impl PageCut<'_> {
    /// SQLite looks a parent's first rows up in an index and reads those alone.
    pub(super) fn by_list(&self, sql: &mut SqlWriter) {
        let entity = self.family.entity;
        sql.push("SELECT ")
            .listed(ROW, self.family.entity, self.columns)
            .push(" FROM ")
            .keys(&self.family.key_columns(), &self.family.key_values());
        sql.push(" CROSS JOIN ").name(entity.table).push(" AS ").name(ROW);
        sql.push(" WHERE ").column(ROW, entity.columns[0].name).push(" IN (SELECT ").name(entity.columns[0].name);
        self.page_of_key(sql);
        sql.push(") ORDER BY ");
        self.sorted(ROW, sql);
    }

    /// PostgreSQL does the same in a join.
    #[cfg(feature = "postgres")]
    pub(super) fn laterally(&self, sql: &mut SqlWriter) {
        let mut needed = self.columns.to_vec();
        needed.extend(self.order.iter().map(|term| term.column).filter(|column| !self.columns.contains(column)));
        sql.push("SELECT ")
            .listed(ROW, self.family.entity, self.columns)
            .push(" FROM ")
            .keys(&self.family.key_columns(), &self.family.key_values());
        sql.push(" CROSS JOIN LATERAL (SELECT ");
        sql.listed("", self.family.entity, &needed);
        self.page_of_key(sql);
        sql.push(") AS ").name(ROW).push(" ORDER BY ");
        self.sorted(ROW, sql);
    }

    /// All rows of the parents are numbered: where there is no other way, and for rows that are linked by others, whose order no
    /// index has.
    pub(super) fn by_number(&self, sql: &mut SqlWriter) {
        let alias = self.family.alias;
        let keys: Vec<String> = match &self.family.between {
            Some(_) => (0..self.family.key_columns().len()).map(|place| format!("lys_key_{place}")).collect(),
            None => self.family.key_columns().iter().map(|column| column.name.to_owned()).collect(),
        };
        sql.push("SELECT ");
        sql.listed("", self.family.entity, self.columns);
        if self.family.between.is_some() {
            for key in &keys {
                sql.push(", ").name(key);
            }
        }
        sql.push(" FROM (SELECT ");
        sql.listed(alias, self.family.entity, self.columns);
        if self.family.between.is_some() {
            self.family.named_key(&keys, sql);
        }
        sql.push(", ROW_NUMBER() OVER (PARTITION BY ");
        self.family.key(sql);
        sql.push(" ORDER BY ");
        self.terms(alias, self.backward, sql);
        sql.push(") AS ").name(NUMBER);
        self.family.from(sql);
        for bound in &self.bounds {
            sql.push(" AND ").condition(self.family.entity, alias, bound, self.family.scope.decision);
        }
        sql.push(") AS ").name(NUMBERED).push(" WHERE ").name(NUMBER).push(" <= ").bind(self.one_more.into());
        for (index, key) in keys.iter().enumerate() {
            sql.push(if index == 0 { " ORDER BY " } else { ", " }).name(key);
        }
        sql.push(", ").name(NUMBER).push(if self.backward { " DESC" } else { "" });
    }

    /// ` FROM … LIMIT …`: the page of the key at hand.
    fn page_of_key(&self, sql: &mut SqlWriter) {
        let Family { entity, scope, .. } = self.family;
        sql.push(" FROM ").name(entity.table).push(" WHERE ").is_key("", &self.family.key_columns());
        for bound in &self.bounds {
            sql.push(" AND ").condition(entity, "", bound, scope.decision);
        }
        sql.within(" AND ", entity, "", scope).push(" ORDER BY ");
        self.terms("", self.backward, sql);
        sql.push(" LIMIT ").bind(self.one_more.into());
    }

    /// Rows of one parent stand together, in the order of the list.
    fn sorted(&self, alias: &str, sql: &mut SqlWriter) {
        for column in self.family.key_columns() {
            sql.column(alias, column.name).push(", ");
        }
        self.terms(alias, false, sql);
    }

    fn terms(&self, alias: &str, backward: bool, sql: &mut SqlWriter) {
        for (index, term) in self.order.iter().enumerate() {
            sql.push(if index > 0 { ", " } else { "" });
            let column = &self.family.entity.columns[usize::from(term.column)];
            sql.order_term(alias, column, term.descending != backward);
        }
    }
}

impl Paging {
    /// The rows between the cursors, as conditions.
    pub(super) fn bounds(&self, entity: &EntityDef, order: &[ColumnOrder]) -> Vec<Term> {
        let bound = |cursor: &Option<Cursor>, before| match cursor {
            Some(Cursor::Row(place)) => Some(keyset(entity, order, place, before)),
            _ => None,
        };
        [bound(&self.after, false), bound(&self.before, true)].into_iter().flatten().collect()
    }

    /// Where a page without rows stands.
    pub(super) fn nowhere(&self) -> PageEnds {
        PageEnds { has_next: self.before.is_some(), has_previous: self.after.is_some(), total_count: None }
    }

    /// Leaves out the rows that only tell that there are more; gives the others by their parent's key.
    pub(super) fn cut(&self, key: &[KeySlot], rows: &mut Rows) -> Result<HashMap<RowKey, Cut>> {
        let mut cuts: HashMap<RowKey, Cut> = HashMap::new();
        let mut kept: Vec<u32> = Vec::with_capacity(rows.len());
        for (parent, start, end) in groups(key, rows)? {
            let (start, end, ends) = self.cut_one(start, end);
            let first = u32::try_from(kept.len()).unwrap_or(u32::MAX);
            kept.extend(start..end);
            cuts.insert(parent, Cut { start: first, end: first + (end - start), ends });
        }
        if kept.len() < rows.len() {
            rows.pick(kept.into_iter().map(|at| at as usize));
        }
        Ok(cuts)
    }

    /// What a page keeps of a parent's rows from `start` to `end`, and where it stands then.
    fn cut_one(&self, mut start: u32, mut end: u32) -> (u32, u32, PageEnds) {
        let mut ends = self.nowhere();
        let overflows = end - start > self.size;
        match (overflows, self.is_backward()) {
            (true, true) => (start, ends.has_previous) = (end - self.size, true),
            (true, false) => (end, ends.has_next) = (start + self.size, true),
            (false, _) => {}
        }
        if let (Some(_), Some(last)) = (self.first, self.last)
            && end - start > last
        {
            (start, ends.has_previous) = (end - last, true);
        }
        (start, end, ends)
    }
}

/// The rows of each parent, which stand together.
fn groups(key: &[KeySlot], rows: &Rows) -> Result<Vec<(RowKey, u32, u32)>> {
    let mut groups: Vec<(RowKey, u32, u32)> = Vec::new();
    for (row, at) in rows.iter().zip(0_u32..) {
        let Some(parent) = RowKey::read(row, key)? else { continue };
        match groups.last_mut() {
            Some((known, _, end)) if *known == parent => *end = at + 1,
            _ => groups.push((parent, at, at + 1)),
        }
    }
    Ok(groups)
}
