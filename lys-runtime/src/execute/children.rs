//! Children: the rows of a relation for all parents at once, in one statement.

use hashbrown::HashMap;

use super::{
    load::{LoadedChild, Loader},
    plan::{Child, KeySlot, Link, Through},
    row_key::RowKey,
};
use crate::{
    access::scope::{Scope, scope},
    data::{Rows, condition::Term, sql::SqlWriter},
    entity::EntityDef,
    error::{Error, Result, code},
};

/// How the entity between is called in a statement.
const BETWEEN: &str = "between";

impl<'a> Loader<'a> {
    /// The rows of `child` below all of `parents`.
    pub(super) async fn child(&self, child: &'a Child, parents: &Rows) -> Result<LoadedChild> {
        let parent_keys =
            parents.iter().map(|row| RowKey::read(row, &child.link.parent)).collect::<Result<Vec<_>>>()?;
        let rows = self.child_rows(child, &parent_keys).await?;
        let spans = spans(&child.link.child, &parent_keys, &rows)?;
        Ok(LoadedChild { level: self.below(&child.rows.level, rows).await?, spans })
    }

    /// All rows of a relation for all parents at once; those of one parent stand together.
    async fn child_rows(&self, child: &'a Child, parent_keys: &[Option<RowKey>]) -> Result<Rows> {
        let entity = self.entity(&child.rows.level);
        let Some(reach) = self.reach(child, entity, parent_keys) else {
            return Ok(Rows::none());
        };
        let mut sql = SqlWriter::new(self.context.database.backend());
        sql.push("SELECT ");
        reach.columns(&child.rows.level.columns, &mut sql);
        reach.from(&mut sql);
        if child.many {
            sql.push(" ORDER BY ");
            reach.key(&mut sql);
            for column in ["created_at", "id"] {
                sql.push(", ").column(reach.alias, column);
            }
            sql.push(" LIMIT ").bind((i64::from(self.max_rows) + 1).into());
        }
        let rows = self.read(sql).await?;
        if rows.len() > self.max_rows as usize {
            let detail = format!("more than {} rows of {}", self.max_rows, entity.name);
            return Err(Error::new(code::TOO_MANY_ROWS, 400).with_detail(detail));
        }
        Ok(rows)
    }

    /// Which rows `child` may reach from parents with these keys; `None` when none.
    fn reach<'c>(&self, child: &'c Child, entity: &'c EntityDef, parent_keys: &[Option<RowKey>]) -> Option<Reach<'c>>
    where
        'a: 'c,
    {
        let scope_of = |filters: bool, entity: &EntityDef| match filters {
            true => Some(scope(self.context.decision, entity, false)).filter(|scope| !matches!(scope, Scope::Nothing)),
            false => Some(Scope::All),
        };
        let mut keys: Vec<&RowKey> = parent_keys.iter().flatten().collect();
        keys.sort_unstable();
        keys.dedup();
        if keys.is_empty() {
            return None;
        }
        let Link { columns, through, .. } = &child.link;
        let between = match through {
            Some(through) => {
                let definition = &self.context.model.entities[through.entity].definition;
                Some((definition, through, scope_of(through.filter, definition)?))
            }
            None => None,
        };
        let keys = RowKey::one_of(columns, &keys);
        let alias = if between.is_some() { "row" } else { "" };
        Some(Reach { entity, alias, scope: scope_of(child.filter, entity)?, between, columns, keys })
    }
}

/// Rows of `entity` that belong to some parents, inside the scope.
struct Reach<'c> {
    entity: &'c EntityDef,
    /// How the entity is called in the statement.
    alias: &'static str,
    scope: Scope,
    between: Option<(&'c EntityDef, &'c Through, Scope)>,
    /// The columns that hold the parents' keys, of the entity or of the one between.
    columns: &'c [u16],
    keys: Term,
}

impl Reach<'_> {
    /// The columns of the level, and the parent's key where the level does not have it.
    fn columns(&self, columns: &[u16], sql: &mut SqlWriter) {
        for (index, column) in columns.iter().enumerate() {
            if index > 0 {
                sql.push(", ");
            }
            sql.column(self.alias, self.entity.columns[usize::from(*column)].name);
        }
        if self.between.is_some() {
            sql.push(", ");
            self.key(sql);
        }
    }

    /// The columns of the parent's key.
    fn key(&self, sql: &mut SqlWriter) {
        let (holder, alias) = match &self.between {
            Some((between, ..)) => (*between, BETWEEN),
            None => (self.entity, self.alias),
        };
        for (index, column) in self.columns.iter().enumerate() {
            if index > 0 {
                sql.push(", ");
            }
            sql.column(alias, holder.columns[usize::from(*column)].name);
        }
    }

    /// ` FROM … WHERE …`: both ends of a link are inside the scope.
    fn from(&self, sql: &mut SqlWriter) {
        let Some((between, through, scope)) = &self.between else {
            sql.push(" FROM ").name(self.entity.table);
            sql.filter(self.entity, self.alias, std::slice::from_ref(&self.keys), &self.scope);
            return;
        };
        sql.push(" FROM ").name(between.table).push(" AS ").name(BETWEEN);
        sql.push(" JOIN ").name(self.entity.table).push(" AS ").name(self.alias);
        for (index, join) in through.on.iter().enumerate() {
            sql.push(if index == 0 { " ON " } else { " AND " });
            sql.column(self.alias, self.entity.columns[usize::from(join.there)].name).push(" = ");
            sql.column(BETWEEN, between.columns[usize::from(join.here)].name);
        }
        if let Scope::Rows(term) = &self.scope {
            sql.push(" AND ").condition(self.entity, self.alias, term);
        }
        sql.filter(between, BETWEEN, std::slice::from_ref(&self.keys), scope);
    }
}

/// Which rows belong to which parent.
fn spans(key: &[KeySlot], parent_keys: &[Option<RowKey>], rows: &Rows) -> Result<Vec<(u32, u32)>> {
    let mut spans: HashMap<RowKey, (u32, u32)> = HashMap::with_capacity(rows.len());
    for (row, at) in rows.iter().zip(0_u32..) {
        if let Some(key) = RowKey::read(row, key)? {
            spans.entry(key).and_modify(|span| span.1 = at + 1).or_insert((at, at + 1));
        }
    }
    let span = |key: &Option<RowKey>| key.as_ref().and_then(|key| spans.get(key)).copied().unwrap_or((0, 0));
    Ok(parent_keys.iter().map(span).collect())
}
