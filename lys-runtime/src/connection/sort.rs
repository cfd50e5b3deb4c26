//! What callers may sort a connection by, beside `orderBy`: `sort(price, category(name), reviews)`.
//!
//! ```
//! # use lys::prelude::*;
//! # #[entity(parametric)] pub struct Category;
//! # #[entity] pub struct Review { #[belongs_to(Product)] pub product_id: Uuid }
//! # #[entity] pub struct Product { pub name: String, #[belongs_to(Category)] pub category_id: String, #[has_many(Review)] pub reviews: Many<Review> }
//! # #[node(Category)] pub struct CategoryNode;
//! # #[node(Review)] pub struct ReviewNode;
//! # #[node(Product)] pub struct ProductNode { pub name: String, pub category: CategoryNode, pub reviews: Vec<ReviewNode> }
//! # fn resolve(call: lys::operation::Authorized<'_>) -> lys::operation::Resolving<'_> { lys::connection::resolve_all::<ProductNode>(call) }
//! use lys::{connection::sort, operation::OperationDef};
//!
//! let members = <Product as Entity>::MEMBER;
//! OperationDef::connection::<ProductNode>("all_products", resolve).sort::<ProductNode>([
//!     sort::key(members.name),
//!     sort::relation(members.category, |members| [sort::key(members.enabled)]),
//!     sort::key(members.reviews), // by their number
//! ]);
//! ```

use std::marker::PhantomData;

use super::filter::FilterValue;
use crate::entity::{Column, ColumnValue, Entity, ToMany, ToOne};

/// One key of a sort of rows of `E`.
pub struct Sort<E> {
    pub(crate) definition: SortDef,
    entity: PhantomData<fn() -> E>,
}

/// One key of a sort whose entity is known from its surroundings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortDef {
    /// By a column.
    Column {
        /// Its index.
        column: u16,
    },
    /// By the number of rows of a relation.
    Count {
        /// Its index.
        relation: u16,
    },
    /// By the row that a relation leads to.
    Relation {
        /// Its index.
        relation: u16,
        /// By what of that row.
        keys: Vec<SortDef>,
    },
}

/// A column, or a relation to many rows, that callers may sort by.
#[diagnostic::on_unimplemented(
    message = "callers cannot sort by `{Self}`",
    label = "nothing to sort by",
    note = "columns of Uuid, String, bool, i32, f64, Decimal, DateTime<Utc>, NaiveDate, enums and Option of these stand alone: `name`",
    note = "a relation to many rows stands alone too: `reviews` sorts by their number",
    note = "a relation to one row says by what of it: `category(name)`"
)]
pub trait SortKey {
    /// The entity that has it.
    type Entity: Entity;

    /// The key.
    fn sort(self) -> Sort<Self::Entity>;
}

impl<E: Entity, T: FilterValue> SortKey for Column<E, T> {
    type Entity = E;

    fn sort(self) -> Sort<E> {
        Sort::new(SortDef::Column { column: self.index() })
    }
}

impl<E: Entity, T: FilterValue> SortKey for Column<E, Option<T>>
where
    Option<T>: ColumnValue,
{
    type Entity = E;

    fn sort(self) -> Sort<E> {
        Sort::new(SortDef::Column { column: self.index() })
    }
}

impl<E: Entity, T: Entity, K> SortKey for ToMany<E, T, K> {
    type Entity = E;

    fn sort(self) -> Sort<E> {
        Sort::new(SortDef::Count { relation: self.index() })
    }
}

/// A relation by whose row callers may sort.
#[diagnostic::on_unimplemented(
    message = "`{Self}` leads to no single row to sort by",
    label = "not a relation to one row",
    note = "a column stands alone, without parentheses: `name`",
    note = "so does a relation to many rows: `reviews` sorts by their number"
)]
pub trait SortRelation: Sized {
    /// The entity that has it.
    type Entity: Entity;
    /// The entity that it leads to.
    type Target: Entity;

    /// Its place among the entity's relations.
    fn relation(self) -> u16;
}

impl<E: Entity, T: Entity, K> SortRelation for ToOne<E, T, K> {
    type Entity = E;
    type Target = T;

    fn relation(self) -> u16 {
        self.index()
    }
}

impl<E> Sort<E> {
    fn new(definition: SortDef) -> Self {
        Self { definition, entity: PhantomData }
    }
}

/// Callers may sort by `member`: a column, or the number of rows of a relation.
pub fn key<M: SortKey>(member: M) -> Sort<M::Entity> {
    member.sort()
}

/// Callers may sort by the row of `relation`: `keys` says by what of it.
pub fn relation<R, K>(relation: R, keys: impl FnOnce(<R::Target as Entity>::Members) -> K) -> Sort<R::Entity>
where
    R: SortRelation,
    K: IntoIterator<Item = Sort<R::Target>>,
{
    let keys = keys(<R::Target as Entity>::MEMBER).into_iter().map(|key| key.definition).collect();
    Sort::new(SortDef::Relation { relation: relation.relation(), keys })
}
