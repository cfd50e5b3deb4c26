//! The schema that a model has: names by 10-core §7.4, types for validation, introspection and SDL.
//!
//! `arguments` and `inputs` say what comes in, `bridge` fills async-graphql's type registry (the only file that does),
//! from which async-graphql parses, validates and answers `__schema` and `__type`.

pub(crate) mod aggregates;
pub(crate) mod arguments;
mod bridge;
pub(crate) mod filters;
pub(crate) mod inputs;
pub(crate) mod shapes;
pub(crate) mod sorts;

pub(crate) use bridge::{Introspect, LysSchema, build};
pub(crate) use inputs::InputTable;

/// Name of a node's connection type.
pub(crate) fn connection_name(node: &str) -> String {
    format!("{node}ListConnection")
}

/// Name of a node's edge type.
pub(crate) fn edge_name(node: &str) -> String {
    format!("{node}Edge")
}

/// Name of a node's order input. The misspelling is part of the contract (10-core §7.4).
pub(crate) fn order_name(node: &str) -> String {
    format!("{node}OderByType")
}

/// Name of the order input of a relation's own: `ProductNode` and `reviews` make `ProductNodeReviewsOrderBy`.
pub(crate) fn relation_order_name(node: &str, field: &str) -> String {
    let mut letters = field.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    format!("{node}{}{}OrderBy", first.map(String::from).unwrap_or_default(), letters.as_str())
}

/// Name of the page info type.
pub(crate) const PAGE_INFO: &str = "LysPageInfo";

/// The schema as SDL.
pub(crate) fn sdl(schema: &LysSchema) -> String {
    schema.sdl()
}
