//! The bridge to async-graphql: its type registry, filled at run time from a model. The only file that touches `registry`.
//!
//! async-graphql parses, validates and answers introspection with it; every operation is executed by `crate::execute`.

use std::{borrow::Cow, cell::RefCell, pin::Pin, sync::Arc};

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, ObjectType, OutputType, Positioned, Response, Schema, SchemaBuilder,
    ServerResult, SubscriptionType, Value,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute},
    indexmap::IndexMap,
    parser::types::Field,
    registry::{Deprecation, MetaEnumValue, MetaField, MetaInputValue, MetaType, Registry},
    resolver_utils::resolve_container,
};
use futures_util::Stream;

use super::{
    PAGE_INFO,
    aggregates::AggregateType,
    arguments::{self, SchemaArgument},
    connection_name, edge_name,
    inputs::{InputKind, InputTable},
    shapes::{self, Overlaps, Types},
};
use crate::{
    app::{
        Model, NodeEntry, OperationEntry,
        getters::{LookupField, root_fields},
    },
    name::camel_case,
    operation::{Audience, OperationDef, OutputDef, Root},
    output::{EnumDef, ObjectDef, TypeRef},
};

/// The schema type: our roots.
pub(crate) type LysSchema = Schema<Query, Mutation, Subscription>;

/// What the registry is built from; async-graphql builds types in static functions, so it waits here meanwhile.
struct Building {
    model: Arc<Model>,
    inputs: Arc<InputTable>,
}

thread_local! {
    static BUILDING: RefCell<Option<Building>> = const { RefCell::new(None) };
}

fn building<T>(read: impl FnOnce(&Building) -> T) -> T {
    BUILDING.with_borrow(|building| read(building.as_ref().expect("types are only made inside `build`")))
}

/// The schema of `model`.
pub(crate) fn build(model: &Arc<Model>, inputs: &Arc<InputTable>, introspection: bool, suggestions: bool) -> LysSchema {
    BUILDING.set(Some(Building { model: model.clone(), inputs: inputs.clone() }));
    let mut builder: SchemaBuilder<_, _, _> = Schema::build(Query, Mutation, Subscription).extension(ValidateOnly);
    if !model.nodes.is_empty() {
        // Types that no root leads to are dropped by now, and the interface is of those that are left.
        builder = builder.register_output_type::<NodeInterface>();
    }
    BUILDING.set(None);
    if !introspection {
        builder = builder.disable_introspection();
    }
    if !suggestions {
        builder = builder.disable_suggestions();
    }
    builder.finish()
}

/// Put into a request whose introspection fields are to be answered.
pub(crate) struct Introspect;

/// Stops after validation, unless the request asks for introspection.
struct ValidateOnly;

impl ExtensionFactory for ValidateOnly {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for ValidateOnly {
    async fn execute(&self, ctx: &ExtensionContext<'_>, operation: Option<&str>, next: NextExecute<'_>) -> Response {
        let conflict = ctx
            .data_opt::<Overlaps>()
            .and_then(|Overlaps(document)| shapes::conflict(document, &RegisteredTypes(&ctx.schema_env.registry)));
        if let Some(conflict) = conflict {
            return Response::from_errors(vec![conflict]);
        }
        if ctx.data_opt::<Introspect>().is_some() { next.run(ctx, operation).await } else { Response::new(Value::Null) }
    }
}

/// The registry, as the comparison of shapes asks it.
struct RegisteredTypes<'r>(&'r Registry);

impl<'r> Types<'r> for RegisteredTypes<'r> {
    fn field(&self, type_name: &str, field: &str) -> Option<&'r str> {
        self.0.types.get(type_name)?.field_by_name(field).map(|field| field.ty.as_str())
    }

    fn is_composite(&self, type_name: &str) -> bool {
        self.0.types.get(type_name).is_some_and(MetaType::is_composite)
    }
}

macro_rules! root {
    ($(#[$doc:meta])* $name:ident, $root:expr) => {
        $(#[$doc])*
        pub(crate) struct $name;

        impl OutputType for $name {
            fn type_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn create_type_info(registry: &mut Registry) -> String {
                building(|building| Filling { registry, building }.root($root));
                concat!(stringify!($name), "!").to_owned()
            }

            async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
                resolve_container(ctx, self).await
            }
        }

        impl ContainerType for $name {
            fn is_empty() -> bool {
                building(|building| {
                    $root == Root::Mutation && !building.model.operations().any(|entry| entry.definition.root == $root)
                })
            }

            /// Operations are executed by `crate::execute`; beside an introspection field they are null here.
            async fn resolve_field(&self, _: &Context<'_>) -> ServerResult<Option<Value>> {
                Ok(None)
            }
        }

        impl ObjectType for $name {}
    };
}

root!(
    /// The query root.
    Query, Root::Query
);
root!(
    /// The mutation root.
    Mutation, Root::Mutation
);

/// The subscription root; there is none without a subscription.
pub(crate) struct Subscription;

impl SubscriptionType for Subscription {
    fn type_name() -> Cow<'static, str> {
        "Subscription".into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        building(|building| Filling { registry, building }.root(Root::Subscription));
        "Subscription!".to_owned()
    }

    fn is_empty() -> bool {
        building(|building| !building.model.operations().any(|entry| entry.definition.root == Root::Subscription))
    }

    /// Never called: operations are executed by `crate::execute`.
    fn create_field_stream<'a>(
        &'a self,
        _: &'a Context<'_>,
    ) -> Option<Pin<Box<dyn Stream<Item = Response> + Send + 'a>>> {
        None
    }
}

/// The interface `Node` of all rows.
struct NodeInterface;

impl OutputType for NodeInterface {
    fn type_name() -> Cow<'static, str> {
        "Node".into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        building(|building| Filling { registry, building }.node_interface());
        "Node!".to_owned()
    }

    /// Never called: its fields are executed by `crate::execute`.
    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::Null)
    }
}

/// Fills the registry.
struct Filling<'r, 'b> {
    registry: &'r mut Registry,
    building: &'b Building,
}

impl Filling<'_, '_> {
    fn root(&mut self, root: Root) {
        if root == Root::Query {
            self.shared();
        }
        let model = &self.building.model;
        let mut fields: IndexMap<String, MetaField> = model
            .operations()
            .filter(|entry| entry.definition.root == root)
            .map(|entry| (entry.field.clone(), operation_field(entry, model)))
            .collect();
        if root == Root::Query && !model.getters.is_empty() {
            for LookupField { name, description, ty, argument } in root_fields() {
                fields.insert(name.to_owned(), field(name, description, &ty, &[argument]));
            }
        }
        if root == Root::Query && fields.is_empty() {
            fields.insert("ping".to_owned(), field("ping", "Answers `pong`.", &TypeRef::named("String"), &[]));
        }
        let name = match root {
            Root::Query => "Query",
            Root::Mutation => "Mutation",
            Root::Subscription => "Subscription",
        };
        let mut object = object(name, "", fields);
        if let MetaType::Object { is_subscription, .. } = &mut object {
            *is_subscription = root == Root::Subscription;
        }
        self.registry.types.insert(name.to_owned(), object);
    }

    /// Everything that the roots lead to.
    fn shared(&mut self) {
        self.scalars();
        let building = self.building;
        for (name, kind) in building.inputs.named() {
            self.input(name, kind);
        }
        for definition in building.model.outputs.enums.values() {
            self.enumeration(definition);
        }
        for definition in building.model.inputs.enums.values() {
            self.enumeration(definition);
        }
        for definition in building.model.outputs.objects.values() {
            self.plain_node(definition);
        }
        for node in building.model.nodes.values() {
            self.node(node);
            self.connection(node.definition.name);
        }
        self.page_info();
    }

    fn scalars(&mut self) {
        let descriptions = [
            ("DateTime", "ISO 8601 with microseconds and offset, e.g. `2026-03-31T10:15:30.123456+00:00`."),
            ("Date", "ISO 8601 day, e.g. `2026-03-31`."),
            ("JSON", "Any JSON value."),
        ];
        let upload = ("Upload", "A file of a multipart request.");
        let uploads = self.building.model.inputs.uploads.then_some(upload);
        for (name, description) in descriptions.into_iter().chain(uploads) {
            let scalar = MetaType::Scalar {
                name: name.to_owned(),
                description: Some(description.to_owned()),
                is_valid: None,
                visible: None,
                inaccessible: false,
                tags: Vec::new(),
                specified_by_url: None,
                directive_invocations: Vec::new(),
                requires_scopes: Vec::new(),
            };
            self.registry.types.insert(name.to_owned(), scalar);
        }
    }

    fn input(&mut self, name: &str, kind: &InputKind) {
        let (fields, one_of, description) = match kind {
            InputKind::Object { fields, one_of, description } => (fields, one_of, description),
            InputKind::Enum(values) => return self.choice(name, "", values.iter().map(|value| (&**value, ""))),
            InputKind::Scalar(_) => return,
        };
        let input_fields = fields
            .iter()
            .map(|(name, field)| (name.clone(), input_value(name, &field.description, &field.ty)))
            .collect();
        let input = MetaType::InputObject {
            name: name.to_owned(),
            description: text(description),
            input_fields,
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            rust_typename: None,
            oneof: *one_of,
            directive_invocations: Vec::new(),
        };
        self.registry.types.insert(name.to_owned(), input);
    }

    fn enumeration(&mut self, definition: &EnumDef) {
        let values = definition.values.iter().map(|value| (value.name, value.description));
        self.choice(definition.name, definition.description, values);
    }

    fn choice<'v>(&mut self, name: &str, description: &str, values: impl Iterator<Item = (&'v str, &'v str)>) {
        let enum_values = values.map(|(name, description)| {
            let meta = MetaEnumValue {
                name: name.to_owned(),
                description: text(description),
                deprecation: Deprecation::NoDeprecated,
                visible: None,
                inaccessible: false,
                tags: Vec::new(),
                directive_invocations: Vec::new(),
            };
            (name.to_owned(), meta)
        });
        let meta = MetaType::Enum {
            name: name.to_owned(),
            description: text(description),
            enum_values: enum_values.collect(),
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            rust_typename: None,
            directive_invocations: Vec::new(),
            requires_scopes: Vec::new(),
        };
        self.registry.types.insert(name.to_owned(), meta);
    }

    fn plain_node(&mut self, definition: &ObjectDef) {
        let fields = definition.fields.iter().map(|declared| {
            let name = camel_case(declared.name);
            (name.clone(), field(&name, declared.description, &declared.ty, &[]))
        });
        let meta = object(definition.name, definition.description, fields.collect());
        self.registry.types.insert(definition.name.to_owned(), meta);
    }

    fn node_interface(&mut self) {
        let id = field("id", "The global id.", &TypeRef::named("ID"), &[]);
        // A node that no operation leads to is not in the schema.
        let reachable = self.building.model.nodes.keys().filter(|name| self.registry.types.contains_key(**name));
        let possible_types = reachable.map(|name| (*name).to_owned()).collect();
        let meta = MetaType::Interface {
            name: "Node".to_owned(),
            description: Some("An object with a global id.".to_owned()),
            fields: std::iter::once(("id".to_owned(), id)).collect(),
            possible_types,
            extends: false,
            keys: None,
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            rust_typename: None,
            directive_invocations: Vec::new(),
            requires_scopes: Vec::new(),
        };
        self.registry.types.insert("Node".to_owned(), meta);
    }

    fn node(&mut self, entry: &NodeEntry) {
        let definition = &entry.definition;
        let fields = definition.fields.iter().map(|declared| {
            let name = camel_case(declared.name);
            let arguments = arguments::of_field(entry, declared, &self.building.model);
            let description = match (declared.description, &declared.access[..]) {
                (description, []) => description.to_owned(),
                ("", levels) => format!("ACCESS LEVELS: {}", levels.join(", ")),
                (description, levels) => format!("{description}\n\nACCESS LEVELS: {}", levels.join(", ")),
            };
            (name.clone(), field(&name, &description, &declared.ty, &arguments))
        });
        let meta = object(definition.name, definition.description, fields.collect());
        self.registry.types.insert(definition.name.to_owned(), meta);
        self.registry.add_implements(definition.name, "Node");
    }

    fn connection(&mut self, node: &str) {
        let page_info = field("pageInfo", "Where the page stands in the list.", &TypeRef::named(PAGE_INFO), &[]);
        let edges = TypeRef::list(TypeRef::named(edge_name(node)));
        let edges = field("edges", "The rows of the page.", &edges, &[]);
        let mut fields: IndexMap<_, _> =
            [("pageInfo".to_owned(), page_info), ("edges".to_owned(), edges)].into_iter().collect();
        self.aggregates(node, &mut fields);
        let name = connection_name(node);
        self.registry.types.insert(name.clone(), object(&name, &format!("A page of `{node}`."), fields));

        let cursor = field("cursor", "Opaque: only for `before` and `after`.", &TypeRef::named("String"), &[]);
        let row = field("node", "The row.", &TypeRef::named(node.to_owned()), &[]);
        let fields = [("cursor".to_owned(), cursor), ("node".to_owned(), row)].into_iter().collect();
        let name = edge_name(node);
        self.registry.types.insert(name.clone(), object(&name, &format!("A row of a page of `{node}`."), fields));
    }

    fn aggregates(&mut self, node: &str, fields: &mut IndexMap<String, MetaField>) {
        let Some(aggregates) = self.building.model.aggregates.get(node) else { return };
        for AggregateType { name, description, fields } in AggregateType::of_node(node, aggregates) {
            let fields = fields.iter().map(|(name, ty, description)| (name.clone(), field(name, description, ty, &[])));
            self.registry.types.insert(name.clone(), object(&name, &description, fields.collect()));
        }
        for (name, ty, description) in AggregateType::connection_fields(node, aggregates) {
            let arguments = arguments::of_aggregate(node, name);
            fields.insert(name.to_owned(), field(name, description, &ty, &arguments));
        }
    }

    fn page_info(&mut self) {
        let cursor = || TypeRef::named("String").optional();
        let fields = [
            ("hasNextPage", TypeRef::named("Boolean"), "Whether rows follow."),
            ("hasPreviousPage", TypeRef::named("Boolean"), "Whether rows precede."),
            ("startCursor", cursor(), "Cursor of the first row."),
            ("endCursor", cursor(), "Cursor of the last row."),
            ("totalCount", TypeRef::named("Int").optional(), "Rows of the whole list; counted only when selected."),
        ];
        let fields = fields.map(|(name, ty, description)| (name.to_owned(), field(name, description, &ty, &[])));
        self.registry
            .types
            .insert(PAGE_INFO.to_owned(), object(PAGE_INFO, "Where a page stands.", fields.into_iter().collect()));
    }
}

/// The type that an operation answers with.
pub(crate) fn output_type(operation: &OperationDef) -> TypeRef {
    match &operation.output {
        OutputDef::Node { node, .. } if operation.many => TypeRef::list(TypeRef::named(*node)),
        OutputDef::Node { node, nullable, .. } => {
            let ty = TypeRef::named(*node);
            if *nullable { ty.optional() } else { ty }
        }
        OutputDef::Connection { node, .. } => TypeRef::named(connection_name(node)),
        OutputDef::Success { .. } => TypeRef::named("SuccessNode"),
        OutputDef::Value { ty, .. } => ty.clone(),
    }
}

fn operation_field(entry: &OperationEntry, model: &Model) -> MetaField {
    let definition = &entry.definition;
    let description = match definition.description {
        "" => access_lines(&definition.audience),
        description => format!("{description}\n\n{}", access_lines(&definition.audience)),
    };
    field(&entry.field, &description, &output_type(definition), &arguments::of_operation(entry, model))
}

/// The two suffix lines of 10-core §7.4.
fn access_lines(audience: &Audience) -> String {
    let access = match (audience.public, audience.levels.as_slice()) {
        (Some(_), _) => "PUBLIC".to_owned(),
        (None, []) => "ONLY FOR SUPER USER".to_owned(),
        (None, levels) => format!("ACCESS LEVELS: {}", levels.join(", ")),
    };
    format!("{access}\n{}", if audience.licensed { "UNDER LICENCE" } else { "LICENCE FREE" })
}

fn text(description: &str) -> Option<String> {
    (!description.is_empty()).then(|| description.to_owned())
}

fn field(name: &str, description: &str, ty: &TypeRef, arguments: &[SchemaArgument]) -> MetaField {
    let args = arguments
        .iter()
        .map(|argument| (argument.name.clone(), input_value(&argument.name, &argument.description, &argument.ty)))
        .collect();
    MetaField {
        name: name.to_owned(),
        description: text(description),
        args,
        ty: ty.to_string(),
        deprecation: Deprecation::NoDeprecated,
        cache_control: async_graphql::CacheControl::default(),
        external: false,
        requires: None,
        provides: None,
        visible: None,
        shareable: false,
        inaccessible: false,
        tags: Vec::new(),
        override_from: None,
        compute_complexity: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

fn input_value(name: &str, description: &str, ty: &TypeRef) -> MetaInputValue {
    MetaInputValue {
        name: name.to_owned(),
        description: text(description),
        ty: ty.to_string(),
        deprecation: Deprecation::NoDeprecated,
        default_value: None,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        is_secret: false,
        directive_invocations: Vec::new(),
    }
}

fn object(name: &str, description: &str, fields: IndexMap<String, MetaField>) -> MetaType {
    MetaType::Object {
        name: name.to_owned(),
        description: text(description),
        fields,
        cache_control: async_graphql::CacheControl::default(),
        extends: false,
        shareable: false,
        resolvable: true,
        keys: None,
        visible: None,
        inaccessible: false,
        interface_object: false,
        tags: Vec::new(),
        is_subscription: false,
        rust_typename: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}
