//! Valid documents from a tape of random bytes: what the tape says first stays when its end is cut off.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    hash::{DefaultHasher, Hash, Hasher},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lys::{
    app::{NodeEntry, OperationEntry},
    name::camel_case,
    node::{NodeFieldDef, NodeFieldKind},
    operation::{OperationKind, OutputDef, Root},
    output::{ObjectDef, OutputTypes, TypeRef},
};
use serde_json::{Map, Value};

use super::world::World;

/// Operations that the interpreter knows, beside getters and connections.
const FIELDS: [&str; 9] =
    ["find_animal", "the_animal", "shapes", "maybe_shapes", "double", "fail", "fail_softly", "motto", "ticket_price"];

pub struct Generated {
    pub query: String,
    pub variables: Map<String, Value>,
}

pub struct Generator<'w> {
    world: &'w World<'w>,
    tape: std::vec::IntoIter<u8>,
    /// Name, type and text of finished fragments.
    fragments: Vec<(String, String, String)>,
    used: BTreeMap<&'static str, (&'static str, Option<Value>)>,
    ints: u8,
}

/// A type with fields.
#[derive(Clone)]
enum Shape<'w> {
    Query,
    Node(&'w NodeEntry),
    Connection(&'w NodeEntry),
    Edge(&'w NodeEntry),
    PageInfo,
    Plain(ObjectDef, OutputTypes),
}

impl Shape<'_> {
    fn name(&self) -> String {
        match self {
            Self::Query => "Query".to_owned(),
            Self::Node(node) => node.definition.name.to_owned(),
            Self::Connection(node) => format!("{}ListConnection", node.definition.name),
            Self::Edge(node) => format!("{}Edge", node.definition.name),
            Self::PageInfo => "LysPageInfo".to_owned(),
            Self::Plain(object, _) => object.name.to_owned(),
        }
    }
}

impl<'w> Generator<'w> {
    pub fn generate(world: &'w World<'w>, tape: Vec<u8>) -> Generated {
        let mut generator =
            Self { world, tape: tape.into_iter(), fragments: Vec::new(), used: BTreeMap::new(), ints: 0 };
        generator.ints = generator.below(14);
        let selection = generator.selection(&Shape::Query, 4);
        let declared: Vec<String> = generator.used.iter().map(|(name, (ty, _))| format!("${name}: {ty}")).collect();
        let mut query =
            if declared.is_empty() { selection } else { format!("query Q({}) {selection}", declared.join(", ")) };
        for (name, on, text) in &generator.fragments {
            write!(query, "\nfragment {name} on {on} {text}").unwrap();
        }
        let given = |(name, (_, value)): (&str, (&str, Option<Value>))| Some((name.to_owned(), value?));
        let variables = generator.used.into_iter().filter_map(given).collect();
        Generated { query, variables }
    }

    /// A number below `most`; 0 at the end of the tape.
    fn below(&mut self, most: u8) -> u8 {
        self.tape.next().unwrap_or_default() % most
    }

    fn one_in(&mut self, times: u8) -> bool {
        self.below(times) == times - 1
    }

    fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        let most = u8::try_from(items.len().min(255)).unwrap();
        items[usize::from(self.below(most))].clone()
    }

    /// `{ … }` on a type; `depth` more levels may follow.
    fn selection(&mut self, shape: &Shape<'w>, depth: u8) -> String {
        let mut items = vec![self.field(shape, depth)];
        let most = if matches!(shape, Shape::Query) { 3 } else { 5 };
        for _ in 0..self.below(most) {
            let item = match self.below(12) {
                0 => "__typename".to_owned(),
                1 => format!("alias: __typename{}", self.directive()),
                2 => format!("... on {}{} {}", shape.name(), self.directive(), self.selection(shape, depth)),
                3 => format!("...{} {}", self.directive(), self.selection(shape, depth)),
                4 => self.spread(shape, depth),
                5 if matches!(shape, Shape::Node(_)) => "... on Node { id same: id __typename }".to_owned(),
                _ => self.field(shape, depth),
            };
            items.push(item);
        }
        format!("{{ {} }}", items.join(" "))
    }

    fn spread(&mut self, shape: &Shape<'w>, depth: u8) -> String {
        let on = shape.name();
        let known: Vec<String> =
            self.fragments.iter().filter(|(_, known, _)| *known == on).map(|(name, _, _)| name.clone()).collect();
        let name = if !known.is_empty() && self.one_in(2) {
            self.pick(&known)
        } else {
            let text = self.selection(shape, depth.saturating_sub(1));
            let name = format!("F{}", self.fragments.len());
            self.fragments.push((name.clone(), on, text));
            name
        };
        format!("...{name}{}", self.directive())
    }

    fn directive(&mut self) -> String {
        let condition = match self.below(24) {
            0 => "true",
            1 => "false",
            2 => "$yes",
            3 => "$no",
            4 => "$perhaps",
            _ => return String::new(),
        };
        match condition {
            "$yes" => drop(self.used.insert("yes", ("Boolean!", Some(true.into())))),
            "$no" => drop(self.used.insert("no", ("Boolean!", Some(false.into())))),
            "$perhaps" => drop(self.used.insert("perhaps", ("Boolean = true", None))),
            _ => {}
        }
        let name = if self.one_in(2) { "skip" } else { "include" };
        format!(" @{name}(if: {condition})")
    }

    /// One field: equal keys have equal fields and arguments, so that all of them may be merged.
    fn field(&mut self, shape: &Shape<'w>, depth: u8) -> String {
        let choices = self.choices(shape, depth);
        let (name, arguments, below) = self.pick(&choices);
        let arguments = self.arguments(&arguments);
        let alias = match (arguments.is_empty(), self.one_in(4)) {
            (true, false) => String::new(),
            (true, true) => format!("x_{name}: "),
            (false, _) => {
                let mut hasher = DefaultHasher::new();
                arguments.hash(&mut hasher);
                format!("{name}_{:x}: ", hasher.finish() >> 40)
            }
        };
        let directive = self.directive();
        let below =
            below.map_or(String::new(), |shape| format!(" {}", self.selection(&shape, depth.saturating_sub(1))));
        format!("{alias}{name}{arguments}{directive}{below}")
    }

    /// Fields of a type with what their arguments and values are.
    fn choices(&self, shape: &Shape<'w>, depth: u8) -> Vec<(String, Arguments<'w>, Option<Shape<'w>>)> {
        let leaf = |name: &str| (name.to_owned(), Arguments::None, None);
        match shape {
            Shape::Query => self.roots(),
            Shape::Connection(node) => vec![
                ("edges".to_owned(), Arguments::None, Some(Shape::Edge(node))),
                ("edges".to_owned(), Arguments::None, Some(Shape::Edge(node))),
                ("pageInfo".to_owned(), Arguments::None, Some(Shape::PageInfo)),
            ],
            Shape::Edge(node) => {
                vec![("node".to_owned(), Arguments::None, Some(Shape::Node(node))), leaf("cursor")]
            }
            Shape::PageInfo => {
                ["hasNextPage", "hasPreviousPage", "startCursor", "endCursor", "totalCount"].map(leaf).into()
            }
            Shape::Plain(object, types) => object
                .fields
                .iter()
                .map(|field| (camel_case(field.name), Arguments::None, plain(&field.ty, types)))
                .collect(),
            Shape::Node(node) => node
                .definition
                .fields
                .iter()
                .filter(|field| {
                    depth > 0 || matches!(field.kind, NodeFieldKind::Column { .. } | NodeFieldKind::Computed { .. })
                })
                .map(|field| {
                    let below = match &field.kind {
                        NodeFieldKind::Column { .. } => None,
                        NodeFieldKind::ToOne { node, .. } | NodeFieldKind::ToMany { node, .. } => {
                            Some(Shape::Node(self.world.node(node)))
                        }
                        NodeFieldKind::Connection { node, .. } => Some(Shape::Connection(self.world.node(node))),
                        NodeFieldKind::Computed { .. } => {
                            let mut types = OutputTypes::default();
                            (field.declare_output)(&mut types);
                            plain(&field.ty, &types)
                        }
                    };
                    let arguments = match field.name {
                        _ if matches!(field.kind, NodeFieldKind::Connection { .. }) => Arguments::OfRelation(field),
                        "rank" => Arguments::Plus { required: false },
                        "soft_rank" => Arguments::Plus { required: true },
                        _ => Arguments::None,
                    };
                    (camel_case(field.name), arguments, below)
                })
                .collect(),
        }
    }

    fn roots(&self) -> Vec<(String, Arguments<'w>, Option<Shape<'w>>)> {
        let operations = self.world.project.engine().model().operations();
        let known = |operation: &&OperationEntry| {
            operation.definition.root == Root::Query
                && (operation.definition.kind != OperationKind::Field || FIELDS.contains(&operation.definition.name))
        };
        let mut roots = Vec::new();
        for operation in operations.filter(known) {
            let (below, often) = match &operation.definition.output {
                OutputDef::Node { node, .. } => (Some(Shape::Node(self.world.node(node))), 3),
                OutputDef::Connection { node, .. } => (Some(Shape::Connection(self.world.node(node))), 8),
                OutputDef::Value { ty, declare } => {
                    let mut types = OutputTypes::default();
                    declare(&mut types);
                    (plain(ty, &types), 1)
                }
                OutputDef::Success { .. } => continue,
            };
            for _ in 0..often {
                roots.push((operation.field.clone(), Arguments::Of(operation), below.clone()));
            }
        }
        roots
    }

    fn arguments(&mut self, arguments: &Arguments<'w>) -> String {
        let given = match arguments {
            Arguments::Plus { required } if *required || !self.one_in(3) => vec![format!("plus: {}", self.int())],
            Arguments::None | Arguments::Plus { .. } => Vec::new(),
            Arguments::Of(operation) => self.of_operation(operation),
            Arguments::OfRelation(field) => self.of_relation(field),
        };
        if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) }
    }

    fn int(&mut self) -> String {
        match self.below(3) {
            0 => {
                self.used.insert("int", ("Int!", Some(self.ints.into())));
                "$int".to_owned()
            }
            _ => self.below(15).to_string(),
        }
    }

    fn of_operation(&mut self, operation: &OperationEntry) -> Vec<String> {
        let mut given = Vec::new();
        match (operation.definition.kind, operation.definition.name) {
            (OperationKind::Getter, _) => {
                let OutputDef::Node { node, .. } = &operation.definition.output else { return given };
                let table = self.world.entity(self.world.node(node)).table;
                let ids: Vec<Value> = self.world.rows(table).iter().map(|row| row["id"].clone()).collect();
                let id = self.pick(&ids);
                let node = if self.one_in(12) { "OtherNode" } else { node };
                given.push(format!("id: \"{}\"", STANDARD.encode(format!("{node}:{}", id.as_str().unwrap()))));
            }
            (OperationKind::Connection, name) => {
                match name {
                    "all_readings" if self.one_in(4) => given.push("good: true".to_owned()),
                    "all_products" if self.one_in(3) => given.push("search: \"T\"".to_owned()),
                    "all_products" if self.one_in(3) => given.push("categoryId: \"HOME\"".to_owned()),
                    _ => {}
                }
                self.paging(operation, &mut given);
            }
            (_, "find_animal" | "the_animal") => {
                let names = ["Leo", "Nala", "Kaa", "Sid", "Zazu", "Kion", "Leo", "Kion", "Sid", "Nobody"];
                given.push(format!("name: \"{}\"", self.pick(&names)));
            }
            (_, "double") => given.push(format!("number: {}", self.int())),
            (_, "ticket_price") => given.push(format!("legs: {}", self.int())),
            (_, "maybe_shapes") if self.one_in(2) => given.push(format!("upTo: {}", self.below(5))),
            (_, "fail_softly") if self.one_in(2) => given.push("word: \"w\"".to_owned()),
            _ => {}
        }
        given
    }

    /// Arguments of a relation's connection. Its cursors are places in the order, and now and then in another one.
    fn of_relation(&mut self, field: &NodeFieldDef) -> Vec<String> {
        let orders = self.world.orders(field);
        let (argument, order) = if self.one_in(2) { self.pick(&orders) } else { orders[0].clone() };
        let mut given: Vec<String> = Vec::new();
        given.extend(argument.strip_prefix('(').and_then(|it| it.strip_suffix(')')).map(str::to_owned));
        self.sizes(&mut given);
        let NodeFieldKind::Connection { node, .. } = &field.kind else { return given };
        let table = self.world.entity(self.world.node(node)).table;
        for name in ["after", "before"] {
            if !self.one_in(4) {
                continue;
            }
            let other = self.one_in(20);
            let known =
                self.world.places.iter().filter(|(_, place)| other || place.table == table && place.order == order);
            let known: Vec<&String> = known.map(|(cursor, _)| cursor).collect();
            if !known.is_empty() {
                given.push(format!("{name}: \"{}\"", self.pick(&known)));
            }
        }
        given
    }

    fn sizes(&mut self, given: &mut Vec<String>) {
        for name in ["first", "last", "limit"] {
            if self.one_in(3) {
                given.push(format!("{name}: {}", self.int()));
            }
        }
    }

    fn paging(&mut self, operation: &OperationEntry, given: &mut Vec<String>) {
        if let OutputDef::Connection { order_by, .. } = &operation.definition.output
            && self.one_in(2)
        {
            let keys = order_by.as_ref().map_or(vec!["created_at"], |keys| keys.iter().map(|key| key.name).collect());
            let key = camel_case(self.pick(&keys));
            given.push(format!("orderBy: {{ {key}: {} }}", self.one_in(2)));
        }
        self.sizes(given);
        for name in ["after", "before"] {
            if self.one_in(4) {
                let most = if self.one_in(4) { 70 } else { 12 };
                let at = self.below(most);
                given.push(format!("{name}: \"{}\"", STANDARD.encode(format!("arrayconnection:{at}"))));
            }
        }
    }
}

/// What a field's arguments are made of.
#[derive(Clone)]
enum Arguments<'w> {
    None,
    Plus { required: bool },
    Of(&'w OperationEntry),
    OfRelation(&'w NodeFieldDef),
}

fn plain<'w>(ty: &TypeRef, types: &OutputTypes) -> Option<Shape<'w>> {
    types.objects.get(ty.name()).map(|object| Shape::Plain(object.clone(), types.clone()))
}
