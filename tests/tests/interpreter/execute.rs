//! Execution as the specification says it, field by field: no batches, no SQL, no plans.

use std::cmp::Ordering;

use async_graphql::{
    Pos, Positioned,
    parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet},
};
use async_graphql_value::Name;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use lys::{
    app::NodeEntry,
    entity::EntityKind,
    name::camel_case,
    node::{CellOutput, NodeFieldDef, NodeFieldKind},
    operation::{OperationKind, OutputDef},
    output::{OutputTypes, TypeRef},
};
use serde_json::{Map, Value, json};

use super::world::{Outcome, Row, World, computed};

/// Null where it is not allowed: it moves up.
struct Nulled;

/// JSON, or null on its way up.
type Completed = Result<String, Nulled>;

pub struct Interpreter<'w> {
    world: &'w World<'w>,
    document: &'w ExecutableDocument,
    variables: Map<String, Value>,
    errors: Vec<Value>,
    path: Vec<Value>,
}

/// The fields of one response key.
struct Collected<'w> {
    key: &'w str,
    first: &'w Positioned<Field>,
    sets: Vec<&'w SelectionSet>,
}

impl<'w> Interpreter<'w> {
    /// The answer to the only operation of `document`, cursors as `<@table|order|id>`.
    pub fn answer(world: &'w World<'w>, document: &'w ExecutableDocument, given: &Map<String, Value>) -> String {
        let (_, operation) = document.operations.iter().next().unwrap();
        let mut variables = Map::new();
        for variable in &operation.node.variable_definitions {
            let name = variable.node.name.node.as_str();
            let default = variable.node.default_value.as_ref();
            let value =
                given.get(name).cloned().or_else(|| default.map(|value| value.node.clone().into_json().unwrap()));
            variables.extend(value.map(|value| (name.to_owned(), value)));
        }
        let mut run = Self { world, document, variables, errors: Vec::new(), path: Vec::new() };
        let set = &operation.node.selection_set.node;
        let data = run.object(&[set], "Query", false, Self::root);
        let data = data.unwrap_or_else(|Nulled| "null".to_owned());
        if run.errors.is_empty() {
            format!("{{\"data\":{data}}}")
        } else {
            format!("{{\"data\":{data},\"errors\":{}}}", Value::from(run.errors))
        }
    }

    fn object(
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

    fn collect(&self, set: &'w SelectionSet, is_a: &dyn Fn(&str) -> bool, fields: &mut Vec<Collected<'w>>) {
        for selection in &set.items {
            if !selection.node.directives().iter().all(|directive| self.holds(directive)) {
                continue;
            }
            match &selection.node {
                Selection::Field(field) => {
                    let key = field.node.response_key().node.as_str();
                    let set = &field.node.selection_set.node;
                    match fields.iter_mut().find(|known| known.key == key) {
                        Some(known) => known.sets.push(set),
                        None => fields.push(Collected { key, first: field, sets: vec![set] }),
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref().map(|on| on.node.on.node.as_str());
                    if on.is_none_or(is_a) {
                        self.collect(&fragment.node.selection_set.node, is_a, fields);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = &self.document.fragments[&spread.node.fragment_name.node].node;
                    if is_a(&fragment.type_condition.node.on.node) {
                        self.collect(&fragment.selection_set.node, is_a, fields);
                    }
                }
            }
        }
    }

    fn holds(&self, directive: &Positioned<Directive>) -> bool {
        let condition = directive.node.get_argument("if").unwrap();
        let condition = self.value(&condition.node) == Some(Value::Bool(true));
        condition == (directive.node.name.node == "include")
    }

    fn value(&self, value: &async_graphql_value::Value) -> Option<Value> {
        let variable = |name: Name| match self.variables.get(name.as_str()) {
            Some(value) => Ok(async_graphql_value::ConstValue::from_json(value.clone()).unwrap()),
            None => Err(()),
        };
        value.clone().into_const_with(variable).ok().map(|value| value.into_json().unwrap())
    }

    fn arguments(&self, field: &Field) -> Map<String, Value> {
        let given = field.arguments.iter();
        given.filter_map(|(name, value)| Some((name.node.to_string(), self.value(&value.node)?))).collect()
    }

    fn fail(&mut self, at: Pos, code: &str, status: u16, extensions: Value) -> Completed {
        let Value::Object(mut extensions) = extensions else { panic!("extensions are an object") };
        extensions.insert("code".to_owned(), code.into());
        extensions.insert("status_code".to_owned(), status.into());
        self.errors.push(json!({
            "message": code,
            "locations": [{ "line": at.line, "column": at.column }],
            "path": self.path,
            "extensions": extensions,
        }));
        Err(Nulled)
    }

    fn root(&mut self, field: &'w Positioned<Field>, sets: &[&'w SelectionSet]) -> Completed {
        let world = self.world;
        let mut operations = world.project.engine().model().operations();
        let operation = operations.find(|operation| operation.field == field.node.name.node.as_str()).unwrap();
        let arguments = self.arguments(&field.node);
        let outcome = match (operation.definition.kind, &operation.definition.output) {
            (OperationKind::Getter, OutputDef::Node { node, .. }) => world.getter(node, &arguments),
            _ => world.operation(operation.definition.name, &arguments),
        };
        match (&operation.definition.output, outcome) {
            (OutputDef::Node { nullable, .. }, Outcome::Fail(code, status, more)) => {
                or_null(self.fail(field.pos, code, status, more), *nullable)
            }
            (OutputDef::Value { ty, .. }, Outcome::Fail(code, status, more)) => {
                or_null(self.fail(field.pos, code, status, more), ty.is_nullable())
            }
            (OutputDef::Node { node, nullable, .. }, Outcome::Row(row)) => {
                let value = row.map_or(Err(Nulled), |row| self.row(world.node(node), &row, sets));
                or_null(value, *nullable)
            }
            (OutputDef::Value { ty, declare }, Outcome::Value(value)) => {
                let mut types = OutputTypes::default();
                declare(&mut types);
                self.plain(ty, &types, &value, sets)
            }
            (OutputDef::Connection { node, .. }, Outcome::Rows(rows, order)) => {
                self.connection(world.node(node), rows, order, None, &arguments, sets)
            }
            _ => panic!("another shape"),
        }
    }

    fn row(&mut self, node: &'w NodeEntry, row: &Row, sets: &[&'w SelectionSet]) -> Completed {
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
                let found = world.related(entity, &entity.relations[usize::from(*relation)], row);
                assert!(found.len() < 2, "a relation to one row");
                found.first().map_or(Err(Nulled), |row| self.row(target, row, sets))
            }
            NodeFieldKind::ToMany { relation, node } => {
                let target = world.node(node);
                let mut rows = world.related(entity, &entity.relations[usize::from(*relation)], row);
                sort(&mut rows, &[("created_at", false), ("id", false)]);
                self.list(&rows, |run, row| run.row(target, row, sets))
            }
            NodeFieldKind::Connection { relation, node, .. } => {
                let rows = world.related(entity, &entity.relations[usize::from(*relation)], row);
                let order = vec![("created_at", false)];
                self.connection(world.node(node), rows, order, Some(field.pos), &self.arguments(&field.node), sets)
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

    fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T) -> Completed) -> Completed {
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

    fn connection(
        &mut self,
        node: &'w NodeEntry,
        mut rows: Vec<Row>,
        mut order: Vec<(&'static str, bool)>,
        of_relation: Option<Pos>,
        arguments: &Map<String, Value>,
        sets: &[&'w SelectionSet],
    ) -> Completed {
        let entity = self.world.entity(node);
        if let Some(Value::Object(chosen)) = arguments.get("orderBy") {
            let (key, ascending) = chosen.iter().next().unwrap();
            let is_business_id = key == "code" && entity.kind == EntityKind::Parametric;
            let name = |name: &str| if is_business_id { name == "id" } else { camel_case(name) == *key };
            let column = entity.columns.iter().find(|column| name(column.name)).unwrap().name;
            order = vec![(column, *ascending != true)];
        }
        if !order.iter().any(|(column, _)| *column == "id") {
            order.push(("id", order.last().is_some_and(|(_, descending)| *descending)));
        }
        sort(&mut rows, &order);
        let (start, end) = match of_relation {
            None => Page::offsets(rows.len(), arguments),
            Some(at) => match self.places(&rows, entity.table, &order, arguments) {
                Some(bounds) => bounds,
                None => return self.fail(at, "INVALID_CURSOR", 400, json!({})),
            },
        };
        let page = Page::of(rows.len(), start, end, arguments);
        let name = node.definition.name;
        let cursor = |at: usize| Value::from(format!("<@{}|{order:?}|{}>", entity.table, rows[at]["id"])).to_string();
        let at: Vec<usize> = (page.start..page.end).collect();
        self.object(sets, &format!("{name}ListConnection"), false, |run, field, sets| {
            if field.node.name.node == "edges" {
                return run.list(&at, |run, at| {
                    run.object(sets, &format!("{name}Edge"), false, |run, field, sets| match &*field.node.name.node {
                        "cursor" => Ok(cursor(*at)),
                        _ => run.row(node, &rows[*at], sets),
                    })
                });
            }
            run.object(sets, "LysPageInfo", false, |_, field, _| {
                Ok(match field.node.name.node.as_str() {
                    "hasNextPage" => page.has_next.to_string(),
                    "hasPreviousPage" => page.has_previous.to_string(),
                    "startCursor" => at.first().map_or("null".to_owned(), |at| cursor(*at)),
                    "endCursor" => at.last().map_or("null".to_owned(), |at| cursor(*at)),
                    _ => rows.len().to_string(),
                })
            })
        })
    }
}

impl Interpreter<'_> {
    /// Where the rows behind `after` begin and those before `before` end; `None` when a cursor is none of this order.
    fn places(
        &self,
        rows: &[Row],
        table: &str,
        order: &[(&'static str, bool)],
        arguments: &Map<String, Value>,
    ) -> Option<(Option<usize>, Option<usize>)> {
        let place = |name: &str| match arguments.get(name).and_then(Value::as_str) {
            None | Some("") => Some(None),
            Some(cursor) => {
                let place = self.world.places.get(cursor).filter(|place| place.table == table && place.order == order);
                place.map(|place| Some(&place.row))
            }
        };
        let until = |row: &Row, most: Ordering| {
            let is_before = |other: &&Row| !order_of(other, row, order).is_gt() && order_of(other, row, order) <= most;
            rows.iter().filter(is_before).count()
        };
        let after = place("after")?.map(|row| until(row, Ordering::Equal));
        let before = place("before")?.map(|row| until(row, Ordering::Less));
        Some((after, before))
    }
}

fn or_null(value: Completed, nullable: bool) -> Completed {
    match value {
        Err(Nulled) if nullable => Ok("null".to_owned()),
        value => value,
    }
}

/// NULL is the smallest value.
pub fn sort(rows: &mut [Row], order: &[(&'static str, bool)]) {
    rows.sort_by(|left, right| order_of(left, right, order));
}

fn order_of(left: &Row, right: &Row, order: &[(&'static str, bool)]) -> Ordering {
    let compare = |(column, descending): &(&str, bool)| {
        let ordering = compare(&left[column], &right[column]);
        if *descending { ordering.reverse() } else { ordering }
    };
    order.iter().map(compare).find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
}

pub fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => left.as_f64().partial_cmp(&right.as_f64()).unwrap(),
        (Value::String(left), Value::String(right)) => left.as_bytes().cmp(right.as_bytes()),
        _ => panic!("two types in one column"),
    }
}

/// A page by positions in the whole list: first the cursors, then `first`, then `last` (Relay), never more than `limit` and 100.
pub struct Page {
    pub start: usize,
    pub end: usize,
    pub has_next: bool,
    pub has_previous: bool,
}

impl Page {
    /// Where the rows behind `after` begin and those before `before` end, by offsets in the list.
    pub fn offsets(count: usize, arguments: &Map<String, Value>) -> (Option<usize>, Option<usize>) {
        let cursor = |name: &str| {
            let text = arguments.get(name)?.as_str().filter(|text| !text.is_empty())?;
            let text = String::from_utf8(STANDARD.decode(text).unwrap()).unwrap();
            Some(text.strip_prefix("arrayconnection:").unwrap().parse::<usize>().unwrap())
        };
        let after = cursor("after").map(|after| (after + 1).min(count));
        (after, cursor("before").filter(|before| *before < count))
    }

    pub fn of(count: usize, after: Option<usize>, before: Option<usize>, arguments: &Map<String, Value>) -> Self {
        let size = |name: &str| arguments.get(name).and_then(Value::as_u64).map(|size| usize::try_from(size).unwrap());
        let start = after.unwrap_or(0);
        let end = before.unwrap_or(count).max(start);
        let (first, last) = (size("first"), size("last"));
        let most = first.or(last).unwrap_or(100).min(size("limit").unwrap_or(100));
        let (mut from, mut to) = (start, end);
        match (first, last) {
            (None, Some(_)) => from = end - most.min(end - start),
            _ => to = start + most.min(end - start),
        }
        if let (Some(_), Some(last)) = (first, last) {
            from = to - last.min(to - from);
        }
        let has_next = to < end || before.is_some();
        let has_previous = from > start || after.is_some();
        Self { start: from, end: to, has_next, has_previous }
    }
}
