//! Drafts inside a draft: new rows that are written with the row that they belong to.

use sea_orm::Value;
use serde_json::Value as Json;

use super::{Draft, Row};
use crate::{
    entity::{Cells, Entity, EntityDef, Key, Owns},
    error::Result,
    name::camel_case,
};

/// New rows of one relation of a new row.
pub(crate) struct Children {
    /// The relation, by its place among those of the parent's entity.
    pub(crate) relation: u16,
    pub(crate) entity: ChildEntity,
    pub(crate) drafts: Vec<ChildDraft>,
}

/// What writing needs to know of an entity besides its definition, without its type.
#[derive(Clone, Copy)]
pub(crate) struct ChildEntity {
    pub(crate) definition: fn() -> EntityDef,
    /// A key of lys's making.
    pub(crate) key: fn() -> Option<Value>,
    /// The values of a row that was read, in column order.
    pub(crate) values: fn(Row<'_>) -> Result<Vec<Value>>,
}

/// A new row that belongs to another.
pub(crate) struct ChildDraft {
    pub(crate) values: Vec<Option<Value>>,
    pub(crate) children: Vec<Children>,
    /// Whether it is a row that is there already.
    pub(crate) is_edited: bool,
    /// Where it stands below its parent, for errors.
    pub(crate) path: Vec<Json>,
}

impl ChildEntity {
    pub(crate) fn of<E: Entity>() -> Self {
        Self {
            definition: E::definition,
            key: || E::Key::generate().map(Into::into),
            values: |row| Ok(E::from_cells(&mut Cells::new(row))?.into_values()),
        }
    }
}

impl<E: Entity> Draft<E> {
    /// New rows that belong to this one by `relation`, a `#[has_many]` or `#[has_one]` of the entity: they are written with it, all of
    /// them or none, and get its key. Only a new row has them.
    ///
    /// ```
    /// # use lys::prelude::*;
    /// #[entity]
    /// pub struct Order {
    ///     pub number: i32,
    ///     #[has_many(OrderLine)]
    ///     pub lines: Many<OrderLine>,
    /// }
    ///
    /// #[entity]
    /// pub struct OrderLine {
    ///     #[belongs_to(Order)]
    ///     pub order_id: Uuid,
    ///     pub pieces: i32,
    /// }
    ///
    /// let lines = [1, 5].map(|pieces| Draft::new().with(OrderLine::COLUMN.pieces, pieces));
    /// let order = Draft::new().with(Order::COLUMN.number, 7).with_children(Order::MEMBER.lines, lines);
    /// ```
    #[must_use]
    pub fn with_children<R: Owns<E>>(
        mut self,
        relation: R,
        children: impl IntoIterator<Item = Draft<R::Target>>,
    ) -> Self {
        self.add_children(relation, children);
        self
    }

    /// The same, in place.
    pub fn add_children<R: Owns<E>>(
        &mut self,
        relation: R,
        children: impl IntoIterator<Item = Draft<R::Target>>,
    ) -> &mut Self {
        let relation = relation.relation();
        let name = camel_case(E::definition().relations[usize::from(relation)].name);
        let before = self.children.iter().filter(|family| family.relation == relation);
        let before: usize = before.map(|family| family.drafts.len()).sum();
        let path =
            |index: usize| if R::MANY { vec![name.as_str().into(), index.into()] } else { vec![name.as_str().into()] };
        let drafts: Vec<ChildDraft> = children
            .into_iter()
            .enumerate()
            .map(|(index, draft)| ChildDraft {
                path: path(before + index),
                is_edited: draft.original.is_some(),
                values: draft.values,
                children: draft.children,
            })
            .collect();
        if !drafts.is_empty() {
            self.children.push(Children { relation, entity: ChildEntity::of::<R::Target>(), drafts });
        }
        self
    }
}
