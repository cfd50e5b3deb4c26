//! Entities: stored types with their table, columns and relations. The runtime half of `#[entity]`.

pub mod bridge;
pub mod column;
pub mod definition;
pub mod enumeration;
pub mod relation;
pub mod scope;
pub mod unique;
pub mod value;

pub use column::{Column, Many, One, TextValue, ToMany, ToOne};
pub use definition::{
    ColumnDef, ColumnOptions, EntityDef, EntityKind, Owned, ScopeKey, SoftDelete, TenantDef, Tenanted, VersionNumber,
};
pub use relation::{
    BelongsTo, BelongsToOnce, Emptied, Holds, Join, KeyOfLink, KeyOfTarget, Owns, Promised, ReferenceTo,
    RelationAccess, RelationDef, RelationKind, ThroughDef,
};
pub use scope::{OwnKey, RelatedScope, ScopeCondition, ScopeRule, Way, WayEnd};
pub use unique::Unique;
pub use value::{ColumnKind, ColumnValue, ItemKind, Key};

use sea_orm::{EntityTrait, Value};

use crate::{
    data::{Row, Select},
    error::Result,
};

/// A stored type. Implemented by `#[entity]`; the struct itself is the row and SeaORM's `Model`.
#[diagnostic::on_unimplemented(message = "`{Self}` is not an entity", note = "add `#[entity]` to `{Self}`")]
pub trait Entity: Sized + Clone + std::fmt::Debug + Send + Sync + 'static {
    /// SeaORM's entity over the same table, for those who drop down to it.
    type SeaOrm: EntityTrait<Model = Self>;
    /// Type of `id`.
    type Key: Key;
    /// Struct of column handles.
    type Columns: 'static;
    /// Struct of column and relation handles, for `#[node]`.
    #[doc(hidden)]
    type Members: 'static;

    /// Rust name.
    const NAME: &'static str;
    /// Table name.
    const TABLE: &'static str;
    /// Column handles: `Product::COLUMN.name`.
    const COLUMN: Self::Columns;
    #[doc(hidden)]
    const MEMBER: Self::Members;
    /// Whether every read and write of its rows is recorded: `#[entity(sensitive)]`.
    const SENSITIVE: bool = false;

    /// The entity as data.
    fn definition() -> EntityDef;

    /// The primary key.
    fn key(&self) -> &Self::Key;

    /// A row from cells in column order.
    ///
    /// # Errors
    /// When a cell does not hold what its column declares.
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self>;

    /// The values of all columns, in order.
    fn into_values(self) -> Vec<Value>;

    /// All rows that the reader may see, to be narrowed and ordered.
    #[must_use]
    fn select() -> Select<Self> {
        Select::new()
    }
}

/// Cells of one row, read in order.
pub struct Cells<'a> {
    row: Row<'a>,
    next: usize,
}

impl<'a> Cells<'a> {
    /// Reads `row` from its first cell on.
    #[must_use]
    pub fn new(row: Row<'a>) -> Self {
        Self { row, next: 0 }
    }

    /// The next cell.
    ///
    /// # Errors
    /// When the cell does not hold a `T`.
    pub fn take<T: ColumnValue>(&mut self) -> Result<T> {
        let index = self.next;
        self.next += 1;
        self.row.get(index)
    }
}
