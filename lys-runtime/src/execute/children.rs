//! Children: the rows of a relation for all parents at once, in one statement; `denied` is the one before it, where the relation
//! checks them.

mod denied;

use hashbrown::HashMap;

use super::{
    load::{LoadedChild, Loader},
    plan::{Child, ChildShape, KeySlot, Link, RowShape, Through},
    row_key::RowKey,
};
use crate::{
    access::scope::{Reach, Scope, scope},
    data::{Rows, sql::SqlWriter},
    entity::{ColumnDef, EntityDef},
    error::{Error, Result, code},
};

/// How the entity between is called in a statement.
const BETWEEN: &str = "lys_link";
/// How the entity is called in a statement where it has to be told from others.
pub(super) const ROW: &str = "lys_row";

impl<'a> Loader<'a> {
    /// The rows of `child` below all of `parents`.
    pub(super) async fn child(&self, child: &'a Child, parents: &Rows) -> Result<LoadedChild> {
        let mut parent_keys =
            parents.iter().map(|row| RowKey::read(row, &child.link.parent)).collect::<Result<Vec<_>>>()?;
        let denied = if child.check { self.deny(child, &mut parent_keys).await? } else { Vec::new() };
        let loaded = match &child.shape {
            ChildShape::One(shape) => self.child_list(child, shape, false, &parent_keys).await?,
            ChildShape::Many(shape) => self.child_list(child, shape, true, &parent_keys).await?,
            ChildShape::Page(page) => self.child_pages(child, page, &parent_keys).await?,
        };
        Ok(LoadedChild { denied, ..loaded })
    }

    async fn child_list(
        &self,
        child: &'a Child,
        shape: &'a RowShape,
        many: bool,
        parent_keys: &[Option<RowKey>],
    ) -> Result<LoadedChild> {
        let columns = &shape.level.columns;
        let rows = match self.family(child, parent_keys) {
            Some(family) => {
                let rows = self.read(self.all_children(&family, columns, many)).await?;
                self.check_number(rows.len(), family.entity)?;
                self.note(family.entity, &rows);
                rows
            }
            None => Rows::none(),
        };
        let spans = spans(&child.link.child_key(columns.len()), parent_keys, &rows)?;
        Ok(LoadedChild { level: self.below(&shape.level, rows).await?, spans, denied: Vec::new(), pages: None })
    }

    /// All rows of a relation; those of one parent stand together.
    fn all_children(&self, family: &Family<'_>, columns: &[u16], many: bool) -> SqlWriter {
        let mut sql = SqlWriter::new(self.context.database.backend());
        sql.push("SELECT ");
        family.columns(columns, &mut sql);
        family.from(&mut sql);
        if many {
            sql.push(" ORDER BY ");
            family.key(&mut sql);
            for column in ["created_at", "id"] {
                sql.push(", ").column(family.alias, column);
            }
            sql.push(" LIMIT ").bind((i64::from(self.options.max_rows) + 1).into());
        }
        sql
    }

    /// A level has so many rows and no more.
    pub(super) fn check_number(&self, rows: usize, entity: &EntityDef) -> Result<()> {
        if rows <= self.options.max_rows as usize {
            return Ok(());
        }
        let detail = format!("more than {} rows of {}", self.options.max_rows, entity.name);
        Err(Error::new(code::TOO_MANY_ROWS, 400).with_detail(detail))
    }

    /// Which rows `child` may reach from parents with these keys; `None` when none.
    pub(super) fn family<'c>(&self, child: &'c Child, parent_keys: &[Option<RowKey>]) -> Option<Family<'c>>
    where
        'a: 'c,
    {
        let decision = self.context.decision;
        self.family_within(child, parent_keys, |is_filtered, entity| {
            if is_filtered { scope(decision, entity, false) } else { Scope::all(decision) }
        })
    }

    /// The same, inside these scopes.
    fn family_within<'c>(
        &self,
        child: &'c Child,
        parent_keys: &[Option<RowKey>],
        scope: impl Fn(bool, &EntityDef) -> Scope<'a>,
    ) -> Option<Family<'c>>
    where
        'a: 'c,
    {
        let scope_of = |is_filtered: bool, entity: &EntityDef| {
            Some(scope(is_filtered, entity)).filter(|scope| !matches!(scope.reach, Reach::Nothing))
        };
        let mut keys: Vec<RowKey> = parent_keys.iter().flatten().cloned().collect();
        keys.sort_unstable();
        keys.dedup();
        if keys.is_empty() {
            return None;
        }
        let entity = self.entity(child.level());
        let between = match &child.link.through {
            Some(through) => {
                let definition = &self.context.model.entities[through.entity].definition;
                Some((definition, through, scope_of(through.filter, definition)?))
            }
            None => None,
        };
        let alias = if between.is_some() { ROW } else { "" };
        let scope = scope_of(child.filter, entity)?;
        let Link { columns, child: parts, .. } = &child.link;
        Some(Family { entity, alias, scope, between, columns, parts, keys })
    }
}

/// Rows of `entity` that belong to some parents, inside the scope.
pub(super) struct Family<'c> {
    pub(super) entity: &'c EntityDef,
    /// How the entity is called in the statement.
    pub(super) alias: &'static str,
    pub(super) scope: Scope<'c>,
    pub(super) between: Option<(&'c EntityDef, &'c Through, Scope<'c>)>,
    /// The columns that hold the parents' keys, of the entity or of the one between.
    columns: &'c [u16],
    /// What those are.
    parts: &'c [KeySlot],
    /// The parents' keys, each once.
    pub(super) keys: Vec<RowKey>,
}

impl Family<'_> {
    /// The columns of the level, and the parent's key where the level does not have it.
    pub(super) fn columns(&self, columns: &[u16], sql: &mut SqlWriter) {
        sql.listed(self.alias, self.entity, columns);
        if self.between.is_some() {
            sql.push(", ");
            self.key(sql);
        }
    }

    /// The columns of the parent's key.
    pub(super) fn key(&self, sql: &mut SqlWriter) {
        let alias = if self.between.is_some() { BETWEEN } else { self.alias };
        for (index, column) in self.key_columns().into_iter().enumerate() {
            if index > 0 {
                sql.push(", ");
            }
            sql.column(alias, column.name);
        }
    }

    /// The same, behind other columns, under these names.
    pub(super) fn named_key(&self, names: &[String], sql: &mut SqlWriter) {
        let alias = if self.between.is_some() { BETWEEN } else { self.alias };
        for (column, name) in self.key_columns().into_iter().zip(names) {
            sql.push(", ").column(alias, column.name).push(" AS ").name(name);
        }
    }

    /// The columns that hold the parents' keys.
    pub(super) fn key_columns(&self) -> Vec<&ColumnDef> {
        let holder = self.between.as_ref().map_or(self.entity, |(between, ..)| *between);
        self.columns.iter().map(|column| &holder.columns[usize::from(*column)]).collect()
    }

    /// The parents' keys as bound values.
    pub(super) fn key_values(&self) -> Vec<Vec<sea_orm::Value>> {
        self.keys.iter().map(|key| key.values(self.parts)).collect()
    }

    /// ` FROM … WHERE …`: both ends of a link are inside the scope.
    pub(super) fn from(&self, sql: &mut SqlWriter) {
        let keys = [RowKey::one_of(self.columns, self.parts, &self.keys)];
        let Some((between, through, scope)) = &self.between else {
            sql.push(" FROM ").name(self.entity.table);
            sql.filter(self.entity, self.alias, &keys, &self.scope);
            return;
        };
        sql.push(" FROM ").name(between.table).push(" AS ").name(BETWEEN);
        sql.push(" JOIN ").name(self.entity.table).push(" AS ").name(self.alias);
        sql.push(" ON ").tied((between, BETWEEN), (self.entity, self.alias), &through.on);
        sql.within(" AND ", self.entity, self.alias, &self.scope);
        sql.filter(between, BETWEEN, &keys, scope);
    }
}

/// Which rows belong to which parent.
pub(super) fn spans(key: &[KeySlot], parent_keys: &[Option<RowKey>], rows: &Rows) -> Result<Vec<(u32, u32)>> {
    let mut spans: HashMap<RowKey, (u32, u32)> = HashMap::with_capacity(rows.len());
    for (row, at) in rows.iter().zip(0_u32..) {
        if let Some(key) = RowKey::read(row, key)? {
            spans.entry(key).and_modify(|span| span.1 = at + 1).or_insert((at, at + 1));
        }
    }
    let span = |key: &Option<RowKey>| key.as_ref().and_then(|key| spans.get(key)).copied().unwrap_or((0, 0));
    Ok(parent_keys.iter().map(span).collect())
}
