//! Valid documents from a tape of random bytes: what the tape says first stays when its end is cut off.

mod arguments;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    hash::{DefaultHasher, Hash, Hasher},
};

use lys::{
    app::{NodeEntry, OperationEntry},
    name::camel_case,
    node::{NodeFieldDef, NodeFieldKind},
    operation::{OperationKind, OutputDef, Root},
    output::{ObjectDef, OutputTypes, TypeRef},
};
use serde_json::{Map, Value};

use super::{
    viewer::Viewer,
    world::{Place, World},
};

/// Operations that the interpreter knows, beside getters and connections.
const FIELDS: [&str; 9] =
    ["find_animal", "the_animal", "shapes", "maybe_shapes", "double", "fail", "fail_softly", "motto", "ticket_price"];

pub struct Generated {
    pub query: String,
    pub variables: Map<String, Value>,
}

pub struct Generator<'w> {
    world: &'w World<'w>,
    viewer: &'w Viewer,
    tape: std::vec::IntoIter<u8>,
    /// Name, type and text of finished fragments.
    fragments: Vec<(String, String, String)>,
    /// Type and value of variables.
    used: BTreeMap<String, (String, Option<Value>)>,
    ints: u8,
    /// Cursors of earlier answers.
    known: &'w BTreeMap<String, Place>,
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

/// A field with what its arguments and value are.
type Choice<'w> = (String, Arguments<'w>, Option<Shape<'w>>);

impl<'w> Generator<'w> {
    /// A document that goes on from answers with these cursors.
    pub fn generate(
        world: &'w World<'w>,
        viewer: &'w Viewer,
        known: &'w BTreeMap<String, Place>,
        tape: Vec<u8>,
    ) -> Generated {
        let (fragments, used) = (Vec::new(), BTreeMap::new());
        let mut generator = Self { world, viewer, tape: tape.into_iter(), fragments, used, ints: 0, known };
        generator.ints = generator.below(14);
        let selection = generator.selection(&Shape::Query, 4);
        let declared: Vec<String> = generator.used.iter().map(|(name, (ty, _))| format!("${name}: {ty}")).collect();
        let mut query =
            if declared.is_empty() { selection } else { format!("query Q({}) {selection}", declared.join(", ")) };
        for (name, on, text) in &generator.fragments {
            write!(query, "\nfragment {name} on {on} {text}").unwrap();
        }
        let given = |(name, (_, value)): (String, (String, Option<Value>))| Some((name, value?));
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
        let variable = match condition {
            "$yes" => Some(("Boolean!", Some(true.into()))),
            "$no" => Some(("Boolean!", Some(false.into()))),
            "$perhaps" => Some(("Boolean = true", None)),
            _ => None,
        };
        if let Some((ty, value)) = variable {
            self.used.insert(condition[1..].to_owned(), (ty.to_owned(), value));
        }
        let name = if self.one_in(2) { "skip" } else { "include" };
        format!(" @{name}(if: {condition})")
    }

    /// Root fields that are refused are asked for now and then.
    fn root(&mut self) -> Choice<'w> {
        let mut roots = self.roots();
        if !self.one_in(40) {
            let viewer = self.viewer;
            roots.retain(|(_, arguments, _)| match arguments {
                Arguments::Of(operation) => viewer.sees(operation).is_ok(),
                _ => true,
            });
        }
        self.pick(&roots)
    }

    /// One field: equal keys have equal fields and arguments, so that all of them may be merged.
    fn field(&mut self, shape: &Shape<'w>, depth: u8) -> String {
        let (name, arguments, below) = match shape {
            Shape::Query => self.root(),
            _ => self.pick(&self.choices(shape, depth)),
        };
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
    fn choices(&self, shape: &Shape<'w>, depth: u8) -> Vec<Choice<'w>> {
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

    fn roots(&self) -> Vec<Choice<'w>> {
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
