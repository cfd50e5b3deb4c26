//! A subscription has exactly one root field, and nothing decides at work whether it has (GraphQL spec §5.2.4.1). async-graphql does not
//! check it. The texts are those of graphql-js.

use std::collections::HashSet;

use async_graphql::{
    Pos, Positioned,
    parser::types::{Directive, ExecutableDocument, OperationType, Selection, SelectionSet},
};
use serde_json::Value as Json;

use super::failure::{VALIDATION_FAILED, document_error};

/// What the root fields of a subscription are.
#[derive(Default)]
struct Found<'d> {
    /// Response key, name and place of each.
    fields: Vec<(&'d str, &'d str, Pos)>,
    /// Places of `@skip` and `@include`.
    switches: Vec<Pos>,
    /// Fragments that have been looked at.
    seen: HashSet<&'d str>,
}

/// Checks every subscription of a validated document.
pub(crate) fn check(document: &ExecutableDocument) -> Result<(), Vec<Json>> {
    let mut errors = Vec::new();
    for (name, operation) in document.operations.iter() {
        if operation.node.ty != OperationType::Subscription {
            continue;
        }
        let who = name.map_or_else(|| "Anonymous Subscription".to_owned(), |name| format!("Subscription \"{name}\""));
        let mut found = Found::default();
        found.look(document, &operation.node.selection_set.node);
        let mut add = |text: &str, at: &[Pos]| {
            errors.push(document_error(VALIDATION_FAILED, &format!("{who} {text}"), at));
        };
        if !found.switches.is_empty() {
            add("must not use `@skip` or `@include` directives in the top level selection.", &found.switches);
        }
        let key = found.fields.first().map(|(key, ..)| *key);
        let others: Vec<Pos> =
            found.fields.iter().filter(|(other, ..)| Some(*other) != key).map(|(.., at)| *at).collect();
        if !others.is_empty() {
            add("must select only one top level field.", &others);
        }
        let introspection: Vec<Pos> =
            found.fields.iter().filter(|(_, name, _)| name.starts_with("__")).map(|(.., at)| *at).collect();
        if !introspection.is_empty() {
            add("must not select an introspection top level field.", &introspection);
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

impl<'d> Found<'d> {
    fn look(&mut self, document: &'d ExecutableDocument, set: &'d SelectionSet) {
        for selection in &set.items {
            self.switches.extend(switches(selection.node.directives()));
            match &selection.node {
                Selection::Field(field) => {
                    let (key, name) = (field.node.response_key().node.as_str(), field.node.name.node.as_str());
                    self.fields.push((key, name, field.pos));
                }
                Selection::InlineFragment(fragment) => self.look(document, &fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    if let Some(fragment) = document.fragments.get(name)
                        && self.seen.insert(name)
                    {
                        self.look(document, &fragment.node.selection_set.node);
                    }
                }
            }
        }
    }
}

fn switches(directives: &[Positioned<Directive>]) -> impl Iterator<Item = Pos> {
    let decides = |directive: &&Positioned<Directive>| matches!(directive.node.name.node.as_str(), "skip" | "include");
    directives.iter().filter(decides).map(|directive| directive.pos)
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn told(document: &str) -> Vec<String> {
        let document = parse_query(document).expect("a document");
        let errors = check(&document).err().unwrap_or_default();
        errors.iter().map(|error| error["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn one_root_field_is_all() {
        for document in [
            "subscription { a { b c } }",
            "subscription S { x: a { b } x: a { c } }",
            "subscription { ...F ...F } fragment F on Subscription { a { b } }",
            "subscription S { a { b @skip(if: true) } } query Q { b c }",
        ] {
            assert_eq!(told(document), Vec::<String>::new(), "{document}");
        }
        let one = "Anonymous Subscription must select only one top level field.";
        assert_eq!(told("subscription { a b }"), [one]);
        assert_eq!(told("subscription { a x: a }"), [one]);
        assert_eq!(told("subscription { a ... { ...F } } fragment F on Subscription { b }"), [one]);
        let named = "Subscription \"S\" must select only one top level field.";
        assert_eq!(told("query Q { a } subscription S { a b }"), [named]);
    }

    #[test]
    fn introspection_and_switches_are_refused() {
        let introspection = "Anonymous Subscription must not select an introspection top level field.";
        assert_eq!(told("subscription { __typename }"), [introspection]);
        assert_eq!(told("subscription { ... { x: __schema { types { name } } } }"), [introspection]);
        let switch = "Anonymous Subscription must not use `@skip` or `@include` directives in the top level selection.";
        assert_eq!(told("subscription ($v: Boolean!) { a @skip(if: $v) }"), [switch]);
        assert_eq!(told("subscription { ... @include(if: true) { a } }"), [switch]);
        assert_eq!(told("subscription { ...F @include(if: true) } fragment F on Subscription { a }"), [switch]);
    }
}
