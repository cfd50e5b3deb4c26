//! Children: the rows of a relation for all parents at once, in one statement.

use hashbrown::HashMap;

use super::{
    load::{LoadedChild, Loader},
    plan::{Child, KeySlot, Link, Through},
    row_key::RowKey,
};
use crate::{
    access::scope::{Reach, Scope, scope},
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
        let Some(family) = self.family(child, entity, parent_keys) else {
            return Ok(Rows::none());
        };
        let mut sql = SqlWriter::new(self.context.database.backend());
        sql.push("SELECT ");
        family.columns(&child.rows.level.columns, &mut sql);
        family.from(&mut sql);
        if child.many {
            sql.push(" ORDER BY ");
            family.key(&mut sql);
            for column in ["created_at", "id"] {
                sql.push(", ").column(family.alias, column);
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
    fn family<'c>(&self, child: &'c Child, entity: &'c EntityDef, parent_keys: &[Option<RowKey>]) -> Option<Family<'c>>
    where
        'a: 'c,
    {
        let decision = self.context.decision;
        let scope_of = |is_filtered: bool, entity: &EntityDef| {
            let scope = if is_filtered { scope(decision, entity, false) } else { Scope::all(decision) };
            Some(scope).filter(|scope| !matches!(scope.reach, Reach::Nothing))
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
        let keys = RowKey::one_of(columns, &child.link.child, &keys);
        let alias = if between.is_some() { "row" } else { "" };
        Some(Family { entity, alias, scope: scope_of(child.filter, entity)?, between, columns, keys })
    }
}

/// Rows of `entity` that belong to some parents, inside the scope.
struct Family<'c> {
    entity: &'c EntityDef,
    /// How the entity is called in the statement.
    alias: &'static str,
    scope: Scope<'c>,
    between: Option<(&'c EntityDef, &'c Through, Scope<'c>)>,
    /// The columns that hold the parents' keys, of the entity or of the one between.
    columns: &'c [u16],
    keys: Term,
}

impl Family<'_> {
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
        sql.push(" ON ").tied((between, BETWEEN), (self.entity, self.alias), &through.on);
        sql.within(" AND ", self.entity, self.alias, &self.scope);
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
