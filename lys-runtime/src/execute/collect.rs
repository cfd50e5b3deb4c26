//! Field collection: fragments expanded, `@skip` and `@include` applied, equal response keys merged (GraphQL spec §6.3.2).

use async_graphql::{
    Name, Positioned,
    parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet},
};
use async_graphql_value::{Value, indexmap::IndexMap};

use super::{
    coerce::Variables,
    failure::{VALIDATION_FAILED, document_error},
};

/// The document and the truth values of the variables that its `@skip` and `@include` mention.
#[derive(Clone, Copy)]
pub(crate) struct Source<'d> {
    pub(crate) document: &'d ExecutableDocument,
    pub(crate) switches: &'d Switches,
}

/// Variables that decide on the shape of the plan, with their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Switches(pub(crate) Vec<(Box<str>, bool)>);

impl Switches {
    /// The values that `variables` give to `names`. Validation has made sure that they are non-null booleans.
    pub(crate) fn of(names: &[Box<str>], variables: &Variables) -> Self {
        let value = |name: &str| matches!(variables.get(name), Some(async_graphql_value::ConstValue::Boolean(true)));
        Self(names.iter().map(|name| (name.clone(), value(name))).collect())
    }

    fn get(&self, name: &str) -> bool {
        self.0.iter().any(|(known, value)| &**known == name && *value)
    }
}

/// The fields that share a response key.
pub(crate) struct Collected<'d> {
    pub(crate) first: &'d Positioned<Field>,
    pub(crate) sets: Vec<&'d SelectionSet>,
}

impl<'d> Collected<'d> {
    /// The field's name in its type.
    pub(crate) fn name(&self) -> &'d str {
        self.first.node.name.node.as_str()
    }
}

/// Collected fields by response key, in order of first appearance.
pub(crate) type Fields<'d> = IndexMap<&'d str, Collected<'d>>;

/// Collects the fields of `sets` on a type; `is_a` tells whether a type condition holds for it.
pub(crate) fn collect<'d>(
    source: Source<'d>,
    sets: &[&'d SelectionSet],
    is_a: &dyn Fn(&str) -> bool,
) -> Result<Fields<'d>, serde_json::Value> {
    let mut fields = Fields::new();
    for set in sets {
        collect_set(source, set, is_a, &mut fields)?;
    }
    Ok(fields)
}

fn collect_set<'d>(
    source: Source<'d>,
    set: &'d SelectionSet,
    is_a: &dyn Fn(&str) -> bool,
    fields: &mut Fields<'d>,
) -> Result<(), serde_json::Value> {
    for selection in &set.items {
        if !is_included(selection.node.directives(), source.switches) {
            continue;
        }
        match &selection.node {
            Selection::Field(field) => add(field, fields)?,
            Selection::InlineFragment(fragment) => {
                let condition = fragment.node.type_condition.as_ref();
                if condition.is_none_or(|condition| is_a(&condition.node.on.node)) {
                    collect_set(source, &fragment.node.selection_set.node, is_a, fields)?;
                }
            }
            Selection::FragmentSpread(spread) => {
                let Some(fragment) = source.document.fragments.get(&spread.node.fragment_name.node) else {
                    continue;
                };
                if is_a(&fragment.node.type_condition.node.on.node) {
                    collect_set(source, &fragment.node.selection_set.node, is_a, fields)?;
                }
            }
        }
    }
    Ok(())
}

/// Adds a field, or merges it into one of the same key. Validation compares only neighbours, so differences are refused here.
fn add<'d>(field: &'d Positioned<Field>, fields: &mut Fields<'d>) -> Result<(), serde_json::Value> {
    let key = field.node.response_key().node.as_str();
    match fields.get_mut(key) {
        Some(known) => {
            let first = &known.first.node;
            if first.name.node != field.node.name.node || !same_arguments(&first.arguments, &field.node.arguments) {
                let text = format!(
                    "Fields \"{key}\" conflict: they are different fields or have differing arguments. Use different aliases to fetch both."
                );
                return Err(document_error(VALIDATION_FAILED, &text, &[known.first.pos, field.pos]));
            }
            known.sets.push(&field.node.selection_set.node);
        }
        None => {
            fields.insert(key, Collected { first: field, sets: vec![&field.node.selection_set.node] });
        }
    }
    Ok(())
}

fn same_arguments(
    left: &[(Positioned<Name>, Positioned<Value>)],
    right: &[(Positioned<Name>, Positioned<Value>)],
) -> bool {
    left.len() == right.len()
        && left.iter().all(|(name, value)| {
            right.iter().any(|(other, other_value)| other.node == name.node && other_value.node == value.node)
        })
}

fn is_included(directives: &[Positioned<Directive>], switches: &Switches) -> bool {
    directives.iter().all(|directive| {
        let Some(condition) = directive.node.get_argument("if") else {
            return true;
        };
        let holds = match &condition.node {
            Value::Boolean(value) => *value,
            Value::Variable(name) => switches.get(name),
            _ => false,
        };
        match directive.node.name.node.as_str() {
            "skip" => !holds,
            "include" => holds,
            _ => true,
        }
    })
}

/// Names of the variables that `@skip` and `@include` mention anywhere in the document.
pub(crate) fn switch_names(document: &ExecutableDocument) -> Vec<Box<str>> {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    let mut names = Vec::new();
    for set in operations.chain(fragments) {
        switches_in(set, &mut names);
    }
    names.sort_unstable();
    names.dedup();
    names
}

fn switches_in(set: &SelectionSet, names: &mut Vec<Box<str>>) {
    for selection in &set.items {
        for directive in selection.node.directives() {
            if let Some(Value::Variable(name)) = directive.node.get_argument("if").map(|value| &value.node) {
                names.push(name.as_str().into());
            }
        }
        match &selection.node {
            Selection::Field(field) => switches_in(&field.node.selection_set.node, names),
            Selection::InlineFragment(fragment) => switches_in(&fragment.node.selection_set.node, names),
            Selection::FragmentSpread(_) => {}
        }
    }
}
