//! What `#[entity]` says about an entity, as data: the boot checks it, the planner reads it.

use std::any::TypeId;

use super::{
    Entity,
    value::{ColumnKind, ColumnValue},
};
use crate::data::{Dialect, TableDdl, ddl};

/// An entity's table: its columns, relations and whose its rows are.
#[derive(Debug, Clone)]
pub struct EntityDef {
    /// Rust name, e.g. `Product`.
    pub name: &'static str,
    /// Table name: the registry key.
    pub table: &'static str,
    /// The doc comment.
    pub description: &'static str,
    /// Identity of the Rust type.
    pub type_id: TypeId,
    /// Own rows, or reference data.
    pub kind: EntityKind,
    /// Columns in declared order: `id` first, `created_at` and `updated_at` last.
    pub columns: Vec<ColumnDef>,
    /// Relations in declared order.
    pub relations: Vec<RelationDef>,
    /// Column with the id of the owning user.
    pub owner: Option<u16>,
    /// Columns with the id of the owning organization, by level.
    pub tenants: Vec<TenantDef>,
    /// Why an entity with a tenant-like column has no tenant rule.
    pub tenant_none: Option<&'static str>,
    /// DDL for this entity on a database.
    pub create_table: fn(Dialect) -> TableDdl,
}

/// Kinds of entity (10-core §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntityKind {
    /// UUID key made by lys.
    Business,
    /// Business id, `enabled` and `description`.
    Parametric,
}

/// One column.
#[derive(Debug, Clone)]
pub struct ColumnDef {
    /// Name in the database and, camel-cased, in the schema.
    pub name: &'static str,
    /// What it stores.
    pub kind: ColumnKind,
    /// May be NULL.
    pub nullable: bool,
    /// Precision and scale of a decimal.
    pub decimal: Option<(u32, u32)>,
    /// Longest text, in characters.
    pub length: Option<u32>,
    /// Node whose global ids this soft key carries.
    pub references: Option<&'static str>,
    /// No two rows have the same value.
    pub unique: bool,
    /// Has an index: keys of relations, owner and tenants.
    pub indexed: bool,
}

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
    /// Which side holds the key.
    pub kind: RelationKind,
    /// What the author said about access; `None` takes the default of 00-design §6.
    pub access: Option<RelationAccess>,
}

impl RelationDef {
    /// Whether rows of `target`, its target, outside the decision's scope disappear along it.
    #[must_use]
    pub fn is_filtered(&self, target: &EntityDef) -> bool {
        self.access.map_or(target.is_scoped(), |access| access == RelationAccess::Filter)
    }
}

/// Which side of a relation holds the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationKind {
    /// This entity's column holds the target's key.
    BelongsTo {
        /// Column of this entity.
        column: u16,
    },
    /// The target's column holds this entity's key.
    HasMany {
        /// Column of the target.
        column: u16,
    },
}

/// What access means along a relation (00-design §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationAccess {
    /// The target is part of its parent: who may read the parent may read it.
    Inherit,
    /// Rows outside the actor's scope disappear.
    Filter,
}

/// A tenant column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenantDef {
    /// Organization level, as in the token's `organizations` claim.
    pub level: &'static str,
    /// Column that holds the organization's id.
    pub column: u16,
}

impl EntityDef {
    /// A definition without columns; the macro adds them in order.
    #[must_use]
    pub fn new<E: Entity>(kind: EntityKind, description: &'static str) -> Self {
        Self {
            name: E::NAME,
            table: E::TABLE,
            description,
            type_id: TypeId::of::<E>(),
            kind,
            columns: Vec::new(),
            relations: Vec::new(),
            owner: None,
            tenants: Vec::new(),
            tenant_none: None,
            create_table: ddl::table_of::<E>,
        }
    }

    /// Adds the next column.
    #[must_use]
    pub fn column<T: ColumnValue>(mut self, name: &'static str, options: ColumnOptions) -> Self {
        self.columns.push(ColumnDef::new::<T>(name, options));
        self
    }

    /// Adds the next columns.
    #[must_use]
    pub fn columns(mut self, columns: &[ColumnDef]) -> Self {
        self.columns.extend_from_slice(columns);
        self
    }

    /// Adds a relation whose key is this entity's `column`.
    #[must_use]
    pub fn belongs_to<T: Entity, K: ReferenceTo<T>>(
        mut self,
        name: &'static str,
        column: u16,
        access: Option<RelationAccess>,
    ) -> Self {
        self.relations.push(RelationDef {
            name,
            target: TypeId::of::<T>(),
            target_name: T::NAME,
            target_definition: T::definition,
            kind: RelationKind::BelongsTo { column },
            access,
        });
        self
    }

    /// Adds a relation whose key is `column` of the target.
    #[must_use]
    pub fn has_many<T: Entity>(mut self, name: &'static str, column: u16, access: Option<RelationAccess>) -> Self {
        self.relations.push(RelationDef {
            name,
            target: TypeId::of::<T>(),
            target_name: T::NAME,
            target_definition: T::definition,
            kind: RelationKind::HasMany { column },
            access,
        });
        self
    }

    /// Rows belong to the user whose id is in `column`.
    #[must_use]
    pub fn owner(mut self, column: u16) -> Self {
        self.owner = Some(column);
        self
    }

    /// Rows belong to the organization whose id is in `column`.
    #[must_use]
    pub fn tenant(mut self, level: &'static str, column: u16) -> Self {
        self.tenants.push(TenantDef { level, column });
        self
    }

    /// Rows belong to no organization although a column looks like it, because of `reason`.
    #[must_use]
    pub fn tenant_none(mut self, reason: &'static str) -> Self {
        self.tenant_none = Some(reason);
        self
    }

    /// Place of the column called `name`.
    #[must_use]
    pub fn column_index(&self, name: &str) -> Option<u16> {
        let index = self.columns.iter().position(|column| column.name == name)?;
        u16::try_from(index).ok()
    }

    /// True when rows have an owner or a tenant, so that a decision can be limited to some of them.
    #[must_use]
    pub fn is_scoped(&self) -> bool {
        self.owner.is_some() || !self.tenants.is_empty()
    }
}

impl ColumnDef {
    /// A column of type `T`.
    #[must_use]
    pub const fn new<T: ColumnValue>(name: &'static str, options: ColumnOptions) -> Self {
        Self::stored(name, T::KIND, T::NULLABLE, options)
    }

    /// A column of this kind. What `#[entity]` calls, which reads both from the field's type.
    #[must_use]
    pub const fn stored(name: &'static str, kind: ColumnKind, nullable: bool, options: ColumnOptions) -> Self {
        Self {
            name,
            kind,
            nullable,
            decimal: options.decimal,
            length: options.length,
            references: options.references,
            unique: options.unique,
            indexed: options.indexed,
        }
    }
}

/// What `#[column(…)]` and `#[references(…)]` say.
#[derive(Debug, Clone, Copy, Default)]
pub struct ColumnOptions {
    /// Precision and scale of a decimal.
    pub decimal: Option<(u32, u32)>,
    /// Longest text, in characters.
    pub length: Option<u32>,
    /// Node whose global ids this soft key carries.
    pub references: Option<&'static str>,
    /// No two rows have the same value.
    pub unique: bool,
    /// Has an index.
    pub indexed: bool,
}

impl ColumnOptions {
    /// No options.
    #[must_use]
    pub const fn new() -> Self {
        Self { decimal: None, length: None, references: None, unique: false, indexed: false }
    }

    /// Precision and scale of a decimal.
    #[must_use]
    pub const fn decimal(mut self, precision: u32, scale: u32) -> Self {
        self.decimal = Some((precision, scale));
        self
    }

    /// Longest text, in characters.
    #[must_use]
    pub const fn length(mut self, length: u32) -> Self {
        self.length = Some(length);
        self
    }

    /// Carries the keys of a node that another service may own.
    #[must_use]
    pub const fn references(mut self, node: &'static str) -> Self {
        self.references = Some(node);
        self
    }

    /// No two rows have the same value.
    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Has an index.
    #[must_use]
    pub const fn indexed(mut self) -> Self {
        self.indexed = true;
        self
    }
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
    note = "a `#[belongs_to]` column has the key type of its target: Uuid, or String for parametric entities, or Option of it"
)]
pub trait Holds<K>: ColumnValue {}

impl Holds<uuid::Uuid> for uuid::Uuid {}
impl Holds<uuid::Uuid> for Option<uuid::Uuid> {}
impl Holds<String> for String {}
impl Holds<String> for Option<String> {}

/// `T` has one `#[belongs_to(Target)]` column: what `#[has_many(T)]` on the target follows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not belong to `{Target}` by exactly one column",
    note = "add `#[belongs_to({Target})]` to a column of `{Self}`, or name the column: `#[has_many({Self}, by = column)]`"
)]
pub trait BelongsTo<Target>: Entity {
    /// Column that holds the target's key.
    const COLUMN: u16;
}

/// Column types that can hold the id of an owner or tenant.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the id of an owner or tenant",
    note = "owner and tenant columns are Uuid or Option<Uuid>"
)]
pub trait ScopeKey: ColumnValue {}

impl ScopeKey for uuid::Uuid {}
impl ScopeKey for Option<uuid::Uuid> {}

/// Column types that `on_delete = set_null` can empty.
#[diagnostic::on_unimplemented(
    message = "`on_delete = set_null` cannot empty a column of type `{Self}`",
    note = "make the key an Option, or write `on_delete = restrict` or `on_delete = cascade`"
)]
pub trait Emptied: ColumnValue {}

impl<T> Emptied for Option<T> where Option<T>: ColumnValue {}

/// Entities whose rows have an owning user: `owner = field`.
#[diagnostic::on_unimplemented(
    message = "operations on `{Self}` cannot be open to `Owner`: `{Self}` has no owner",
    note = "say whose the rows are with `#[entity(owner = field)]`"
)]
pub trait Owned: Entity {}

/// Entities whose rows belong to an organization: `tenant(level = field)`.
#[diagnostic::on_unimplemented(
    message = "operations on `{Self}` cannot be open to `OrganizationRole`: `{Self}` has no tenant",
    note = "say which organization owns the rows with `#[entity(tenant(level = field))]`"
)]
pub trait Tenanted: Entity {}
