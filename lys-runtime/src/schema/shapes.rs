//! Response shapes: what is selected under one key of rows of different types must look alike (`SameResponseShape` and
//! `FieldsInSetCanMerge` of GraphQL spec §5.3.2). async-graphql compares fields of one type only, which is all that there is without
//! a field whose type is an interface; `node` and `nodes` are such fields.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_graphql::{
    Positioned, ServerError,
    parser::types::{ExecutableDocument, Field, OperationType, Selection, SelectionSet},
};

use crate::app::getters::{NODE, NODES};

/// Put into a request whose document selects on rows of any type.
pub(crate) struct Overlaps(pub(crate) Arc<ExecutableDocument>);

/// What the comparison asks of a schema.
pub(super) trait Types<'d> {
    /// The type of a field, as SDL writes it.
    fn field(&self, type_name: &str, field: &str) -> Option<&'d str>;

    /// Whether a type has fields.
    fn is_composite(&self, type_name: &str) -> bool;
}

/// A field, and the type that it is selected on.
type Entry<'d> = (&'d str, &'d Positioned<Field>);

/// The selections of all `node` and `nodes` in the query roots of a document.
pub(crate) fn lookups(document: &ExecutableDocument) -> Vec<&SelectionSet> {
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    let queries = document.operations.iter().filter(|(_, operation)| operation.node.ty == OperationType::Query);
    let mut open: Vec<&SelectionSet> = queries.map(|(_, operation)| &operation.node.selection_set.node).collect();
    while let Some(set) = open.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    if [NODE, NODES].contains(&field.node.name.node.as_str()) {
                        found.push(&field.node.selection_set.node);
                    }
                }
                Selection::InlineFragment(fragment) => open.push(&fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = document.fragments.get(name).filter(|_| seen.insert(name)) {
                        open.push(&fragment.node.selection_set.node);
                    }
                }
            }
        }
    }
    found
}

/// The first conflict of a document that is valid otherwise.
pub(super) fn conflict<'d>(document: &'d ExecutableDocument, types: &dyn Types<'d>) -> Option<ServerError> {
    let comparison = Comparison { document, types };
    lookups(document).into_iter().find_map(|set| comparison.compare(&[("Node", set)]))
}

struct Comparison<'d, 't> {
    document: &'d ExecutableDocument,
    types: &'t dyn Types<'d>,
}

impl<'d> Comparison<'d, '_> {
    fn compare(&self, sets: &[(&'d str, &'d SelectionSet)]) -> Option<ServerError> {
        let mut keys: Vec<&str> = Vec::new();
        let mut entries: HashMap<&str, Vec<Entry<'d>>> = HashMap::new();
        for (on, set) in sets {
            self.collect(on, set, &mut keys, &mut entries);
        }
        keys.iter().find_map(|key| self.compare_entries(key, &entries[key]))
    }

    fn collect(
        &self,
        on: &'d str,
        set: &'d SelectionSet,
        keys: &mut Vec<&'d str>,
        entries: &mut HashMap<&'d str, Vec<Entry<'d>>>,
    ) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let key = field.node.response_key().node.as_str();
                    let known = entries.entry(key).or_default();
                    if known.is_empty() {
                        keys.push(key);
                    }
                    known.push((on, field));
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let on = condition.map_or(on, |condition| condition.node.on.node.as_str());
                    self.collect(on, &fragment.node.selection_set.node, keys, entries);
                }
                Selection::FragmentSpread(spread) => {
                    let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) else { continue };
                    let on = fragment.node.type_condition.node.on.node.as_str();
                    self.collect(on, &fragment.node.selection_set.node, keys, entries);
                }
            }
        }
    }

    fn compare_entries(&self, key: &str, entries: &[Entry<'d>]) -> Option<ServerError> {
        let first = *entries.first()?;
        let ty = self.type_of(first)?;
        let mut of_type: HashMap<&str, Entry<'d>> = HashMap::new();
        for entry in entries {
            let other = self.type_of(*entry)?;
            if !self.is_alike(ty, other) {
                let reason = format!("they return conflicting types \"{ty}\" and \"{other}\"");
                return Some(conflicting(key, &reason, [first, *entry]));
            }
            of_type.entry(entry.0).or_insert(*entry);
        }
        // A row is of one type and of the interface, so fields of both are the same one.
        let of_interface = of_type.get("Node").copied();
        for entry in entries {
            let meets = [of_type.get(entry.0).copied(), of_interface];
            if let Some(other) = meets.into_iter().flatten().find(|other| !is_same(&other.1.node, &entry.1.node)) {
                let reason = "they are different fields or have differing arguments";
                return Some(conflicting(key, reason, [other, *entry]));
            }
        }
        let below = entries.iter().filter_map(|entry| {
            let set = &entry.1.node.selection_set.node;
            if set.items.is_empty() { None } else { Some((inner(self.type_of(*entry)?), set)) }
        });
        let below: Vec<_> = below.collect();
        if below.len() < 2 { None } else { self.compare(&below) }
    }

    fn type_of(&self, (on, field): Entry<'d>) -> Option<&'d str> {
        match field.node.name.node.as_str() {
            "__typename" => Some("String!"),
            name => self.types.field(on, name),
        }
    }

    /// Whether values of both types look alike: the same lists and nulls, and the same scalar or enum inside, or objects.
    fn is_alike(&self, one: &str, other: &str) -> bool {
        let (name, other_name) = (inner(one), inner(other));
        let is_wrapped_alike = one.replace(name, "") == other.replace(other_name, "");
        let is_object = |name| self.types.is_composite(name);
        is_wrapped_alike && (name == other_name || (is_object(name) && is_object(other_name)))
    }
}

/// The name in a type: `ReviewNode` of `[ReviewNode!]!`.
fn inner(ty: &str) -> &str {
    ty.trim_matches(['[', ']', '!'])
}

fn is_same(one: &Field, other: &Field) -> bool {
    one.name.node == other.name.node
        && one.arguments.len() == other.arguments.len()
        && one
            .arguments
            .iter()
            .all(|(name, value)| other.get_argument(&name.node).is_some_and(|other| other.node == value.node))
}

fn conflicting(key: &str, reason: &str, fields: [Entry<'_>; 2]) -> ServerError {
    let text =
        format!("Fields \"{key}\" conflict because {reason}. Use different aliases on the fields to fetch both.");
    let mut error = ServerError::new(text, None);
    error.locations = fields.map(|(_, field)| field.pos).to_vec();
    error
}
