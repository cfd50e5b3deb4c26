//! Checks on the whole: what no macro can see because it lies across items, apps or adjustments.

mod fields;
mod lists;
mod orders;
mod relations;
mod scopes;

use std::collections::{HashMap, HashSet};

use super::{EntityEntry, Model, NodeEntry, OperationEntry, StartError, filters, sorts};
use crate::{
    access::{AccessLevel, Connected, InternalService, OrganizationRole, Owner},
    entity::{EntityDef, RelatedScope, RelationAccess, RelationDef},
    node::{CellOutput, ItemOutput, NodeFieldDef, NodeFieldKind},
    operation::OutputDef,
    output::TypeRef,
    schema,
};

/// Runs every check; each adds the faults it finds.
pub(super) fn check(model: &Model, faults: &mut StartError) {
    for entity in &model.entities {
        check_names(entity, faults);
        check_tenant(entity, faults);
        scopes::check(entity, faults);
        relations::check(model, entity, faults);
        lists::check(entity, faults);
    }
    lists::check_orders(model, faults);
    orders::check(model, faults);
    for node in model.nodes.values() {
        check_fields(model, node, faults);
        fields::check(model, node, faults);
    }
    for operation in model.operations.values() {
        check_audience(operation, faults);
        check_arguments(model, operation, faults);
        check_output(model, operation, faults);
        check_levels(model, operation, faults);
        relations::check_public(model, operation, faults);
    }
    check_type_names(model, faults);
}

/// Statements call things by names of their own; nobody else does.
fn check_names(entity: &EntityEntry, faults: &mut StartError) {
    let definition = &entity.definition;
    let columns = definition.columns.iter().map(|column| column.name);
    for name in columns.chain([definition.table]).filter(|name| name.to_ascii_lowercase().starts_with("lys_")) {
        faults.add(format!(
            "{}: `{}` has the name `{name}` in its table; names that begin with `lys_` are for lys, choose another",
            entity.source, definition.name
        ));
    }
}

/// A column that looks like a tenant's must be one, or say why not (00-design §6).
fn check_tenant(entity: &EntityEntry, faults: &mut StartError) {
    let definition = &entity.definition;
    let is_tenanted = |scope: &RelatedScope| scope.level.is_some();
    if definition.tenants.is_empty()
        && !definition.related_scopes.iter().any(is_tenanted)
        && definition.tenant_none.is_none()
        && definition.column_index("client_id").is_some()
    {
        faults.add(format!(
            "{}: `{}` has a column `client_id` but no tenant; add `tenant(client = client_id)`, or `tenant_none = \"why\"`",
            entity.source, definition.name
        ));
    }
}

fn check_fields(model: &Model, node: &NodeEntry, faults: &mut StartError) {
    let mut names = HashSet::new();
    for field in &node.definition.fields {
        if !names.insert(field.name) {
            faults.add(format!(
                "{}: `{}` has two fields `{}`; rename one",
                node.source, node.definition.name, field.name
            ));
        }
        check_field(model, node, field, faults);
    }
}

fn check_field(model: &Model, node: &NodeEntry, field: &NodeFieldDef, faults: &mut StartError) {
    let place = format!("{}: `{}.{}`", node.source, node.definition.name, field.name);
    let entity = &model.entities[node.entity].definition;
    let of_no_type = |output| matches!(output, CellOutput::GlobalId("") | CellOutput::List(ItemOutput::GlobalId("")));
    if matches!(field.kind, NodeFieldKind::Column { output, .. } if of_no_type(output)) {
        faults.add(format!("{place} is a GlobalId of no type; add `#[references(\"…Node\")]` to its column"));
    }
    let Some((relation, target)) = field.kind.relation() else {
        return;
    };
    let relation = &entity.relations[usize::from(relation)];
    match model.nodes.get(target) {
        None => faults.add(format!("{place} shows `{target}`, whose app is not in the project")),
        Some(target) if model.entities[target.entity].definition.type_id != relation.target => {
            faults.add(format!(
                "{place} shows `{}`, which is not a node of `{}`",
                target.definition.name, relation.target_name
            ));
        }
        Some(target) => {
            check_promised(&place, field, relation, &model.entities[target.entity].definition, faults);
        }
    }
}

/// A row that a scope or its deletion may hide cannot be promised: one hidden row would null everything above it.
fn check_promised(
    place: &str,
    field: &NodeFieldDef,
    relation: &RelationDef,
    target: &EntityDef,
    faults: &mut StartError,
) {
    if !matches!(field.kind, NodeFieldKind::ToOne { .. }) || field.ty.is_nullable() {
        return;
    }
    if target.soft_delete.is_some() {
        faults.add(format!(
            "{place} leads to nothing when the `{}` is deleted, which is `soft_delete`; show it as `Option<{}>`",
            target.name,
            field.ty.name()
        ));
    } else if relation.rule(target) == RelationAccess::Filter {
        faults.add(format!(
            "{place} may be hidden by the scope of `{}`; show it as `Option<{}>`, or say `access = inherit` or `access = check` on the relation",
            target.name,
            field.ty.name()
        ));
    }
}

/// The rules of 10-core §3.2; macros check them too, adjustments pass only here.
fn check_audience(operation: &OperationEntry, faults: &mut StartError) {
    let audience = &operation.definition.audience;
    let place = format!("{}: operation `{}`", operation.source, operation.definition.name);
    if audience.public.is_some() && !audience.levels.is_empty() {
        faults.add(format!("{place} is public and open to {}; keep one of the two", audience.levels.join(", ")));
    }
    if audience.public.is_some() && audience.licensed {
        faults.add(format!("{place} is public and licensed; public operations are never licensed"));
    }
    let others = audience.levels.iter().any(|level| *level != Connected::ID && *level != InternalService::ID);
    if audience.levels.contains(&Connected::ID) && others {
        faults.add(format!(
            "{place} is open to every connected user, so other levels but `InternalService` mean nothing; drop them"
        ));
    }
}

/// An author's argument may have the name of one that the kind adds.
fn check_arguments(model: &Model, operation: &OperationEntry, faults: &mut StartError) {
    let mut names = HashSet::new();
    for argument in schema::arguments::of_operation(operation, model) {
        if !names.insert(argument.name.clone()) {
            faults.add(format!(
                "{}: operation `{}` has two arguments `{}`; rename the one that is yours",
                operation.source, operation.definition.name, argument.name
            ));
        }
    }
}

fn check_output(model: &Model, operation: &OperationEntry, faults: &mut StartError) {
    let (OutputDef::Node { node, entity, .. } | OutputDef::Connection { node, entity, .. }) =
        &operation.definition.output
    else {
        return;
    };
    let place = format!("{}: operation `{}`", operation.source, operation.definition.name);
    match model.nodes.get(node) {
        None => faults.add(format!("{place} answers with `{node}`, whose app is not in the project")),
        Some(entry) if Some(entry.entity) != model.entity_index(*entity) => {
            faults.add(format!("{place} answers with `{node}`, which now shows another entity"));
        }
        Some(_) => {}
    }
}

/// `OWNER` and `ORGANIZATION_ROLE` need an entity that can be scoped (10-core C7).
fn check_levels(model: &Model, operation: &OperationEntry, faults: &mut StartError) {
    let (OutputDef::Node { entity, .. } | OutputDef::Connection { entity, .. } | OutputDef::Success { entity }) =
        &operation.definition.output
    else {
        return;
    };
    let Some(index) = model.entity_index(*entity) else {
        return;
    };
    let entity = &model.entities[index].definition;
    let place = format!("{}: operation `{}`", operation.source, operation.definition.name);
    check_levels_of(&place, &operation.definition.audience.levels, entity, faults);
}

fn check_levels_of(place: &str, levels: &[&'static str], entity: &EntityDef, faults: &mut StartError) {
    if levels.contains(&Owner::ID) && !entity.has_owner() {
        faults
            .add(format!("{place} is open to `Owner`, but `{}` has no owner; add `owner = field` to it", entity.name));
    }
    if levels.contains(&OrganizationRole::ID) && !entity.has_tenant() {
        faults.add(format!(
            "{place} is open to `OrganizationRole`, but `{}` has no tenant; add `tenant(…)` to it",
            entity.name
        ));
    }
}

/// What the options of connections add to the schema.
fn all_type_names(model: &Model) -> impl Iterator<Item = (String, String)> {
    let filters = filters::type_names(model).into_iter();
    filters.chain(sorts::type_names(model)).chain(schema::aggregates::type_names(model))
}

/// One name, one type.
fn check_type_names(model: &Model, faults: &mut StartError) {
    let mut names: HashMap<String, String> = HashMap::new();
    let mut claim = |name: String, what: String, faults: &mut StartError| {
        if let Some(other) = names.insert(name.clone(), what.clone()) {
            faults.add(format!("the type name `{name}` is used by {other} and by {what}; rename one"));
        }
    };
    for builtin in [
        "Query",
        "Mutation",
        "Subscription",
        "Node",
        "LysPageInfo",
        "LysCountSort",
        "LysSortDirection",
        "DateTime",
        "Date",
        "JSON",
        "ID",
        "String",
        "Int",
        "Float",
        "Boolean",
    ] {
        claim(builtin.to_owned(), "lys".to_owned(), faults);
    }
    for (name, entry) in &model.nodes {
        claim((*name).to_owned(), format!("the node at {}", entry.source), faults);
    }
    for name in model.outputs.objects.keys() {
        claim((*name).to_owned(), "a plain node".to_owned(), faults);
    }
    for name in model.inputs.objects.keys() {
        claim((*name).to_owned(), "an input".to_owned(), faults);
    }
    for (name, node, field) in model.own_orders() {
        claim(name, format!("the order of `{}.{}`", node.definition.name, field.name), faults);
    }
    for (name, what) in all_type_names(model) {
        claim(name, what, faults);
    }
    for (name, definition) in model.outputs.enums.iter().chain(&model.inputs.enums) {
        let same = model.outputs.enums.get(name).is_none_or(|other| other == definition);
        if !same {
            faults.add(format!("the enum `{name}` is declared twice with different values; rename one"));
        }
    }
    check_mentions(model, faults);
}

/// Every type that a field or argument mentions exists.
fn check_mentions(model: &Model, faults: &mut StartError) {
    let known_output = |ty: &TypeRef| {
        matches!(ty.name(), "ID" | "String" | "Int" | "Float" | "Boolean" | "DateTime" | "Date" | "JSON")
            || model.nodes.contains_key(ty.name())
            || model.outputs.objects.contains_key(ty.name())
            || model.outputs.enums.contains_key(ty.name())
    };
    for node in model.nodes.values() {
        let plain = node.definition.fields.iter().filter(|field| field.kind.relation().is_none());
        for field in plain.filter(|field| !known_output(&field.ty)) {
            faults.add(format!(
                "{}: `{}.{}` mentions the unknown type `{}`",
                node.source,
                node.definition.name,
                field.name,
                field.ty.name()
            ));
        }
    }
}
