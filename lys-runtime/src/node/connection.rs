//! Relations shown as Relay connections, with arguments of their own.

use std::marker::PhantomData;

use super::{Exposes, Node, NodeFieldDef, NodeFieldKind, expose::nothing};
use crate::{
    entity::{Column, Entity, ToMany},
    operation::OrderKeyDef,
    output::TypeRef,
    schema::connection_name,
};

/// What a field of `#[node]` is declared as to show a relation page by page:
/// `reviews(first, last, before, after, limit, orderBy)`. A `Vec` shows all rows.
#[derive(Debug, Clone, Copy)]
pub struct Connection<N>(PhantomData<fn() -> N>);

/// Types of fields that are shown page by page.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` has no order of its own",
    note = "only a `Connection` is sorted by clients; declare the field as one, or remove `order_by`"
)]
pub trait Paged {
    /// The entity whose rows it shows.
    type Entity: Entity;
}

impl<N: Node> Paged for Connection<N> {
    type Entity = N::Entity;
}

impl<E: Entity, N: Node, K> Exposes<Connection<N>> for ToMany<E, N::Entity, K> {
    fn expose(self, name: &'static str, description: &'static str) -> NodeFieldDef {
        NodeFieldDef {
            name,
            description,
            ty: TypeRef::named(connection_name(N::NAME)),
            kind: NodeFieldKind::Connection { relation: self.index(), node: N::NAME, order_by: None },
            arguments: Vec::new(),
            access: Vec::new(),
            declare_output: nothing,
        }
    }
}

impl NodeFieldDef {
    /// Lets clients sort the connection by `column`.
    #[must_use]
    pub fn order_by<P: Paged, T>(mut self, column: Column<P::Entity, T>) -> Self {
        if let NodeFieldKind::Connection { order_by, .. } = &mut self.kind {
            order_by.get_or_insert_default().push(OrderKeyDef { name: column.name(), column: column.index() });
        }
        self
    }

    /// The connection has no `orderBy` argument.
    #[must_use]
    pub fn unordered<P: Paged>(mut self) -> Self {
        if let NodeFieldKind::Connection { order_by, .. } = &mut self.kind {
            *order_by = Some(Vec::new());
        }
        self
    }
}
