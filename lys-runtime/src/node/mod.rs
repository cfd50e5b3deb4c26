//! Nodes: an entity's public face in the schema. The runtime half of `#[node]` and of `#[field]` on a node.

pub mod computed;
pub mod connection;
pub mod definition;
pub mod expose;

pub use computed::{ComputedCall, ComputedColumns, Computing};
pub use connection::{Connection, Paged};
pub use definition::{ArgumentDef, CellOutput, ItemOutput, NodeDef, NodeExtensionDef, NodeFieldDef, NodeFieldKind};
pub use expose::Exposes;

use std::marker::PhantomData;

use crate::entity::Entity;

/// An entity's face in the schema. Implemented by `#[node(Entity)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a node of an entity",
    note = "add `#[node(YourEntity)]` to `{Self}`"
)]
pub trait Node: Sized + Send + Sync + 'static {
    /// The entity it shows.
    type Entity: Entity;
    /// GraphQL type name, part of every global id.
    const NAME: &'static str;

    /// The node as data.
    fn definition() -> NodeDef;
}

/// What the fields of a `#[node]` struct become: they are declared, never filled.
pub type Shown<T> = PhantomData<fn() -> T>;
