//! Registration: each macro leaves one entry; apps pick up the entries of their modules.

use crate::{
    endpoint::EndpointDef,
    entity::EntityDef,
    node::{NodeDef, NodeExtensionDef},
    operation::OperationDef,
    service::ServiceDef,
};

/// One component and where it stands.
pub struct Registration {
    /// Module of the item.
    pub module: &'static str,
    /// File of the item.
    pub file: &'static str,
    /// Line of the item.
    pub line: u32,
    /// The component.
    pub component: Component,
}

/// A component that an app can have. Functions, so that registration costs nothing until a project is built.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Component {
    /// From `#[entity]`.
    Entity(fn() -> EntityDef),
    /// From `#[node(Entity)]`.
    Node(fn() -> NodeDef),
    /// From `#[node(extends = …)]` and `#[field(node = …)]`.
    NodeExtension(fn() -> NodeExtensionDef),
    /// From the operation macros.
    Operation(fn() -> OperationDef),
    /// From `#[service]`.
    Service(fn() -> ServiceDef),
    /// From `#[endpoint]`.
    Endpoint(fn() -> EndpointDef),
}

inventory::collect!(Registration);

/// Where something was declared, for messages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// File.
    pub file: &'static str,
    /// Line.
    pub line: u32,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl Registration {
    /// Where the component stands.
    #[must_use]
    pub fn source(&self) -> Source {
        Source { file: self.file, line: self.line }
    }

    /// Every registration that was linked into the binary, in no order.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        inventory::iter::<Self>.into_iter()
    }
}
