//! What no column of the rows themselves says: owners and tenants at the end of keys, and the author's own scopes.

use sea_orm::Value;

use super::{Reach, Scope, any_of, one_of};
use crate::{
    access::{Decision, Grant},
    data::condition::{Operator, Quantifier, Term},
    entity::{EntityDef, RelatedScope, RelationDef, ScopeCondition, ScopeRule},
};

/// The ways into the scope beside columns of `entity`. Their conditions see related rows whole: whose a row is does not depend on
/// who asks.
pub(super) fn branches(entity: &EntityDef, grant: &Grant) -> Vec<Term> {
    let related = entity.related_scopes.iter().filter_map(|scope| along(entity, &scope.path, scope, grant));
    let ruled = entity.scope_rules.iter().filter_map(|rule| ruled(rule, grant));
    related.chain(ruled).collect()
}

/// The row at the end of `path` belongs to a user or organization of `grant`.
fn along(entity: &EntityDef, path: &[u16], scope: &RelatedScope, grant: &Grant) -> Option<Term> {
    let Some((relation, rest)) = path.split_first() else {
        return match scope.level {
            None => one_of(entity, scope.column, grant.owner().as_slice()),
            Some(level) => one_of(entity, scope.column, grant.organizations(level)),
        };
    };
    let target = (entity.relations[usize::from(*relation)].target_definition)();
    let term = along(&target, rest, scope, grant)?;
    Some(Term::Related(*relation, Quantifier::Some, Box::new(term)))
}

fn ruled(rule: &ScopeRule, grant: &Grant) -> Option<Term> {
    let ScopeCondition(term) = (rule.rows)(grant)?;
    if term.is_raw() {
        tracing::error!(rule = rule.name, "a scope is no place for raw SQL; it adds no rows");
        return None;
    }
    Some(term)
}

/// Whether something beside columns of `entity` may bring its rows into the scope of `decision`.
pub(crate) fn looks_beyond(decision: &Decision, entity: &EntityDef) -> bool {
    matches!(decision.grant(), Grant::Within { .. }) && entity.is_scoped_beyond()
}

/// A key of an entity that leads to whom its rows belong.
pub(crate) struct Holder<'e> {
    pub(crate) relation: &'e RelationDef,
    /// The entity that the key refers to.
    pub(crate) target: EntityDef,
    /// The rows of it that bring theirs into the scope.
    pub(crate) reach: Reach,
    /// All its rows inside the decision's scope do: that a key refers to one of those has to be known anyway.
    pub(crate) is_implied: bool,
}

/// The keys of `entity` that bring rows into the scope of `decision`; of organizations alone where `tenants` is said.
pub(crate) fn holders<'e>(decision: &Decision, entity: &'e EntityDef, tenants: bool) -> Vec<Holder<'e>> {
    let grant = decision.grant();
    let scopes = || entity.related_scopes.iter().filter(|scope| !tenants || scope.level.is_some());
    let mut relations: Vec<u16> = scopes().filter_map(|scope| scope.path.first().copied()).collect();
    relations.sort_unstable();
    relations.dedup();
    let holder = |first: u16| {
        let relation = &entity.relations[usize::from(first)];
        let target = (relation.target_definition)();
        let through: Vec<&RelatedScope> = scopes().filter(|scope| scope.path.first() == Some(&first)).collect();
        let terms = through.iter().filter_map(|scope| along(&target, &scope.path[1..], scope, grant)).collect();
        let is_implied = is_implied(&target, &through);
        Holder { relation, target, reach: any_of(terms), is_implied }
    };
    relations.into_iter().map(holder).collect()
}

impl Holder<'_> {
    /// Whether a row that is not there yet, with these values, will bring others into the scope; `None` where only the database can
    /// tell.
    pub(crate) fn holds_by(&self, values: &[Value]) -> Option<bool> {
        match &self.reach {
            Reach::All => Some(true),
            Reach::Nothing => Some(false),
            Reach::Where(term) => chooses(term, values),
        }
    }

    /// The rows that bring others into the scope.
    pub(crate) fn scope<'d>(&self, decision: &'d Decision) -> Scope<'d> {
        Scope::of(self.reach.clone(), decision)
    }
}

/// Whether `term`, which says whose rows are, chooses a row with these values; `None` where only the database can tell.
fn chooses(term: &Term, values: &[Value]) -> Option<bool> {
    let value = |column: &u16| values.get(usize::from(*column));
    match term {
        Term::Compare(column, Operator::Equal, wanted) => Some(value(column) == Some(wanted)),
        Term::In(column, wanted) => Some(value(column).is_some_and(|value| wanted.contains(value))),
        Term::Or(terms) => terms.iter().try_fold(false, |chosen, term| Some(chosen || chooses(term, values)?)),
        _ => None,
    }
}

/// Whether each way into the scope of `target` is one of `through`, which lead there first.
fn is_implied(target: &EntityDef, through: &[&RelatedScope]) -> bool {
    let leads = |level: Option<&str>, path: &[u16], column: u16| {
        through.iter().any(|scope| scope.level == level && scope.path[1..] == *path && scope.column == column)
    };
    target.is_scoped()
        && target.scope_rules.is_empty()
        && target.owner.is_none_or(|column| leads(None, &[], column))
        && target.tenants.iter().all(|tenant| leads(Some(tenant.level), &[], tenant.column))
        && target.related_scopes.iter().all(|scope| leads(scope.level, &scope.path, scope.column))
}
