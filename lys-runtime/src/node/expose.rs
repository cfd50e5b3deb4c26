//! Which columns and relations may be shown as which types.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{CellOutput, ItemOutput, Node, NodeFieldDef, NodeFieldKind};
use crate::{
    entity::{Column, Entity, Promised, ToMany, ToOne},
    global_id::GlobalId,
    output::{EnumValue, Output, OutputTypes, TypeRef},
};

/// A column or relation that can be shown as `Out`.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Out}` cannot show `{Self}`",
    note = "columns are shown as their own type, a Decimal as f64, a key as GlobalId; relations as the node of their target, in a Vec or a Connection for many"
)]
pub trait Exposes<Out> {
    /// The field called `name`.
    fn expose(self, name: &'static str, description: &'static str) -> NodeFieldDef;
}

pub(super) fn nothing(_: &mut OutputTypes) {}

fn column(name: &'static str, description: &'static str, ty: TypeRef, column: u16, output: CellOutput) -> NodeFieldDef {
    let kind = NodeFieldKind::Column { column, output };
    NodeFieldDef { name, description, ty, kind, arguments: Vec::new(), access: Vec::new(), declare_output: nothing }
}

macro_rules! exposes {
    ($($stored:ty => $shown:ty: $name:literal, $output:expr;)*) => {$(
        impl<E: Entity> Exposes<$shown> for Column<E, $stored> {
            fn expose(self, name: &'static str, description: &'static str) -> NodeFieldDef {
                column(name, description, TypeRef::named($name), self.index(), $output)
            }
        }
    )*};
}

exposes! {
    String => String: "String", CellOutput::Text;
    bool => bool: "Boolean", CellOutput::Bool;
    i32 => i32: "Int", CellOutput::Int;
    f64 => f64: "Float", CellOutput::Float;
    Decimal => f64: "Float", CellOutput::DecimalFloat;
    Decimal => Decimal: "Float", CellOutput::DecimalFloat;
    DateTime<Utc> => DateTime<Utc>: "DateTime", CellOutput::DateTime;
    NaiveDate => NaiveDate: "Date", CellOutput::Date;
    serde_json::Value => serde_json::Value: "JSON", CellOutput::Json;
}

macro_rules! exposes_lists {
    ($($item:ty: $name:literal, $output:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<E: Entity> Exposes<Vec<$item>> for Column<E, Vec<$item>> {
            fn expose(self, name: &'static str, description: &'static str) -> NodeFieldDef {
                let ty = TypeRef::list(TypeRef::named($name));
                column(name, description, ty, self.index(), CellOutput::List($output))
            }
        }
    )*};
}

exposes_lists! {
    String: "String", ItemOutput::Text;
    bool: "Boolean", ItemOutput::Bool;
    i32: "Int", ItemOutput::Int;
    f64: "Float", ItemOutput::Float;
}

/// Soft keys, all of one node.
#[diagnostic::do_not_recommend]
impl<E: Entity> Exposes<Vec<GlobalId>> for Column<E, Vec<Uuid>> {
    fn expose(self, name: &'static str, description: &'static str) -> NodeFieldDef {
        let node = referenced::<E>(self.index());
        let ty = TypeRef::list(TypeRef::named("ID"));
        column(name, description, ty, self.index(), CellOutput::List(ItemOutput::GlobalId(node)))
    }
}

/// An enum is stored as the text that GraphQL shows.
impl<E: Entity, T: EnumValue + Output> Exposes<T> for Column<E, T> {
    fn expose(self, name: &'static str, description: &'static str) -> NodeFieldDef {
        let mut field = column(name, description, T::type_ref(), self.index(), CellOutput::Text);
        field.declare_output = T::declare;
        field
    }
}

/// A soft key: the node is the one that the column refers to.
impl<E: Entity> Exposes<GlobalId> for Column<E, Uuid> {
    fn expose(self, name: &'static str, description: &'static str) -> NodeFieldDef {
        reference::<E>(name, description, self.index())
    }
}

impl<E: Entity> Exposes<GlobalId> for Column<E, String> {
    fn expose(self, name: &'static str, description: &'static str) -> NodeFieldDef {
        reference::<E>(name, description, self.index())
    }
}

fn reference<E: Entity>(name: &'static str, description: &'static str, index: u16) -> NodeFieldDef {
    column(name, description, TypeRef::named("ID"), index, CellOutput::GlobalId(referenced::<E>(index)))
}

/// The node that a key refers to. One that refers to none is found by the boot checks, which name the field.
fn referenced<E: Entity>(index: u16) -> &'static str {
    E::definition().columns[usize::from(index)].references.unwrap_or_default()
}

impl<E: Entity, T, Out> Exposes<Option<Out>> for Column<E, Option<T>>
where
    Column<E, T>: Exposes<Out>,
{
    fn expose(self, name: &'static str, description: &'static str) -> NodeFieldDef {
        let mut field = Column::<E, T>::new(self.index(), self.name()).expose(name, description);
        field.ty = field.ty.optional();
        field
    }
}

fn to_one<N: Node>(name: &'static str, description: &'static str, relation: u16) -> NodeFieldDef {
    NodeFieldDef {
        name,
        description,
        ty: TypeRef::named(N::NAME),
        kind: NodeFieldKind::ToOne { relation, node: N::NAME },
        arguments: Vec::new(),
        access: Vec::new(),
        declare_output: nothing,
    }
}

/// A key that is never NULL may be shown as a node: a missing row is an error of the field.
impl<E: Entity, N: Node, K: Promised> Exposes<N> for ToOne<E, N::Entity, K> {
    fn expose(self, name: &'static str, description: &'static str) -> NodeFieldDef {
        to_one::<N>(name, description, self.index())
    }
}

/// Any key may be shown as an optional node.
impl<E: Entity, N: Node, K> Exposes<Option<N>> for ToOne<E, N::Entity, K> {
    fn expose(self, name: &'static str, description: &'static str) -> NodeFieldDef {
        let mut field = to_one::<N>(name, description, self.index());
        field.ty = field.ty.optional();
        field
    }
}

impl<E: Entity, N: Node, K> Exposes<Vec<N>> for ToMany<E, N::Entity, K> {
    fn expose(self, name: &'static str, description: &'static str) -> NodeFieldDef {
        NodeFieldDef {
            name,
            description,
            ty: TypeRef::list(TypeRef::named(N::NAME)),
            kind: NodeFieldKind::ToMany { relation: self.index(), node: N::NAME },
            arguments: Vec::new(),
            access: Vec::new(),
            declare_output: nothing,
        }
    }
}
