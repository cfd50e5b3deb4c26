//! Relations: which rows of another entity belong to a row, as data and as what the compiler checks.

use std::any::TypeId;

use super::{Entity, EntityDef, OwnKey, ToMany, ToOne, value::ColumnValue};

/// One relation.
#[derive(Debug, Clone)]
pub struct RelationDef {
    /// Name of the relation.
    pub name: &'static str,
    /// Identity of the target entity.
    pub target: TypeId,
    /// Rust name of the target, for messages.
    pub target_name: &'static str,
    /// The target as data.
    pub target_definition: fn() -> EntityDef,
    /// Which side holds the key, and how many rows there may be.
    pub kind: RelationKind,
    /// Equal columns: `here` of this entity, `there` of the target or, with `through`, of the through-entity.
    pub on: Vec<Join>,
    /// The entity between the two.
    pub through: Option<ThroughDef>,
    /// What the author said about access; `None` takes the default of 00-design §6.
    pub access: Option<RelationAccess>,
}

/// Which side of a relation holds the key, and how many rows it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationKind {
    /// This entity's columns hold the target's key.
    BelongsTo,
    /// The target's columns hold this entity's key, at most once.
    HasOne,
    /// The target's columns hold this entity's key.
    HasMany,
    /// A through-entity holds the keys of both.
    ManyToMany,
}

/// Two columns that are equal along a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Join {
    /// Column on the near side.
    pub here: u16,
    /// Column on the far side.
    pub there: u16,
}

/// The entity between the two of a many-to-many relation.
#[derive(Debug, Clone)]
pub struct ThroughDef {
    /// Identity of the through-entity.
    pub entity: TypeId,
    /// Its Rust name, for messages.
    pub name: &'static str,
    /// It as data.
    pub definition: fn() -> EntityDef,
    /// Equal columns: `here` of the through-entity, `there` of the target.
    pub on: Vec<Join>,
}

/// What access means along a relation (00-design §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationAccess {
    /// The target is part of its parent: who may read the parent may read it.
    Inherit,
    /// Rows outside the actor's scope disappear.
    Filter,
    /// A row outside the actor's scope denies the field. In filters, sorts and aggregates such rows disappear.
    Check,
}

impl Join {
    /// The near column `here` equals the far column `there`.
    #[must_use]
    pub const fn new(here: u16, there: u16) -> Self {
        Self { here, there }
    }

    /// The same, seen from the other side.
    #[must_use]
    pub const fn reversed(self) -> Self {
        Self { here: self.there, there: self.here }
    }
}

impl RelationDef {
    /// To the row of `T` whose key is in this entity's columns.
    #[must_use]
    pub fn belongs_to<T: Entity>(name: &'static str, on: &[Join]) -> Self {
        Self::new::<T>(name, RelationKind::BelongsTo, on.to_vec())
    }

    /// To the only row of `T` that holds this entity's key. `on` is as `T` says it: its columns first.
    #[must_use]
    pub fn has_one<T: Entity>(name: &'static str, on: &[Join]) -> Self {
        Self::new::<T>(name, RelationKind::HasOne, reversed(on))
    }

    /// To all rows of `T` that hold this entity's key. `on` is as `T` says it: its columns first.
    #[must_use]
    pub fn has_many<T: Entity>(name: &'static str, on: &[Join]) -> Self {
        Self::new::<T>(name, RelationKind::HasMany, reversed(on))
    }

    /// To the rows of `T` that rows of `X` link to this one. Both lists are as `X` says them: its columns first; `by` holds the key
    /// of this entity, `to` that of `T`.
    #[must_use]
    pub fn many_to_many<T: Entity, X: Entity>(name: &'static str, by: &[Join], to: &[Join]) -> Self {
        let through =
            ThroughDef { entity: TypeId::of::<X>(), name: X::NAME, definition: X::definition, on: to.to_vec() };
        Self { through: Some(through), ..Self::new::<T>(name, RelationKind::ManyToMany, reversed(by)) }
    }

    fn new<T: Entity>(name: &'static str, kind: RelationKind, on: Vec<Join>) -> Self {
        Self {
            name,
            target: TypeId::of::<T>(),
            target_name: T::NAME,
            target_definition: T::definition,
            kind,
            on,
            through: None,
            access: None,
        }
    }

    /// Whether there may be more than one row.
    #[must_use]
    pub fn leads_to_many(&self) -> bool {
        matches!(self.kind, RelationKind::HasMany | RelationKind::ManyToMany)
    }

    /// What access means along it.
    #[must_use]
    pub fn access(mut self, access: Option<RelationAccess>) -> Self {
        self.access = access;
        self
    }

    /// What access means along it for rows of `entity`, its target or the one between: what the author said, else `filter` when they
    /// have an owner or tenant, and `inherit` when they have not (00-design §6).
    #[must_use]
    pub fn rule(&self, entity: &EntityDef) -> RelationAccess {
        let default = if entity.is_scoped() { RelationAccess::Filter } else { RelationAccess::Inherit };
        self.access.unwrap_or(default)
    }

    /// Whether rows of `entity`, its target or the one between, are seen along it only inside the decision's scope.
    #[must_use]
    pub fn is_filtered(&self, entity: &EntityDef) -> bool {
        self.rule(entity) != RelationAccess::Inherit
    }
}

fn reversed(on: &[Join]) -> Vec<Join> {
    on.iter().copied().map(Join::reversed).collect()
}

/// Column types that can hold the key of `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the key of `{T}`",
    note = "a `#[belongs_to]` column has the key type of its target: Uuid, or String for parametric entities, or Option of it"
)]
pub trait ReferenceTo<T>: ColumnValue {}

impl<T: Entity, C: ColumnValue + Holds<T::Key>> ReferenceTo<T> for C {}

/// Column types that can hold a key of type `K`.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` cannot hold a key of type `{K}`",
    note = "a `#[belongs_to]` column has the type of the column it refers to (Uuid, String, i32 or i64), or Option of it"
)]
pub trait Holds<K>: ColumnValue {}

macro_rules! keys {
    ($($key:ty),*) => {$(
        impl Holds<$key> for $key {}
        impl Holds<$key> for Option<$key> {}
        impl Promised for $key {}
        impl OwnKey for $key {}
        impl OwnKey for Option<$key> {}
    )*};
}

keys!(uuid::Uuid, String, i32, i64);

/// Keys of relations that lead to a row: they are never NULL.
#[diagnostic::on_unimplemented(
    message = "a relation by `{Self}` may lead to no row",
    note = "show it as an `Option` of the node"
)]
pub trait Promised {}

impl<A: Promised, B: Promised> Promised for (A, B) {}
impl<A: Promised, B: Promised, C: Promised> Promised for (A, B, C) {}

/// The key of a relation whose target holds it: `#[has_one]`.
#[derive(Debug, Clone, Copy)]
pub struct KeyOfTarget;

/// The key of a relation that an entity between the two holds: `#[many_to_many]`.
#[derive(Debug, Clone, Copy)]
pub struct KeyOfLink;

/// A relation leads to any number of rows.
#[derive(Debug, Clone, Copy)]
pub enum Many {}

/// A relation leads to one row at most.
#[derive(Debug, Clone, Copy)]
pub enum One {}

/// Relations to rows that hold the key of `E`, so that they can be written with it: `#[has_many]` and `#[has_one]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` leads to no rows that belong to `{E}`",
    label = "no `#[has_many]` or `#[has_one]` of `{E}`",
    note = "rows are written with `{E}` along a `#[has_many]` or `#[has_one]` of it, whose target holds its key"
)]
pub trait Owns<E: Entity>: Sized {
    /// The entity of those rows.
    type Target: Entity;
    /// How many there may be: [`Many`] or [`One`].
    type Rows;
    /// Whether there may be many.
    const MANY: bool;

    /// Its place among the entity's relations.
    fn relation(self) -> u16;
}

impl<E: Entity, T: Entity> Owns<E> for ToMany<E, T, KeyOfTarget> {
    type Target = T;
    type Rows = Many;
    const MANY: bool = true;

    fn relation(self) -> u16 {
        self.index()
    }
}

impl<E: Entity, T: Entity> Owns<E> for ToOne<E, T, KeyOfTarget> {
    type Target = T;
    type Rows = One;
    const MANY: bool = false;

    fn relation(self) -> u16 {
        self.index()
    }
}

/// `T` has one `#[belongs_to(Target)]`: what `#[has_many(T)]` on the target follows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not belong to `{Target}` by exactly one column",
    note = "add `#[belongs_to({Target})]` to a column of `{Self}`, or name the column: `by = column`"
)]
pub trait BelongsTo<Target>: Entity {
    /// Its columns and those of the target.
    const ON: &'static [Join];
}

/// `T` has one `#[belongs_to(Target)]`, and no two rows with the same key: what `#[has_one(T)]` on the target follows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not belong to `{Target}` by exactly one unique column",
    note = "add `#[column(unique)]` to the `#[belongs_to({Target})]` column of `{Self}`, or use `#[has_many({Self})]`"
)]
pub trait BelongsToOnce<Target>: BelongsTo<Target> {}

/// Column types that `on_delete = set_null` can empty.
#[diagnostic::on_unimplemented(
    message = "`on_delete = set_null` cannot empty a column of type `{Self}`",
    note = "make the key an Option, or write `on_delete = restrict` or `on_delete = cascade`"
)]
pub trait Emptied {}

impl<T> Emptied for Option<T> where Option<T>: ColumnValue {}
impl<A: Emptied, B: Emptied> Emptied for (A, B) {}
impl<A: Emptied, B: Emptied, C: Emptied> Emptied for (A, B, C) {}
