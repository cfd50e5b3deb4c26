//! Whose rows are, where no column of their own says it: by the row that their key refers to, or by a function of the author.

use std::marker::PhantomData;

use super::{Column, Entity, EntityDef, ScopeKey, ToOne};
use crate::{
    access::Grant,
    data::condition::{Condition, Term},
};

/// An owner or an organization that another entity holds, at the end of keys: `tenant(client = product.client_id)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelatedScope {
    /// Organization level, as in the token's `organizations` claim; `None` for the owning user.
    pub level: Option<&'static str>,
    /// The relations that lead there, by their places: the first one of the entity, each further one of the target before. All are
    /// `#[belongs_to]`.
    pub path: Vec<u16>,
    /// Column of the last target, with the id of the user or organization.
    pub column: u16,
}

impl RelatedScope {
    /// `product.client_id`, of a scope of `entity`.
    pub(crate) fn place(&self, entity: &EntityDef) -> String {
        let mut place = String::new();
        let mut holder = entity.clone();
        for relation in &self.path {
            let relation = &holder.relations[usize::from(*relation)];
            place = place + relation.name + ".";
            holder = (relation.target_definition)();
        }
        place + holder.columns[usize::from(self.column)].name
    }
}

/// A scope of the author's own: `scope = function`.
#[derive(Debug, Clone, Copy)]
pub struct ScopeRule {
    /// What the function is called, for `lys access`.
    pub name: &'static str,
    /// The rows that it adds to those of owner and tenants.
    pub rows: fn(&Grant) -> Option<ScopeCondition>,
}

/// A condition of a [`ScopeRule`], whose entity is known from its surroundings.
#[derive(Debug, Clone)]
pub struct ScopeCondition(pub(crate) Term);

impl<E: Entity> From<Condition<E>> for ScopeCondition {
    fn from(condition: Condition<E>) -> Self {
        Self(condition.term)
    }
}

/// The way along keys from one entity to another: what `product.client_id` in a scope becomes.
///
/// ```
/// use lys::{entity::Way, prelude::*};
/// # #[entity(tenant(client = client_id))]
/// # pub struct Product { pub client_id: Uuid }
/// # #[entity]
/// # pub struct Review {
/// #     #[belongs_to(Product, access = inherit)]
/// #     pub product_id: Uuid,
/// # }
/// let scope = Way::of::<Review>().along(|review| review.product).to(|product| product.client_id).tenant("client");
/// assert_eq!(scope.level, Some("client"));
/// ```
#[derive(Debug)]
pub struct Way<E> {
    path: Vec<u16>,
    end: PhantomData<fn() -> E>,
}

/// The end of a [`Way`]: a column with the id of a user or an organization.
#[derive(Debug)]
pub struct WayEnd {
    path: Vec<u16>,
    column: u16,
}

impl Way<()> {
    /// The way from `E`, which leads nowhere yet.
    #[must_use]
    pub fn of<E: Entity>() -> Way<E> {
        Way { path: Vec::new(), end: PhantomData }
    }
}

impl<E: Entity> Way<E> {
    /// Goes on along a `#[belongs_to]` of the entity reached so far.
    #[must_use]
    pub fn along<T: Entity, K: OwnKey>(mut self, relation: impl FnOnce(E::Members) -> ToOne<E, T, K>) -> Way<T> {
        self.path.push(relation(E::MEMBER).index());
        Way { path: self.path, end: PhantomData }
    }

    /// Ends at a column of the entity reached so far.
    #[must_use]
    pub fn to<T: ScopeKey>(self, column: impl FnOnce(E::Columns) -> Column<E, T>) -> WayEnd {
        WayEnd { path: self.path, column: column(E::COLUMN).index() }
    }
}

impl WayEnd {
    /// Rows belong to the user whose id is there.
    #[must_use]
    pub fn owner(self) -> RelatedScope {
        RelatedScope { level: None, path: self.path, column: self.column }
    }

    /// Rows belong to the organization of `level` whose id is there.
    #[must_use]
    pub fn tenant(self, level: &'static str) -> RelatedScope {
        RelatedScope { level: Some(level), path: self.path, column: self.column }
    }
}

/// Keys that an entity holds itself: those of `#[belongs_to]`.
#[diagnostic::on_unimplemented(
    message = "a scope does not go along this relation: the other entity holds its key",
    note = "a scope follows keys of its own, so that a row's owner or tenant is known when it is written: go along a `#[belongs_to]`"
)]
pub trait OwnKey {}

impl<A: OwnKey, B: OwnKey> OwnKey for (A, B) {}
impl<A: OwnKey, B: OwnKey, C: OwnKey> OwnKey for (A, B, C) {}

impl EntityDef {
    /// Rows belong to an owner or an organization that another entity holds.
    #[must_use]
    pub fn related_scope(mut self, scope: RelatedScope) -> Self {
        self.related_scopes.push(scope);
        self
    }

    /// Adds the rows that `rows` says of a grant on some rows. Its conditions see related rows whole, whoever asks; raw SQL in them
    /// adds no rows.
    #[must_use]
    pub fn scope_rule(mut self, name: &'static str, rows: fn(&Grant) -> Option<ScopeCondition>) -> Self {
        self.scope_rules.push(ScopeRule { name, rows });
        self
    }

    /// Whether rows may have an owner, in a column or elsewhere.
    #[must_use]
    pub fn has_owner(&self) -> bool {
        let related = || self.related_scopes.iter().any(|scope| scope.level.is_none());
        self.owner.is_some() || related() || !self.scope_rules.is_empty()
    }

    /// Whether rows may belong to an organization, by a column or something else.
    #[must_use]
    pub fn has_tenant(&self) -> bool {
        let related = || self.related_scopes.iter().any(|scope| scope.level.is_some());
        !self.tenants.is_empty() || related() || !self.scope_rules.is_empty()
    }

    /// Whether something beside columns of its own says whose rows are.
    #[must_use]
    pub(crate) fn is_scoped_beyond(&self) -> bool {
        !self.related_scopes.is_empty() || !self.scope_rules.is_empty()
    }
}
