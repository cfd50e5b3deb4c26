//! Rows that are the caller's by what they belong to: asked of the database, before they are written where that tells, else after.

use sea_orm::Value;

use super::{
    Writer,
    check::{lookup_texts, moved},
    nested::ChildLevel,
    rows::{Line, lookup_text},
};
use crate::{
    access::scope::{Deleted, Holder, Reach, holders, looks_beyond, scope},
    data::sql::is_null,
    entity::EntityDef,
    error::{Error, Result},
};

impl Writer<'_> {
    /// Of `open`, rows that no column of their own brings into the scope, a key of each does. Answers with those of which only the
    /// database can tell, once they are written: rows with an author's own scope, and rows of a parent that is not there yet.
    pub(super) async fn check_holders<'l>(
        &self,
        entity: &EntityDef,
        mut open: Vec<&'l Line>,
        level: Option<&ChildLevel>,
    ) -> Result<Vec<&'l Line>> {
        let mut later = !entity.scope_rules.is_empty();
        if open.is_empty() {
            return Ok(open);
        }
        for holder in holders(self.decision, entity, false) {
            match level.and_then(|level| level.not_held(&holder, &open)) {
                Some((left, is_later)) => (open, later) = (left, later | is_later),
                None => open = self.not_held(&holder, open).await?,
            }
        }
        match open.first() {
            Some(line) if !later => Err(outside(entity).at(&line.path)),
            _ => Ok(open),
        }
    }

    /// A new key that leads to an organization leads to one that the decision names, whoever owns the row. Answers with the rows that
    /// have such a key.
    pub(super) async fn check_new_holders<'l>(&self, entity: &EntityDef, lines: &[&'l Line]) -> Result<Vec<&'l Line>> {
        let mut held = Vec::new();
        if !looks_beyond(self.decision, entity) {
            return Ok(held);
        }
        for holder in holders(self.decision, entity, true) {
            let is_new = |line: &&&Line| holder.relation.on.iter().any(|join| line.writes(join.here));
            let written: Vec<&Line> = lines.iter().filter(is_new).copied().collect();
            if let Some(line) = self.not_held(&holder, written.clone()).await?.first() {
                return Err(moved(entity, line));
            }
            held.extend(written);
        }
        Ok(held)
    }

    /// Of `lines`, those whose key does not bring them into the scope. Their references have been checked.
    async fn not_held<'l>(&self, holder: &Holder<'_>, mut lines: Vec<&'l Line>) -> Result<Vec<&'l Line>> {
        let on = &holder.relation.on;
        let key = |line: &Line| -> Vec<Value> { on.iter().map(|join| line.value(join.here).clone()).collect() };
        let is_key = |line: &Line| !on.iter().any(|join| is_null(line.value(join.here)));
        if holder.is_implied {
            let is_checked = |line: &Line| is_key(line) && on.iter().any(|join| line.writes(join.here));
            lines.retain(|line| !is_checked(line));
        }
        let keys: Vec<Vec<Value>> = lines.iter().filter(|line| is_key(line)).map(|line| key(line)).collect();
        if keys.is_empty() || matches!(holder.reach, Reach::Nothing) {
            return Ok(lines);
        }
        let columns: Vec<u16> = on.iter().map(|join| join.there).collect();
        let found = self.known(&holder.target, &columns, keys, &holder.scope(self.decision)).await?;
        lines.retain(|line| !lookup_texts(&key(line)).is_some_and(|key| found.contains(&key)));
        Ok(lines)
    }

    /// Rows that have been written, of which only the database could tell, are inside the scope.
    pub(super) async fn check_written(&self, entity: &EntityDef, open: &[&Line]) -> Result<()> {
        let keys = open.iter().map(|line| line.key().clone()).collect();
        match self.first_outside(entity, keys, Deleted::Hidden).await? {
            Some(place) => Err(outside(entity).at(&open[place].path)),
            None => Ok(()),
        }
    }

    /// The place of the first of these rows that is not inside the scope; then nothing of the transaction stays.
    pub(super) async fn first_outside(
        &self,
        entity: &EntityDef,
        keys: Vec<Value>,
        deleted: Deleted,
    ) -> Result<Option<usize>> {
        if keys.is_empty() {
            return Ok(None);
        }
        let scope = scope(self.decision, entity, true).showing(deleted);
        let inside = self.known_keys(entity, keys.clone(), &scope).await?;
        let is_outside = |key: &Value| lookup_text(key).is_none_or(|key| !inside.contains(&key));
        let first = keys.iter().position(is_outside);
        if first.is_some() {
            self.transaction.give_up();
        }
        Ok(first)
    }
}

/// Whether `line` writes something that may say whose its row is.
pub(super) fn may_move(entity: &EntityDef, line: &Line) -> bool {
    let own = entity.owner.into_iter().chain(entity.tenants.iter().map(|tenant| tenant.column));
    let first = entity.related_scopes.iter().filter_map(|scope| scope.path.first());
    let keys = first.flat_map(|relation| entity.relations[usize::from(*relation)].on.iter().map(|join| join.here));
    !entity.scope_rules.is_empty() || own.chain(keys).any(|column| line.writes(column))
}

/// What is said of rows that only the database could tell of.
pub(super) fn outside(entity: &EntityDef) -> Error {
    Error::permission_denied().with_detail(format!("a {} outside the scope", entity.name))
}

/// `lines` without `held`.
pub(super) fn without<'l>(mut lines: Vec<&'l Line>, held: &[&Line]) -> Vec<&'l Line> {
    lines.retain(|line| !held.iter().any(|held| std::ptr::eq(*held, *line)));
    lines
}
