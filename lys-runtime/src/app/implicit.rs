//! What lys adds to nodes by itself: `id`, the timestamps, and the columns of parametric entities.

use crate::{
    entity::{EntityDef, EntityKind},
    node::{CellOutput, NodeDef, NodeFieldDef, NodeFieldKind},
    operation::OrderKeyDef,
    output::TypeRef,
};

/// Puts `id` first and the timestamps last, unless the author declared them.
pub(super) fn complete(node: &mut NodeDef, entity: &EntityDef) {
    let mut first =
        vec![field("id", "The global id.", TypeRef::named("ID"), entity, "id", CellOutput::GlobalId(node.name))];
    let mut last = Vec::new();
    if entity.kind == EntityKind::Parametric {
        first.push(field("code", "The business id.", TypeRef::named("String"), entity, "id", CellOutput::Text));
        first.push(field(
            "enabled",
            "Whether it is in use.",
            TypeRef::named("Boolean"),
            entity,
            "enabled",
            CellOutput::Bool,
        ));
        let text = TypeRef::named("String").optional();
        first.push(field("description", "What it stands for.", text, entity, "description", CellOutput::Text));
    }
    let time = || TypeRef::named("DateTime");
    last.push(field("created_at", "When it was made.", time(), entity, "created_at", CellOutput::DateTime));
    last.push(field(
        "updated_at",
        "When it was last changed.",
        time().optional(),
        entity,
        "updated_at",
        CellOutput::DateTime,
    ));

    let declared = std::mem::take(&mut node.fields);
    let is_declared = |implicit: &NodeFieldDef| declared.iter().any(|field| field.name == implicit.name);
    let (first, last): (Vec<_>, Vec<_>) = (
        first.into_iter().flatten().filter(|field| !is_declared(field)).collect(),
        last.into_iter().flatten().filter(|field| !is_declared(field)).collect(),
    );
    node.fields = first.into_iter().chain(declared).chain(last).collect();
}

fn field(
    name: &'static str,
    description: &'static str,
    ty: TypeRef,
    entity: &EntityDef,
    column: &str,
    output: CellOutput,
) -> Option<NodeFieldDef> {
    let kind = NodeFieldKind::Column { column: entity.column_index(column)?, output };
    Some(NodeFieldDef {
        name,
        description,
        ty,
        kind,
        arguments: Vec::new(),
        access: Vec::new(),
        declare_output: |_| {},
    })
}

/// Keys of `orderBy` where the author named none (10-core §7.5).
pub(super) fn order_keys(entity: &EntityDef) -> Vec<OrderKeyDef> {
    let key = |name: &'static str, column: &str| entity.column_index(column).map(|column| OrderKeyDef { name, column });
    match entity.kind {
        EntityKind::Parametric => [key("code", "id"), key("created_at", "created_at")].into_iter().flatten().collect(),
        EntityKind::Business => key("created_at", "created_at").into_iter().collect(),
    }
}
