//! What `#[node]` and `#[field(node = …)]` say, as data.

use std::any::TypeId;

use super::{Node, computed::ComputeFn, expose::Exposes};
use crate::{
    access::AccessLevel,
    entity::Entity,
    input::{Input, InputTypes},
    operation::OrderKeyDef,
    output::{Output, OutputTypes, TypeRef},
};

/// An entity node.
#[derive(Debug, Clone)]
pub struct NodeDef {
    /// GraphQL name.
    pub name: &'static str,
    /// Doc comment.
    pub description: &'static str,
    /// Identity of the entity it shows.
    pub entity: TypeId,
    /// Rust name of that entity, for messages.
    pub entity_name: &'static str,
    /// Declared fields; `id` and the timestamps (and `code`, `enabled`, `description` of parametric entities) are added at boot.
    pub fields: Vec<NodeFieldDef>,
    /// May replace an earlier node of the same name.
    pub allow_override: bool,
}

/// Fields that a later app adds to a node.
#[derive(Debug, Clone)]
pub struct NodeExtensionDef {
    /// The node.
    pub node: &'static str,
    /// Its entity.
    pub entity: TypeId,
    /// The added fields.
    pub fields: Vec<NodeFieldDef>,
}

/// One field of a node.
#[derive(Debug, Clone)]
pub struct NodeFieldDef {
    /// `snake_case` name.
    pub name: &'static str,
    /// Doc comment.
    pub description: &'static str,
    /// GraphQL type.
    pub ty: TypeRef,
    /// Where its value comes from.
    pub kind: NodeFieldKind,
    /// Arguments of its own: those of a computed field.
    pub arguments: Vec<ArgumentDef>,
    /// Ids of the levels that it is open to; without any, who sees the row sees it.
    pub access: Vec<&'static str>,
    /// Declares the types it mentions.
    pub declare_output: fn(&mut OutputTypes),
}

/// Where the value of a node field comes from.
#[derive(Debug, Clone)]
pub enum NodeFieldKind {
    /// A column of the row.
    Column {
        /// Its index.
        column: u16,
        /// How the cell is written.
        output: CellOutput,
    },
    /// A relation to at most one row.
    ToOne {
        /// Index of the relation.
        relation: u16,
        /// Node that shows the target.
        node: &'static str,
    },
    /// A relation to many rows, as a list.
    ToMany {
        /// Index of the relation.
        relation: u16,
        /// Node that shows the target.
        node: &'static str,
    },
    /// A relation to many rows, page by page.
    Connection {
        /// Index of the relation.
        relation: u16,
        /// Node that shows the target.
        node: &'static str,
        /// Keys of `orderBy`; `None` takes those of the node's root connections, an empty list has no `orderBy`.
        order_by: Option<Vec<OrderKeyDef>>,
    },
    /// A function over all rows of the level at once.
    Computed {
        /// Columns it needs.
        columns: Vec<u16>,
        /// The function.
        compute: ComputeFn,
    },
}

impl NodeFieldDef {
    /// Opens the field to a level, and to nobody without one of its levels: they get null, whatever its column holds.
    #[must_use]
    pub fn access<L: AccessLevel>(mut self) -> Self {
        self.access.push(L::ID);
        self.ty = self.ty.optional();
        self
    }
}

impl NodeFieldKind {
    /// Index of the relation and the node that shows its target, if it shows one.
    #[must_use]
    pub fn relation(&self) -> Option<(u16, &'static str)> {
        match self {
            Self::ToOne { relation, node }
            | Self::ToMany { relation, node }
            | Self::Connection { relation, node, .. } => Some((*relation, node)),
            Self::Column { .. } | Self::Computed { .. } => None,
        }
    }
}

/// How a cell is written as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CellOutput {
    /// Text as a string.
    Text,
    /// A truth value.
    Bool,
    /// A 32-bit integer.
    Int,
    /// A float.
    Float,
    /// A decimal as a float, rounded to the column's scale.
    DecimalFloat,
    /// A time as ISO 8601.
    DateTime,
    /// A day as ISO 8601.
    Date,
    /// A JSON document as it is.
    Json,
    /// A UUID or text key as the global id of a type.
    GlobalId(
        /// GraphQL type inside the id.
        &'static str,
    ),
    /// A list.
    List(
        /// How its items are written.
        ItemOutput,
    ),
}

/// How an item of a list is written as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ItemOutput {
    /// Text as a string.
    Text,
    /// A truth value.
    Bool,
    /// A 32-bit integer.
    Int,
    /// A float.
    Float,
    /// A UUID as the global id of a type.
    GlobalId(
        /// GraphQL type inside the id.
        &'static str,
    ),
}

/// One argument of an operation or computed field.
#[derive(Debug, Clone)]
pub struct ArgumentDef {
    /// `snake_case` name.
    pub name: &'static str,
    /// Doc comment.
    pub description: &'static str,
    /// GraphQL type.
    pub ty: TypeRef,
    /// Declares the types it mentions.
    pub declare: fn(&mut InputTypes),
}

impl ArgumentDef {
    /// An argument of type `T`.
    #[must_use]
    pub fn new<T: Input>(name: &'static str, description: &'static str) -> Self {
        Self { name, description, ty: T::type_ref(), declare: T::declare }
    }
}

impl NodeDef {
    /// A node without declared fields.
    #[must_use]
    pub fn new<N: Node>(description: &'static str) -> Self {
        Self {
            name: N::NAME,
            description,
            entity: TypeId::of::<N::Entity>(),
            entity_name: N::Entity::NAME,
            fields: Vec::new(),
            allow_override: false,
        }
    }

    /// Adds a column or relation, shown as `Out`.
    #[must_use]
    pub fn field<Out, M: Exposes<Out>>(mut self, name: &'static str, member: M, description: &'static str) -> Self {
        self.fields.push(member.expose(name, description));
        self
    }

    /// Adds a field that a column or relation made of itself.
    #[must_use]
    pub fn show(mut self, field: NodeFieldDef) -> Self {
        self.fields.push(field);
        self
    }

    /// May replace an earlier node of the same name.
    #[must_use]
    pub fn allow_override(mut self) -> Self {
        self.allow_override = true;
        self
    }
}

impl NodeExtensionDef {
    /// An extension of `N` without fields.
    #[must_use]
    pub fn new<N: Node>() -> Self {
        Self { node: N::NAME, entity: TypeId::of::<N::Entity>(), fields: Vec::new() }
    }

    /// Adds a column or relation, shown as `Out`.
    #[must_use]
    pub fn field<Out, M: Exposes<Out>>(mut self, name: &'static str, member: M, description: &'static str) -> Self {
        self.fields.push(member.expose(name, description));
        self
    }

    /// Adds a field that a column or relation made of itself.
    #[must_use]
    pub fn show(mut self, field: NodeFieldDef) -> Self {
        self.fields.push(field);
        self
    }

    /// Adds a computed field of type `T`.
    #[must_use]
    pub fn computed<T: Output>(
        mut self,
        name: &'static str,
        description: &'static str,
        columns: Vec<u16>,
        arguments: Vec<ArgumentDef>,
        compute: ComputeFn,
    ) -> Self {
        self.fields.push(NodeFieldDef {
            name,
            description,
            ty: T::type_ref(),
            kind: NodeFieldKind::Computed { columns, compute },
            arguments,
            access: Vec::new(),
            declare_output: T::declare,
        });
        self
    }

    /// Opens the last added field to a level, and to nobody without one of its levels.
    #[must_use]
    pub fn access<L: AccessLevel>(mut self) -> Self {
        self.fields = match self.fields.pop() {
            Some(last) => self.fields.into_iter().chain([last.access::<L>()]).collect(),
            None => Vec::new(),
        };
        self
    }
}
