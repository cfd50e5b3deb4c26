//! What is asked: a document for an operation, and arguments that it takes.

use serde_json::{Map, Value as Json, json};

use super::{
    caller::{Side, organization},
    world::{MADE, World},
};
use crate::{
    app::{Model, OperationEntry},
    entity::{EntityDef, RelationDef, RelationKind},
    execute::GraphqlRequest,
    global_id::GlobalId,
    name::camel_case,
    operation::{OutputDef, Root},
    output::TypeRef,
    schema::{
        InputTable, arguments,
        inputs::{InputKind, Scalar},
    },
};

/// Deepest input object that arguments are made for.
const DEEPEST: usize = 8;

/// How one operation is asked.
pub(super) struct Questions<'m> {
    model: &'m Model,
    inputs: &'m InputTable,
    world: &'m World<'m>,
    operation: &'m OperationEntry,
    /// The entity that it is about.
    entity: Option<&'m EntityDef>,
    /// What the project gave as arguments.
    example: Option<&'m Map<String, Json>>,
}

impl<'m> Questions<'m> {
    pub(super) fn new(
        model: &'m Model,
        inputs: &'m InputTable,
        world: &'m World<'m>,
        operation: &'m OperationEntry,
        example: Option<&'m Map<String, Json>>,
    ) -> Self {
        let entity = operation.definition.output.entity().and_then(|entity| model.entity_index(entity));
        let entity = entity.map(|index| &model.entities()[index].definition);
        Self { model, inputs, world, operation, entity, example }
    }

    /// The entity that the operation is about.
    pub(super) fn entity(&self) -> Option<&'m EntityDef> {
        self.entity
    }

    /// A node that shows that entity: the operation's own, if it answers with one.
    pub(super) fn node(&self) -> Option<&'m str> {
        match &self.operation.definition.output {
            OutputDef::Node { node, .. } | OutputDef::Connection { node, .. } => Some(node),
            OutputDef::Success { entity } => {
                self.model.nodes().find(|node| node.definition.entity == *entity).map(|node| node.definition.name)
            }
            OutputDef::Value { .. } => None,
        }
    }

    /// The global id of the made row with this number.
    pub(super) fn id(&self, key: &str) -> String {
        GlobalId::new(self.node().unwrap_or_default(), key).encode()
    }

    /// The request with these arguments.
    pub(super) fn request(&self, variables: Map<String, Json>) -> GraphqlRequest {
        let declared = arguments::of_operation(self.operation, self.model);
        let given: Vec<_> = declared.iter().filter(|argument| variables.contains_key(&argument.name)).collect();
        let heads: Vec<String> = given.iter().map(|argument| format!("${}: {}", argument.name, argument.ty)).collect();
        let passed: Vec<String> = given.iter().map(|argument| format!("{0}: ${0}", argument.name)).collect();
        let in_parentheses = |parts: &[String]| match parts {
            [] => String::new(),
            parts => format!("({})", parts.join(", ")),
        };
        let root = match self.operation.definition.root {
            Root::Query => "query",
            Root::Mutation => "mutation",
            Root::Subscription => "subscription",
        };
        let query = format!(
            "{root} {} {{ answer: {}{}{} }}",
            in_parentheses(&heads),
            self.operation.field,
            in_parentheses(&passed),
            self.selection(),
        );
        GraphqlRequest { query, variables, ..GraphqlRequest::default() }
    }

    fn selection(&self) -> &'static str {
        match &self.operation.definition.output {
            OutputDef::Node { .. } => " { id }",
            OutputDef::Connection { .. } => " { pageInfo { totalCount endCursor hasNextPage } edges { node { id } } }",
            OutputDef::Success { .. } => " { succeed }",
            OutputDef::Value { ty, .. } if self.model.outputs.objects.contains_key(ty.name()) => " { __typename }",
            OutputDef::Value { .. } => "",
        }
    }

    /// Arguments that the operation takes, as the row with this number would have them: what the project gave, and else what its
    /// types ask for. The id is that of the row.
    pub(super) fn arguments(&self, number: usize) -> Map<String, Json> {
        let mut values = Map::new();
        for argument in arguments::of_operation(self.operation, self.model) {
            let given = self.example.and_then(|example| example.get(&argument.name)).cloned();
            let is_needed = !argument.ty.is_nullable();
            if let Some(value) =
                given.or_else(|| is_needed.then(|| self.value(&argument.name, &argument.ty, number, 0)))
            {
                values.insert(argument.name, value);
            }
        }
        if let Some(inputs) = values.get_mut("inputs") {
            self.place(inputs, number);
        }
        values
    }

    /// Lets an input belong to the side of the row with this number, if it says whose it is.
    fn place(&self, inputs: &mut Json, number: usize) {
        if let Json::Array(items) = inputs {
            for item in items.iter_mut() {
                self.place(item, number);
            }
        }
        let (Json::Object(fields), Some(entity)) = (inputs, self.entity) else { return };
        for tenant in &entity.tenants {
            let column = &entity.columns[usize::from(tenant.column)];
            let name = camel_case(column.name);
            if let (true, Some(id)) = (fields.contains_key(&name), self.tenant(tenant.level, number)) {
                fields
                    .insert(name, column.references.map_or(id.clone(), |node| GlobalId::new(node, id).encode()).into());
            }
        }
    }

    /// Whether the arguments say which organization a new row belongs to, at every level that it has.
    pub(super) fn says_whose(&self, arguments: &Map<String, Json>) -> bool {
        let first = match arguments.get("inputs") {
            Some(Json::Array(items)) => items.first(),
            other => other,
        };
        let says = |name: &str| first.and_then(|inputs| inputs.get(camel_case(name))).is_some();
        let columns =
            |entity: &'m EntityDef| says_whose(entity).into_iter().map(|column| &entity.columns[usize::from(column)]);
        self.entity.is_some_and(|entity| entity.is_scoped() && columns(entity).all(|column| says(column.name)))
    }

    fn tenant(&self, level: &str, number: usize) -> Option<String> {
        let (side, _): (Side, _) = MADE[number];
        let level = self.world.levels.iter().position(|known| *known == level)?;
        Some(organization(level, side).to_string())
    }

    fn value(&self, name: &str, ty: &TypeRef, number: usize, depth: usize) -> Json {
        match ty {
            TypeRef::List { item, .. } => json!([self.value(name, item, number, depth)]),
            TypeRef::Named { name: type_name, .. } => match self.inputs.get(type_name) {
                Some(InputKind::Scalar(scalar)) => self.scalar(name, *scalar, number),
                Some(InputKind::Enum(values)) => values.first().map_or(Json::Null, |value| value.as_str().into()),
                Some(InputKind::Object { fields, one_of, .. }) if depth < DEEPEST => {
                    let fields =
                        fields.iter().filter(|(field, input)| *one_of || !input.ty.is_nullable() || self.says(field));
                    let fields = fields.take(if *one_of { 1 } else { usize::MAX });
                    let value = |input: &TypeRef, field: &str| self.value(field, input, number, depth + 1);
                    fields.map(|(field, input)| (field.clone(), value(&input.ty, field))).collect::<Map<_, _>>().into()
                }
                _ => Json::Null,
            },
        }
    }

    /// Whether a field says whose a row is.
    fn says(&self, field: &str) -> bool {
        self.column(field).is_some_and(|(entity, column)| says_whose(entity).contains(&column))
    }

    /// The column of the operation's entity that an argument or field is called after.
    fn column(&self, field: &str) -> Option<(&'m EntityDef, u16)> {
        let entity = self.entity?;
        let place = entity.columns.iter().position(|column| camel_case(column.name) == field)?;
        Some((entity, u16::try_from(place).ok()?))
    }

    fn scalar(&self, field: &str, scalar: Scalar, number: usize) -> Json {
        if let Some(key) = self.key(field, scalar, number) {
            return key.into();
        }
        match scalar {
            Scalar::Int => json!(3),
            Scalar::Float => json!(3.5),
            Scalar::Boolean => json!(true),
            Scalar::String => json!(format!("matrix {number}")),
            Scalar::DateTime => json!("2026-01-01T00:00:00+00:00"),
            Scalar::Date => json!("2026-01-01"),
            Scalar::Json => json!({}),
            // A file is sent otherwise.
            Scalar::Upload => Json::Null,
            Scalar::Id => self.some_id(field, number).into(),
        }
    }

    /// The id of the operation's row; where it is about none, of what a column of that name refers to.
    fn some_id(&self, field: &str, number: usize) -> String {
        if let Some(row) = self.entity.and_then(|entity| self.world.made(entity.type_id).get(number)) {
            return self.id(&row.key());
        }
        let columns = self.model.entities().iter().flat_map(|entry| &entry.definition.columns);
        let node = columns.filter(|column| camel_case(column.name) == field).find_map(|column| column.references);
        GlobalId::new(node.unwrap_or("NowhereNode"), organization(0, MADE[number].0)).encode()
    }

    /// The key of the row that a field refers to: raw as a text, else global.
    fn key(&self, field: &str, scalar: Scalar, number: usize) -> Option<String> {
        let (entity, column) = self.column(field).filter(|(_, column)| *column > 0)?;
        let is_id = scalar == Scalar::Id;
        if !is_id && scalar != Scalar::String {
            return None;
        }
        let definition = &entity.columns[usize::from(column)];
        if let Some(tenant) = entity.tenants.iter().find(|tenant| tenant.column == column) {
            let id = self.tenant(tenant.level, number)?;
            return Some(definition.references.map_or(id.clone(), |node| GlobalId::new(node, id).encode()));
        }
        let belongs = |relation: &&RelationDef| {
            relation.kind == RelationKind::BelongsTo && relation.on.iter().any(|join| join.here == column)
        };
        if let Some(relation) = entity.relations.iter().find(belongs) {
            let rows = self.world.made(relation.target);
            let key = rows.get(number).or_else(|| rows.last())?.key();
            let node = self.model.nodes().find(|node| node.definition.entity == relation.target);
            return Some(match node {
                Some(node) if is_id => GlobalId::new(node.definition.name, key).encode(),
                _ => key,
            });
        }
        let some = "0061cce5-5000-4000-8000-00040000000f";
        definition.references.filter(|_| is_id).map(|node| GlobalId::new(node, some).encode())
    }
}

/// The columns that say which organization a row belongs to: those that hold its id, and the keys that lead to it.
fn says_whose(entity: &EntityDef) -> Vec<u16> {
    let keys = entity.related_scopes.iter().filter(|scope| scope.level.is_some()).flat_map(|scope| {
        let relation = scope.path.first().map(|relation| &entity.relations[usize::from(*relation)]);
        relation.into_iter().flat_map(|relation| relation.on.iter().map(|join| join.here))
    });
    entity.tenants.iter().map(|tenant| tenant.column).chain(keys).collect()
}
