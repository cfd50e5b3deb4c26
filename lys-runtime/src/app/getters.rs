//! Which getters `node` and `nodes` look rows up by: an id is worth what the getter of its type says.

use indexmap::IndexMap;

use super::{Model, StartError};
use crate::{
    operation::{OperationKind, OutputDef, Root},
    output::TypeRef,
    schema::arguments::SchemaArgument,
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

/// A root field that lys adds.
pub(crate) struct LookupField {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) ty: TypeRef,
    /// Its only argument.
    pub(crate) argument: SchemaArgument,
}

/// What a schema with getters has.
pub(crate) fn root_fields() -> [LookupField; 2] {
    let node = || TypeRef::named("Node").optional();
    let id = || TypeRef::named("ID");
    [
        LookupField {
            name: NODE,
            description: "The row with this global id, as the getter of its type shows it; null where that shows none.",
            ty: node(),
            argument: SchemaArgument::added("id", "Global id of the row.", id()),
        },
        LookupField {
            name: NODES,
            description: "The rows with these global ids, in their order; null for each that `node` finds none for.",
            ty: TypeRef::list(node()),
            argument: SchemaArgument::added("ids", "Global ids of the rows.", TypeRef::list(id())),
        },
    ]
}
