//! Scope: the rows of one entity that a decision is limited to, as a condition for SQL and as a check on values.
//!
//! `beyond` is what no column of the rows themselves says: owners and tenants at the end of keys, and the author's own scopes.

mod beyond;

pub(crate) use beyond::{Holder, holders, looks_beyond};
use sea_orm::Value;
use uuid::Uuid;

use super::{Decision, Grant};
use crate::{
    data::condition::{Operator, Term},
    entity::{ColumnKind, EntityDef, RelationDef, TenantDef},
};

/// The rows of one entity that a statement may touch, and the decision that says so: relations in its conditions are seen as that
/// decision sees them.
#[derive(Debug, Clone)]
pub(crate) struct Scope<'d> {
    pub(crate) reach: Reach,
    pub(crate) deleted: Deleted,
    pub(crate) decision: &'d Decision,
}

/// Whether rows that are deleted but stay in their table are among those of a scope. Where nothing else is said they are not, whoever
/// asks; only Rust can say otherwise, of the rows of one select.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Deleted {
    /// They are not.
    #[default]
    Hidden,
    /// They are, beside the others.
    Shown,
    /// They alone are.
    Only,
}

impl<'d> Scope<'d> {
    /// No limit.
    pub(crate) fn all(decision: &'d Decision) -> Self {
        Self::of(Reach::All, decision)
    }

    fn of(reach: Reach, decision: &'d Decision) -> Self {
        Self { reach, deleted: Deleted::Hidden, decision }
    }

    /// The same rows, with those that are deleted as `deleted` says.
    pub(crate) fn showing(self, deleted: Deleted) -> Self {
        Self { deleted, ..self }
    }
}

/// Rows of one entity.
#[derive(Debug, Clone)]
pub(crate) enum Reach {
    /// All of them.
    All,
    /// None of them.
    Nothing,
    /// Those that satisfy this.
    Where(Term),
}

/// The rows of `entity` inside `decision`. `root` is false behind a `filter` relation, where even the operation's own entity is
/// not its root.
///
/// A decision on some rows says nothing about an entity without owner and tenant: of the operation's own that is no row
/// (10-core C7). A public decision opens the operation's own entity, and of the others only those without owner and tenant.
pub(crate) fn scope<'d>(decision: &'d Decision, entity: &EntityDef, root: bool) -> Scope<'d> {
    Scope::of(reach(decision, entity, root), decision)
}

/// The rows of `target` that `decision` sees along `relation` (00-design §6): those inside its scope, or all that belong to the parent.
pub(crate) fn along<'d>(decision: &'d Decision, relation: &RelationDef, target: &EntityDef) -> Scope<'d> {
    if relation.is_filtered(target) { scope(decision, target, false) } else { Scope::all(decision) }
}

fn reach(decision: &Decision, entity: &EntityDef, root: bool) -> Reach {
    let own = root && decision.is_about(entity.type_id);
    match decision.grant() {
        Grant::Full => Reach::All,
        Grant::Public if own || !entity.is_scoped() => Reach::All,
        Grant::Public => Reach::Nothing,
        Grant::Within { .. } if !entity.is_scoped() && !own => Reach::All,
        grant @ Grant::Within { .. } => {
            let own = branches(entity, grant).into_iter().map(|(_, term)| term);
            any_of(own.chain(beyond::branches(entity, grant)).collect())
        }
    }
}

/// The rows of `entity` that may be changed or deleted under `decision`: those of [`scope`] at the root, but rows of nobody, which are
/// everybody's to read, only by the right to all rows, or where a public operation is about them. `None` where that is denied.
pub(crate) fn writable<'d>(decision: &'d Decision, entity: &EntityDef) -> Option<Scope<'d>> {
    let scope = scope(decision, entity, true);
    let denied = match decision.grant() {
        Grant::Full => false,
        Grant::Public => !decision.is_about(entity.type_id),
        Grant::Within { .. } => matches!(scope.reach, Reach::All),
    };
    (!denied).then_some(scope)
}

/// The ways into the scope that columns of `entity` are: each with what it must hold.
fn branches(entity: &EntityDef, grant: &Grant) -> Vec<(u16, Term)> {
    let branch = |column: u16, ids: &[Uuid]| Some((column, one_of(entity, column, ids)?));
    let owner = entity.owner.and_then(|column| branch(column, grant.owner().as_slice()));
    let tenants = entity.tenants.iter();
    let tenants = tenants.filter_map(|TenantDef { level, column }| branch(*column, grant.organizations(level)));
    owner.into_iter().chain(tenants).collect()
}

/// `column` holds one of `ids`.
fn one_of(entity: &EntityDef, column: u16, ids: &[Uuid]) -> Option<Term> {
    match ids {
        [] => None,
        // `=` lets the database walk an index in the order of the list.
        [id] => Some(Term::Compare(column, Operator::Equal, key(entity, column, *id))),
        ids => Some(Term::In(column, ids.iter().map(|id| key(entity, column, *id)).collect())),
    }
}

fn any_of(mut terms: Vec<Term>) -> Reach {
    match terms.len() {
        0 => Reach::Nothing,
        1 => Reach::Where(terms.remove(0)),
        _ => Reach::Where(Term::Or(terms)),
    }
}

/// Of the rows inside `decision`, those that would no longer be when `changed` is written into all of them.
pub(crate) fn moved_out<'v>(
    decision: &Decision,
    entity: &EntityDef,
    changed: impl Fn(u16) -> Option<&'v Value>,
) -> Reach {
    let grant @ Grant::Within { .. } = decision.grant() else {
        return Reach::Nothing;
    };
    if admits(decision, entity, &changed) {
        return Reach::Nothing;
    }
    let branches = branches(entity, grant);
    let unchanged: Vec<(u16, Term)> =
        branches.iter().filter(|(column, _)| changed(*column).is_none()).cloned().collect();
    if unchanged.len() == branches.len() {
        return Reach::Nothing;
    }
    if unchanged.is_empty() {
        return Reach::All;
    }
    let fails = |(_, term)| Term::Not(Box::new(term));
    Reach::Where(Term::And(unchanged.into_iter().map(fails).collect()))
}

/// Whether a row with these values may be written under `decision`: the rule of [`scope`] at the root, on values instead of rows,
/// and stricter for entities without owner and tenant: reading them is harmless, writing them takes the right to all rows. What lies
/// beyond the row's own values is for [`looks_beyond`].
pub(crate) fn admits<'v>(decision: &Decision, entity: &EntityDef, value: impl Fn(u16) -> Option<&'v Value>) -> bool {
    let owner = match decision.grant() {
        Grant::Full => return true,
        Grant::Public => return decision.is_about(entity.type_id),
        Grant::Within { owner, .. } => owner,
    };
    let owned = match (entity.owner, owner) {
        (Some(column), Some(user)) => value(column) == Some(&key(entity, column, *user)),
        _ => false,
    };
    owned
        || entity
            .tenants
            .iter()
            .any(|tenant| value(tenant.column).is_some_and(|id| holds(decision, entity, tenant.column, id)))
}

/// Whether `decision` reaches the organization in the tenant column `column`: the owner branch does not count.
pub(crate) fn holds(decision: &Decision, entity: &EntityDef, column: u16, id: &Value) -> bool {
    let grant @ Grant::Within { .. } = decision.grant() else {
        return true;
    };
    let levels = entity.tenants.iter().filter(|tenant| tenant.column == column);
    levels.flat_map(|tenant| grant.organizations(tenant.level)).any(|granted| *id == key(entity, column, *granted))
}

/// An id as the column holds it.
fn key(entity: &EntityDef, column: u16, id: Uuid) -> Value {
    match entity.columns[usize::from(column)].kind {
        ColumnKind::Uuid => id.into(),
        _ => id.to_string().into(),
    }
}

#[cfg(test)]
#[path = "scope_tests.rs"]
mod tests;
