//! `access = check`: a row of the relation outside the decision's scope denies the field to its parent. One statement tells all
//! parents, and nothing is read of their rows then.

use hashbrown::HashSet;

use super::{BETWEEN, Family};
use crate::{
    access::scope::{Reach, Scope, scope},
    data::sql::SqlWriter,
    entity::EntityDef,
    error::Result,
    execute::{
        load::Loader,
        plan::{Child, KeySlot},
        row_key::RowKey,
    },
};

impl Loader<'_> {
    /// Which parents have a row of `child` outside the scope; their keys are taken out. Empty where none has.
    pub(super) async fn deny(&self, child: &Child, parent_keys: &mut [Option<RowKey>]) -> Result<Vec<bool>> {
        let decision = self.context.decision;
        let Some(family) = self.family_within(child, parent_keys, |_, _| Scope::all(decision)) else {
            return Ok(Vec::new());
        };
        let reach = |entity: &EntityDef| scope(decision, entity, false).reach;
        let ends = (reach(family.entity), family.between.as_ref().map(|(between, ..)| reach(between)));
        if matches!(ends, (Reach::All, None | Some(Reach::All))) {
            return Ok(Vec::new());
        }
        let rows = self.read(outside(&family, ends, SqlWriter::new(self.context.database.backend()))).await?;
        let key: Vec<_> = child.link.child.iter().zip(0..).map(|(key, slot)| KeySlot { slot, ..*key }).collect();
        let denied: HashSet<RowKey> =
            rows.iter().filter_map(|row| RowKey::read(row, &key).transpose()).collect::<Result<_>>()?;
        if denied.is_empty() {
            return Ok(Vec::new());
        }
        let take = |key: &mut Option<RowKey>| key.take_if(|key| denied.contains(key)).is_some();
        Ok(parent_keys.iter_mut().map(take).collect())
    }
}

/// The keys of parents with a row, or a link to one, that is not inside.
fn outside(family: &Family<'_>, (target, between): (Reach, Option<Reach>), mut sql: SqlWriter) -> SqlWriter {
    sql.push("SELECT DISTINCT ");
    family.key(&mut sql);
    family.from(&mut sql);
    sql.push(" AND (").beyond(family.entity, family.alias, &target);
    if let (Some(reach), Some((between, ..))) = (between, &family.between) {
        sql.push(" OR ").beyond(between, BETWEEN, &reach);
    }
    sql.push(")");
    sql
}
