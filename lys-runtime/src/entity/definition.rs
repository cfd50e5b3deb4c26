//! What `#[entity]` says about an entity, as data: the boot checks it, the planner reads it.

use std::any::TypeId;

use super::{
    Entity, Join, ReferenceTo, RelatedScope, RelationAccess, RelationDef, ScopeRule,
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
    /// Columns in declared order: `id` first, `created_at`, `updated_at` and a `deleted_at` last.
    pub columns: Vec<ColumnDef>,
    /// Relations in declared order.
    pub relations: Vec<RelationDef>,
    /// Column with the id of the owning user.
    pub owner: Option<u16>,
    /// Columns with the id of the owning organization, by level.
    pub tenants: Vec<TenantDef>,
    /// Owners and organizations that other entities hold.
    pub related_scopes: Vec<RelatedScope>,
    /// The author's own scopes.
    pub scope_rules: Vec<ScopeRule>,
    /// Why an entity with a tenant-like column has no tenant rule.
    pub tenant_none: Option<&'static str>,
    /// Columns that no two rows share together.
    pub unique: Vec<Vec<u16>>,
    /// Columns of the author's own indexes.
    pub indexes: Vec<Vec<u16>>,
    /// Column that counts the changes of a row: a change made on an old version is refused.
    pub version: Option<u16>,
    /// Column with the time of a row's deletion: such rows stay in the table, where nothing sees them.
    pub soft_delete: Option<u16>,
    /// Whether every read and write of its rows is recorded.
    pub sensitive: bool,
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
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
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
    /// Has an index that finds parts of its texts.
    pub search_index: bool,
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
            related_scopes: Vec::new(),
            scope_rules: Vec::new(),
            tenant_none: None,
            unique: Vec::new(),
            indexes: Vec::new(),
            version: None,
            soft_delete: None,
            sensitive: E::SENSITIVE,
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

    /// Adds a relation.
    #[must_use]
    pub fn relation(mut self, relation: RelationDef) -> Self {
        self.relations.push(relation);
        self
    }

    /// Adds a relation whose key is this entity's `column`.
    #[must_use]
    pub fn belongs_to<T: Entity, K: ReferenceTo<T>>(
        self,
        name: &'static str,
        column: u16,
        access: Option<RelationAccess>,
    ) -> Self {
        self.relation(RelationDef::belongs_to::<T>(name, &[Join::new(column, 0)]).access(access))
    }

    /// Adds a relation whose key is `column` of the target.
    #[must_use]
    pub fn has_many<T: Entity>(self, name: &'static str, column: u16, access: Option<RelationAccess>) -> Self {
        self.relation(RelationDef::has_many::<T>(name, &[Join::new(column, 0)]).access(access))
    }

    /// No two rows have the same values in these columns together.
    #[must_use]
    pub fn unique(mut self, columns: &[u16]) -> Self {
        self.unique.push(columns.to_vec());
        self
    }

    /// An index on these columns.
    #[must_use]
    pub fn index(mut self, columns: &[u16]) -> Self {
        self.indexes.push(columns.to_vec());
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

    /// `column` counts the changes of a row.
    #[must_use]
    pub fn version(mut self, column: u16) -> Self {
        self.version = Some(column);
        self
    }

    /// A deleted row stays, with the time of its deletion in `column`; no two rows that are not deleted share what is unique.
    #[must_use]
    pub fn soft_delete(mut self, column: u16) -> Self {
        self.soft_delete = Some(column);
        self
    }

    /// Place of the column called `name`.
    #[must_use]
    pub fn column_index(&self, name: &str) -> Option<u16> {
        let index = self.columns.iter().position(|column| column.name == name)?;
        u16::try_from(index).ok()
    }

    /// Whether no two rows share the values of `columns`: the key, a unique column among them, or a declared set of them.
    #[must_use]
    pub fn is_unique(&self, columns: &[u16]) -> bool {
        let alone = |column: &u16| *column == 0 || self.columns[usize::from(*column)].unique;
        columns.iter().any(alone) || self.unique.iter().any(|set| set.iter().all(|column| columns.contains(column)))
    }

    /// Whether exactly these columns are declared unique, alone or as a set.
    #[must_use]
    pub(crate) fn has_unique_key(&self, columns: &[u16]) -> bool {
        let alone = matches!(columns, [column] if self.columns[usize::from(*column)].unique);
        alone || self.unique.iter().any(|set| set == columns)
    }

    /// Whether the column at `index` counts the changes of a row.
    #[must_use]
    pub(crate) fn is_version(&self, index: usize) -> bool {
        self.version.is_some_and(|version| usize::from(version) == index)
    }

    /// Whether the column at `index` holds the time of a row's deletion.
    #[must_use]
    pub(crate) fn is_deletion(&self, index: usize) -> bool {
        self.soft_delete.is_some_and(|deleted| usize::from(deleted) == index)
    }

    /// True when rows have an owner or a tenant, so that a decision can be limited to some of them.
    #[must_use]
    pub fn is_scoped(&self) -> bool {
        self.has_owner() || self.has_tenant()
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
            search_index: options.search_index,
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
    /// Has an index that finds parts of its texts.
    pub search_index: bool,
}

impl ColumnOptions {
    /// No options.
    #[must_use]
    pub const fn new() -> Self {
        Self { decimal: None, length: None, references: None, unique: false, indexed: false, search_index: false }
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

    /// Has an index that finds parts of its texts (see [`bridge::searched`](super::bridge::searched)).
    #[must_use]
    pub const fn search_index(mut self, searched: bool) -> Self {
        self.search_index = searched;
        self
    }
}

/// Column types that can hold the id of an owner or tenant.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the id of an owner or tenant",
    note = "owner and tenant columns are Uuid or Option<Uuid>"
)]
pub trait ScopeKey: ColumnValue {}

impl ScopeKey for uuid::Uuid {}
impl ScopeKey for Option<uuid::Uuid> {}

/// Column types that can count the changes of a row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot count versions",
    note = "a `#[version]` column is an i32, or an i64 where clients do not see it"
)]
pub trait VersionNumber: ColumnValue {}

impl VersionNumber for i32 {}
impl VersionNumber for i64 {}

/// Entities whose deleted rows stay in the table: `#[entity(soft_delete)]`.
#[diagnostic::on_unimplemented(
    message = "a deleted `{Self}` is gone: it can be neither seen nor restored",
    note = "to keep deleted rows, write `#[entity(soft_delete)]` on `{Self}`"
)]
pub trait SoftDelete: Entity {}

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
