//! Composition: apps in order, components in module order, last registered wins.

use std::{any::Any, collections::HashSet};

use super::{
    Adjustment, App, Change, Component, EndpointEntry, EntityEntry, Model, NodeEntry, OperationEntry, Registration,
    StartError, aggregates, filters, getters, guards, implicit, orders, sorts,
};
use crate::{
    deletion::SuccessNode,
    fixture::Fixture,
    name::camel_case,
    node::NodeExtensionDef,
    operation::{OperationDef, OutputDef},
    output::Output,
    service::ServiceDef,
};

/// A component with its app.
#[derive(Clone, Copy)]
struct Placed {
    app: &'static str,
    registration: &'static Registration,
}

/// Folds the apps into a model; faults are collected, the model is then not used.
pub(super) fn compose(apps: &[App], faults: &mut StartError) -> Model {
    check_apps(apps, faults);
    let placed = place(apps, faults);
    let mut model = Model { apps: apps.iter().map(|app| app.name).collect(), ..Model::default() };

    for component in &placed {
        add_entity(&mut model, *component, faults);
    }
    for component in &placed {
        add_node(&mut model, *component, faults);
    }
    for component in &placed {
        extend_node(&mut model, *component, faults);
    }
    for component in &placed {
        add_operation(&mut model, *component, faults);
        add_endpoint(&mut model, *component, faults);
        add_service(&mut model, *component, faults);
    }
    for app in apps {
        for fixture in &app.fixtures {
            add_fixture(&mut model, fixture, faults);
        }
        for adjustment in &app.adjustments {
            adjust(&mut model, app.name, adjustment, faults);
        }
    }
    declare_types(&mut model);
    guards::collect(&mut model);
    orders::collect(&mut model, faults);
    filters::collect(&mut model, faults);
    sorts::collect(&mut model, faults);
    aggregates::collect(&mut model, faults);
    getters::collect(&mut model, faults);
    model
}

fn check_apps(apps: &[App], faults: &mut StartError) {
    let mut earlier = HashSet::new();
    for app in apps {
        for dependency in &app.dependencies {
            if earlier.contains(dependency) {
                continue;
            }
            if !apps.iter().any(|other| other.name == *dependency) {
                faults.add(format!(
                    "app `{}` needs app `{dependency}`, which is not in the project; add it before `{}`",
                    app.name, app.name
                ));
            } else if let Some(circle) = circle(apps, app.name, dependency) {
                faults.add(circle_fault(&circle));
            } else {
                faults.add(format!(
                    "app `{}` needs app `{dependency}`; list `{dependency}` before `{}`",
                    app.name, app.name
                ));
            }
        }
        if !earlier.insert(app.name) {
            faults.add(format!("app `{}` is listed twice; list it once", app.name));
        }
    }
}

/// The apps on the way from `app` over its `dependency` back to `app`, each once; `None` when no way leads back.
fn circle(apps: &[App], app: &'static str, dependency: &'static str) -> Option<Vec<&'static str>> {
    let (mut seen, mut open) = (HashSet::new(), vec![vec![app, dependency]]);
    while let Some(mut way) = open.pop() {
        let last = way[way.len() - 1];
        if last == app {
            way.pop();
            return Some(way);
        }
        if seen.insert(last) {
            let next = apps.iter().filter(|app| app.name == last).flat_map(|app| &app.dependencies);
            open.extend(next.map(|next| [&way[..], &[*next]].concat()));
        }
    }
    None
}

/// The same text wherever the circle was entered.
fn circle_fault(circle: &[&'static str]) -> String {
    let start = (0..circle.len()).min_by_key(|index| circle[*index]).unwrap_or_default();
    let names: Vec<String> =
        circle.iter().cycle().skip(start).take(circle.len() + 1).map(|app| format!("`{app}`")).collect();
    match &names[..] {
        [app, _] => format!("app {app} depends on itself; drop that dependency"),
        names => {
            format!("apps depend on each other in a circle: {}; drop one of these dependencies", names.join(" → "))
        }
    }
}

/// The components of the apps, in app, module, file and line order. Link order plays no part.
fn place(apps: &[App], faults: &mut StartError) -> Vec<Placed> {
    let mut placed: Vec<(usize, usize, &'static Registration)> = Vec::new();
    for registration in Registration::all() {
        let holders = apps.iter().enumerate().filter(|(_, app)| app.holds(registration.module));
        let Some(longest) = holders.clone().map(|(_, app)| app.root.len()).max() else {
            continue;
        };
        let mut homes = holders
            .filter(|(_, app)| app.root.len() == longest)
            .filter_map(|(index, app)| app.place_of(registration.module).map(|place| (index, place)));
        match homes.next() {
            Some((app, place)) => placed.push((app, place, registration)),
            None => faults.add(format!(
                "{}: module `{}` is in no app; add it to the `modules(…)` of its app",
                registration.source(),
                registration.module
            )),
        }
    }
    placed.sort_by_key(|(app, place, registration)| (*app, *place, registration.file, registration.line));
    for (index, app) in apps.iter().enumerate() {
        if !app.modules.is_empty() && !placed.iter().any(|(home, ..)| *home == index) {
            faults
                .add(format!("app `{}` has registered no component; is its crate the one that declares it?", app.name));
        }
    }
    placed.into_iter().map(|(app, _, registration)| Placed { app: apps[app].name, registration }).collect()
}

fn add_entity(model: &mut Model, placed: Placed, faults: &mut StartError) {
    let Component::Entity(definition) = placed.registration.component else {
        return;
    };
    let entry = EntityEntry { definition: definition(), app: placed.app, source: placed.registration.source() };
    if let Some(other) = model.entities.iter().find(|other| other.definition.table == entry.definition.table) {
        faults.add(format!(
            "table `{}` belongs to `{}` ({}) and to `{}` ({}); rename one of them",
            entry.definition.table, other.definition.name, other.source, entry.definition.name, entry.source
        ));
        return;
    }
    model.entities.push(entry);
}

fn add_node(model: &mut Model, placed: Placed, faults: &mut StartError) {
    let Component::Node(definition) = placed.registration.component else {
        return;
    };
    let mut definition = definition();
    let source = placed.registration.source();
    let name = definition.name;
    let Some(entity) = model.entity_index(definition.entity) else {
        faults.add(format!(
            "{source}: node `{name}` shows `{}`, whose app is not in the project",
            definition.entity_name
        ));
        return;
    };
    if let Some(other) = model.nodes.get(name) {
        if !definition.allow_override {
            faults.add(format!(
                "node `{name}` is registered at {} and at {source}; rename one, or add `allow_override`",
                other.source
            ));
            return;
        }
        if other.entity != entity {
            faults.add(format!("{source}: node `{name}` overrides one of another entity ({})", other.source));
            return;
        }
    }
    implicit::complete(&mut definition, &model.entities[entity].definition);
    model.nodes.insert(name, NodeEntry { definition, entity, app: placed.app, source });
}

fn extend_node(model: &mut Model, placed: Placed, faults: &mut StartError) {
    let Component::NodeExtension(definition) = placed.registration.component else {
        return;
    };
    let NodeExtensionDef { node, entity, fields } = definition();
    let source = placed.registration.source();
    let index = model.entity_index(entity);
    let Some(entry) = model.nodes.get_mut(node) else {
        faults.add(format!("{source}: node `{node}` is extended, but its app is not in the project"));
        return;
    };
    if Some(entry.entity) != index {
        faults.add(format!("{source}: node `{node}` shows another entity than this extension"));
        return;
    }
    entry.definition.fields.extend(fields);
}

fn add_operation(model: &mut Model, placed: Placed, faults: &mut StartError) {
    let Component::Operation(definition) = placed.registration.component else {
        return;
    };
    let definition: OperationDef = definition();
    let source = placed.registration.source();
    let name = definition.name;
    if let Some(other) = model.operations.get(name)
        && !definition.allow_override
    {
        faults.add(format!(
            "operation `{name}` is registered at {} and at {source}; rename one, or add `allow_override` to the later one",
            other.source
        ));
        return;
    }
    let entry = OperationEntry { definition, field: camel_case(name), app: placed.app, source };
    model.operations.insert(name, entry);
}

fn add_endpoint(model: &mut Model, placed: Placed, faults: &mut StartError) {
    let Component::Endpoint(definition) = placed.registration.component else {
        return;
    };
    let definition = definition();
    let source = placed.registration.source();
    let same = |other: &&EndpointEntry| {
        other.definition.name == definition.name
            || (other.definition.path == definition.path && other.definition.method == definition.method)
    };
    if let Some(other) = model.endpoints.values().find(same)
        && !definition.allow_override
    {
        faults.add(format!(
            "endpoint `{}` is registered at {} and at {source}; rename one, or add `allow_override`",
            definition.name, other.source
        ));
        return;
    }
    model.endpoints.insert(definition.name, EndpointEntry { definition, app: placed.app, source });
}

fn add_service(model: &mut Model, placed: Placed, faults: &mut StartError) {
    let Component::Service(definition) = placed.registration.component else {
        return;
    };
    let ServiceDef { name, key, overrides, make } = definition();
    let source = placed.registration.source();
    let previous = model.services.get(&key).map(|service| &**service as &dyn Any);
    if previous.is_some() != overrides {
        faults.add(if overrides {
            format!("{source}: service `{name}` overrides one that no earlier app has")
        } else {
            format!("{source}: service `{name}` is registered twice")
        });
        return;
    }
    match make(previous) {
        Some(service) => {
            model.services.insert(key, service);
        }
        None => faults.add(format!("{source}: service `{name}` could not be made")),
    }
}

fn add_fixture(model: &mut Model, fixture: &Fixture, faults: &mut StartError) {
    if let Some(other) = model.fixtures.iter().find(|other| other.name() == fixture.name()) {
        faults.add(format!(
            "fixture `{}` is registered at {} and at {}; rename one",
            fixture.name(),
            other.source(),
            fixture.source()
        ));
        return;
    }
    model.fixtures.push(fixture.clone());
}

fn adjust(model: &mut Model, app: &str, adjustment: &Adjustment, faults: &mut StartError) {
    let Some(entry) = model.operations.get_mut(adjustment.operation) else {
        let known: Vec<&str> = model.operations.keys().copied().collect();
        faults.add(format!(
            "app `{app}` adjusts `{}`, which no app registers; there are: {}",
            adjustment.operation,
            known.join(", ")
        ));
        return;
    };
    let audience = &mut entry.definition.audience;
    match &adjustment.change {
        Change::Levels(levels) => audience.levels.clone_from(levels),
        Change::Public(public) => audience.public = *public,
        Change::Licensed(licensed) => audience.licensed = *licensed,
        Change::Enabled(enabled) => audience.enabled = *enabled,
    }
}

fn declare_types(model: &mut Model) {
    for node in model.nodes.values() {
        for field in &node.definition.fields {
            (field.declare_output)(&mut model.outputs);
            for argument in &field.arguments {
                (argument.declare)(&mut model.inputs);
            }
        }
    }
    for operation in model.operations.values() {
        for argument in &operation.definition.arguments {
            (argument.declare)(&mut model.inputs);
        }
        match operation.definition.output {
            OutputDef::Value { declare, .. } => declare(&mut model.outputs),
            OutputDef::Success { .. } => SuccessNode::declare(&mut model.outputs),
            OutputDef::Node { .. } | OutputDef::Connection { .. } => {}
        }
    }
}
