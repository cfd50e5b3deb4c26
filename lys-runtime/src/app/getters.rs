//! Which getters `node` and `nodes` look rows up by: an id is worth what the getter of its type says.

use indexmap::IndexMap;

use super::{Model, StartError};
use crate::{
    operation::{OperationKind, OutputDef, Root},
    output::TypeRef,
};

/// The root fields that lys adds to a schema with a getter.
pub(crate) const NODE: &str = "node";
/// The same for many ids.
pub(crate) const NODES: &str = "nodes";

/// Getters by the node that they answer with, in order of registration. One that cannot be called with an id alone is none of them.
pub(super) fn collect(model: &mut Model, faults: &mut StartError) {
    let mut getters: IndexMap<&'static str, Vec<&'static str>> = IndexMap::new();
    for entry in model.operations.values() {
        let definition = &entry.definition;
        if definition.root == Root::Query && [NODE, NODES].contains(&entry.field.as_str()) {
            faults.add(format!(
                "{}: operation `{}` is called like the field by which clients find a row of any type; rename it",
                entry.source, definition.name
            ));
        }
        let OutputDef::Node { node, .. } = &definition.output else { continue };
        let by_id_alone = definition.arguments.iter().all(|argument| argument.ty.is_nullable());
        if definition.kind == OperationKind::Getter && by_id_alone && model.nodes.contains_key(node) {
            getters.entry(*node).or_default().push(definition.name);
        }
    }
    model.getters = getters;
}

/// Name, type and arguments of each root field that a schema with getters has.
pub(crate) fn root_fields() -> [(&'static str, &'static str, TypeRef, (&'static str, &'static str, TypeRef)); 2] {
    let node = || TypeRef::named("Node").optional();
    let id = || TypeRef::named("ID");
    [
        (
            NODE,
            "The row with this global id, as the getter of its type shows it; null where that shows none.",
            node(),
            ("id", "Global id of the row.", id()),
        ),
        (
            NODES,
            "The rows with these global ids, in their order; null for each that `node` finds none for.",
            TypeRef::list(node()),
            ("ids", "Global ids of the rows.", TypeRef::list(id())),
        ),
    ]
}
