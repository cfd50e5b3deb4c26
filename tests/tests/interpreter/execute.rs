//! Execution as the specification says it, field by field: no batches, no SQL, no plans.

use std::collections::BTreeMap;

use async_graphql::{
    Pos, Positioned,
    parser::types::{ExecutableDocument, Field, SelectionSet},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use lys::{
    app::{NodeEntry, OperationEntry},
    name::camel_case,
    node::{CellOutput, NodeFieldDef, NodeFieldKind},
    operation::{OperationKind, OutputDef},
    output::{OutputTypes, TypeRef},
};
use serde_json::{Map, Value, json};

use super::{
    connection::List,
    filter::Asking,
    functions::{Outcome, computed},
    paging::sort,
    selection::Collected,
    viewer::{Sees, Viewer},
    world::{Listing, Place, Row, World},
};

/// Null where it is not allowed: it moves up.
pub struct Nulled;

/// JSON, or null on its way up.
pub type Completed = Result<String, Nulled>;

pub struct Interpreter<'w> {
    pub(super) world: &'w World<'w>,
    pub(super) viewer: &'w Viewer,
    /// What the root field at hand shows.
    pub(super) sees: Sees,
    pub(super) document: &'w ExecutableDocument,
    pub(super) variables: Map<String, Value>,
    /// What cursors of earlier answers mean.
    pub(super) known: &'w BTreeMap<String, Place>,
    /// What the cursors of this answer belong to.
    pub(super) lists: Vec<Made>,
    pub(super) errors: Vec<Value>,
    pub(super) path: Vec<Value>,
}

/// Who asks for what.
pub struct Asked<'w> {
    pub viewer: &'w Viewer,
    pub document: &'w ExecutableDocument,
    pub variables: &'w Map<String, Value>,
    /// What cursors of earlier answers mean.
    pub known: &'w BTreeMap<String, Place>,
}

/// Cursors are made for a list.
pub struct Made {
    pub list: Listing,
    /// The root field that made them, if one did, and its arguments.
    pub of: Option<(&'static str, Map<String, Value>)>,
}

/// The answer, cursors as `<@number of the list|id>`.
pub struct Answer {
    pub text: String,
    pub lists: Vec<Made>,
}

impl<'w> Interpreter<'w> {
    /// The answer to the only operation of the document.
    pub fn answer(world: &'w World<'w>, asked: &Asked<'w>) -> Answer {
        let Asked { viewer, document, known, .. } = *asked;
        let (_, operation) = document.operations.iter().next().unwrap();
        let mut variables = Map::new();
        for variable in &operation.node.variable_definitions {
            let name = variable.node.name.node.as_str();
            let default = variable.node.default_value.as_ref();
            let given = asked.variables.get(name).cloned();
            let value = given.or_else(|| default.map(|value| value.node.clone().into_json().unwrap()));
            variables.extend(value.map(|value| (name.to_owned(), value)));
        }
        let (sees, lists, errors, path) = (Sees::All, Vec::new(), Vec::new(), Vec::new());
        let mut run = Self { world, viewer, sees, document, variables, known, lists, errors, path };
        let set = &operation.node.selection_set.node;
        run.refuse(set);
        let data = if run.errors.is_empty() { run.object(&[set], "Query", false, Self::root) } else { Err(Nulled) };
        let data = data.unwrap_or_else(|Nulled| "null".to_owned());
        let text = if run.errors.is_empty() {
            format!("{{\"data\":{data}}}")
        } else {
            format!("{{\"data\":{data},\"errors\":{}}}", Value::from(run.errors))
        };
        Answer { text, lists: run.lists }
    }

    /// Root fields that the caller may not ask for: where one of them cannot be null, nothing is run.
    fn refuse(&mut self, set: &'w SelectionSet) {
        let mut fields = Vec::new();
        self.collect(set, &|on| on == "Query", &mut fields);
        for Collected { key, first, .. } in fields {
            let Some(operation) = self.operation(first) else { continue };
            if let (Err((code, status)), false) = (self.viewer.sees(operation), is_nullable(operation)) {
                self.path.push(key.into());
                let _nulled = self.fail(first.pos, code, status, json!({}));
                self.path.pop();
            }
        }
    }

    fn operation(&self, field: &Positioned<Field>) -> Option<&'w OperationEntry> {
        let mut operations = self.world.project.engine().model().operations();
        operations.find(|operation| operation.field == field.node.name.node.as_str())
    }

    pub(super) fn object(
        &mut self,
        sets: &[&'w SelectionSet],
        type_name: &str,
        is_node: bool,
        mut field: impl FnMut(&mut Self, &'w Positioned<Field>, &[&'w SelectionSet]) -> Completed,
    ) -> Completed {
        let mut fields = Vec::new();
        for set in sets {
            self.collect(set, &|on| on == type_name || is_node && on == "Node", &mut fields);
        }
        let mut parts = Vec::new();
        for Collected { key, first, sets } in fields {
            self.path.push(key.into());
            let value = match first.node.name.node.as_str() {
                "__typename" => Ok(Value::from(type_name).to_string()),
                _ => field(self, first, &sets),
            };
            self.path.pop();
            parts.push(format!("\"{key}\":{}", value?));
        }
        Ok(format!("{{{}}}", parts.join(",")))
    }

    pub(super) fn fail(&mut self, at: Pos, code: &str, status: u16, extensions: Value) -> Completed {
        self.complain(at, code, (code, status), extensions)
    }

    pub(super) fn complain(
        &mut self,
        at: Pos,
        message: &str,
        (code, status): (&str, u16),
        extensions: Value,
    ) -> Completed {
        let Value::Object(mut extensions) = extensions else { panic!("extensions are an object") };
        extensions.insert("code".to_owned(), code.into());
        extensions.insert("status_code".to_owned(), status.into());
        self.errors.push(json!({
            "message": message,
            "locations": [{ "line": at.line, "column": at.column }],
            "path": self.path,
            "extensions": extensions,
        }));
        Err(Nulled)
    }

    fn root(&mut self, field: &'w Positioned<Field>, sets: &[&'w SelectionSet]) -> Completed {
        let world = self.world;
        let operation = self.operation(field).unwrap();
        let arguments = self.arguments(&field.node);
        self.sees = match self.viewer.sees(operation) {
            Ok(sees) => sees,
            Err((code, status)) => return or_null(self.fail(field.pos, code, status, json!({})), true),
        };
        let name = operation.definition.name;
        let outcome = match (operation.definition.kind, &operation.definition.output) {
            (OperationKind::Getter, OutputDef::Node { node, .. }) => world.getter(node, &arguments),
            _ => world.operation(name, &arguments),
        };
        let nullable = is_nullable(operation);
        match (&operation.definition.output, outcome) {
            (_, Outcome::Fail(code, status, more)) => or_null(self.fail(field.pos, code, status, more), nullable),
            (OutputDef::Node { node, .. }, Outcome::Row(row)) => {
                let node = world.node(node);
                let row = row.filter(|row| self.sees.row(world.entity(node), row, true));
                let value = match row {
                    Some(row) => self.row(node, &row, sets),
                    None if nullable => Err(Nulled),
                    None => self.fail(field.pos, "NOT_FOUND", 404, json!({})),
                };
                or_null(value, nullable)
            }
            (OutputDef::Value { ty, declare }, Outcome::Value(value)) => {
                let mut types = OutputTypes::default();
                declare(&mut types);
                self.plain(ty, &types, &value, sets)
            }
            (OutputDef::Connection { node, .. }, Outcome::Rows(mut rows, order)) => {
                let node = world.node(node);
                let entity = world.entity(node);
                let filter = arguments.get("filter").filter(|filter| !filter.is_null()).cloned();
                let sees = self.sees.clone();
                rows.retain(|row| sees.row(entity, row, true));
                if let Some(filter) = &filter {
                    let ty = &world.filters[name];
                    let asking = Asking { world, types: &ty.types, sees: &sees };
                    rows.retain(|row| asking.holds(&ty.name, entity, filter, row));
                }
                let of = Some((name, arguments.clone()));
                self.connection(node, List { rows, order, filter, of, at: field.pos }, &arguments, sets)
            }
            _ => panic!("another shape"),
        }
    }

    pub(super) fn row(&mut self, node: &'w NodeEntry, row: &Row, sets: &[&'w SelectionSet]) -> Completed {
        self.object(sets, node.definition.name, true, |run, field, sets| {
            let name = field.node.name.node.as_str();
            let declared = node.definition.fields.iter().find(|declared| camel_case(declared.name) == name).unwrap();
            let value = run.node_field(node, declared, row, field, sets);
            or_null(value, declared.ty.is_nullable())
        })
    }

    fn node_field(
        &mut self,
        node: &'w NodeEntry,
        declared: &'w NodeFieldDef,
        row: &Row,
        field: &'w Positioned<Field>,
        sets: &[&'w SelectionSet],
    ) -> Completed {
        let world = self.world;
        let entity = world.entity(node);
        match &declared.kind {
            NodeFieldKind::Column { column, output } => {
                let column = &entity.columns[usize::from(*column)];
                let value = &row[column.name];
                if value.is_null() {
                    return Err(Nulled);
                }
                Ok(match output {
                    CellOutput::GlobalId(node) => {
                        let key = value.as_str().unwrap();
                        Value::from(STANDARD.encode(format!("{node}:{key}"))).to_string()
                    }
                    _ => value.to_string(),
                })
            }
            NodeFieldKind::ToOne { relation, node } => {
                let target = world.node(node);
                let found = world.related(entity, &entity.relations[usize::from(*relation)], row, &self.sees);
                assert!(found.len() < 2, "a relation to one row");
                found.first().map_or(Err(Nulled), |row| self.row(target, row, sets))
            }
            NodeFieldKind::ToMany { relation, node } => {
                let target = world.node(node);
                let mut rows = world.related(entity, &entity.relations[usize::from(*relation)], row, &self.sees);
                sort(&mut rows, &[("created_at", false), ("id", false)]);
                self.list(&rows, |run, row| run.row(target, row, sets))
            }
            NodeFieldKind::Connection { relation, node, .. } => {
                let rows = world.related(entity, &entity.relations[usize::from(*relation)], row, &self.sees);
                let order = vec![("created_at", false)];
                let list = List { rows, order, filter: None, of: None, at: field.pos };
                self.connection(world.node(node), list, &self.arguments(&field.node), sets)
            }
            NodeFieldKind::Computed { .. } => match computed(declared.name, row, &self.arguments(&field.node)) {
                Outcome::Value(value) => {
                    let mut types = OutputTypes::default();
                    (declared.declare_output)(&mut types);
                    self.plain(&declared.ty, &types, &value, sets)
                }
                Outcome::Fail(code, status, more) => self.fail(field.pos, code, status, more),
                _ => panic!("another shape"),
            },
        }
    }

    pub(super) fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T) -> Completed) -> Completed {
        let mut parts = Vec::new();
        for (index, value) in items.iter().enumerate() {
            self.path.push(index.into());
            let part = item(self, value);
            self.path.pop();
            parts.push(part?);
        }
        Ok(format!("[{}]", parts.join(",")))
    }

    fn plain(&mut self, ty: &TypeRef, types: &OutputTypes, value: &Value, sets: &[&'w SelectionSet]) -> Completed {
        if value.is_null() {
            assert!(ty.is_nullable(), "a function gave null for {ty}");
            return Ok("null".to_owned());
        }
        match ty {
            TypeRef::List { item, .. } => {
                let items = value.as_array().unwrap();
                self.list(items, |run, value| run.plain(item, types, value, sets))
            }
            TypeRef::Named { name, .. } => match types.objects.get(name.as_ref()) {
                Some(object) => self.object(sets, object.name, false, |run, field, sets| {
                    let name = field.node.name.node.as_str();
                    let declared = object.fields.iter().find(|declared| camel_case(declared.name) == name).unwrap();
                    run.plain(&declared.ty, types, &value[declared.name], sets)
                }),
                None => Ok(value.to_string()),
            },
        }
    }
}

fn is_nullable(operation: &OperationEntry) -> bool {
    match &operation.definition.output {
        OutputDef::Node { nullable, .. } => *nullable,
        OutputDef::Value { ty, .. } => ty.is_nullable(),
        _ => false,
    }
}

fn or_null(value: Completed, nullable: bool) -> Completed {
    match value {
        Err(Nulled) if nullable => Ok("null".to_owned()),
        value => value,
    }
}
