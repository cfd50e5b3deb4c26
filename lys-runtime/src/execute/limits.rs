//! Limits on documents, checked before validation: depth and aliases with the texts of 10-core §7.2, and the size that fragments
//! blow a document up to.

use std::collections::HashMap;

use async_graphql::{
    Name,
    parser::types::{ExecutableDocument, Selection, SelectionSet},
};
use serde_json::Value as Json;

use super::failure::{VALIDATION_FAILED, document_error};

/// Most fields of an operation once its fragments are expanded.
const FIELD_LIMIT: usize = 5_000;

/// Fields and depth of a selection set with its fragments expanded.
#[derive(Debug, Clone, Copy, Default)]
struct Extent {
    fields: usize,
    /// Depth of the deepest field, counted from the selection set's own fields; `None` without fields.
    depth: Option<usize>,
}

/// Checks `document` against the limits; every broken limit is listed.
pub(crate) fn check(document: &ExecutableDocument, depth_limit: usize, alias_limit: usize) -> Result<(), Vec<Json>> {
    let mut errors = Vec::new();
    let aliases = count_aliases(document);
    if aliases > alias_limit {
        errors.push(document_error(
            VALIDATION_FAILED,
            &format!("{aliases} aliases found. Allowed: {alias_limit}"),
            &[],
        ));
    }
    let mut measured = HashMap::new();
    for (name, operation) in document.operations.iter() {
        let extent = measure(&operation.node.selection_set.node, document, &mut measured);
        if extent.depth.is_some_and(|depth| depth > depth_limit) {
            let name = name.map_or("anonymous", Name::as_str);
            let text = format!("'{name}' exceeds maximum operation depth of {depth_limit}");
            errors.push(document_error(VALIDATION_FAILED, &text, &[operation.pos]));
        }
        if extent.fields > FIELD_LIMIT {
            let text = format!("The operation selects more than {FIELD_LIMIT} fields");
            errors.push(document_error(VALIDATION_FAILED, &text, &[operation.pos]));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn count_aliases(document: &ExecutableDocument) -> usize {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    operations.chain(fragments).map(aliases_in).sum()
}

fn aliases_in(set: &SelectionSet) -> usize {
    set.items
        .iter()
        .map(|selection| match &selection.node {
            Selection::Field(field) => {
                usize::from(field.node.alias.is_some()) + aliases_in(&field.node.selection_set.node)
            }
            Selection::InlineFragment(fragment) => aliases_in(&fragment.node.selection_set.node),
            Selection::FragmentSpread(_) => 0,
        })
        .sum()
}

/// Each fragment is measured once; one inside itself counts nothing here, validation refuses it.
fn measure<'d>(
    set: &'d SelectionSet,
    document: &'d ExecutableDocument,
    measured: &mut HashMap<&'d str, Extent>,
) -> Extent {
    let mut extent = Extent::default();
    for selection in &set.items {
        let part = match &selection.node {
            Selection::Field(field) => {
                let below = measure(&field.node.selection_set.node, document, measured);
                let counted = !field.node.name.node.starts_with("__");
                let depth = if counted { Some(below.depth.map_or(0, |depth| depth + 1)) } else { None };
                Extent { fields: below.fields.saturating_add(1), depth }
            }
            Selection::InlineFragment(fragment) => measure(&fragment.node.selection_set.node, document, measured),
            Selection::FragmentSpread(spread) => {
                let name = spread.node.fragment_name.node.as_str();
                match (measured.get(name), document.fragments.get(name)) {
                    (Some(known), _) => *known,
                    (None, Some(fragment)) => {
                        measured.insert(name, Extent::default());
                        let known = measure(&fragment.node.selection_set.node, document, measured);
                        measured.insert(name, known);
                        known
                    }
                    (None, None) => Extent::default(),
                }
            }
        };
        extent.fields = extent.fields.saturating_add(part.fields);
        extent.depth = extent.depth.max(part.depth);
    }
    extent
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn messages(query: &str) -> Vec<String> {
        let document = parse_query(query).expect("the test's document is well-formed");
        let errors = check(&document, 2, 1).err().unwrap_or_default();
        errors.iter().map(|error| error["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn root_fields_are_at_depth_zero() {
        assert!(messages("{ a { b { c } } }").is_empty());
        assert_eq!(messages("query Deep { a { b { c { d } } } }"), ["'Deep' exceeds maximum operation depth of 2"]);
    }

    #[test]
    fn fragments_count_where_they_are_spread() {
        let query = "{ a { ...f } } fragment f on A { b { c { d } } }";
        assert_eq!(messages(query), ["'anonymous' exceeds maximum operation depth of 2"]);
    }

    #[test]
    fn introspection_fields_are_not_limited() {
        assert!(messages("{ __schema { types { fields { type { name } } } } }").is_empty());
    }

    #[test]
    fn aliases_are_counted_over_the_document() {
        assert_eq!(messages("{ x: a ...f } fragment f on Q { y: b }"), ["2 aliases found. Allowed: 1"]);
    }

    #[test]
    fn a_fragment_bomb_is_refused_without_being_expanded() {
        let fragment = |index: usize| format!(" fragment f{index} on Q {{ ...f{0} ...f{0} }}", index + 1);
        let fragments: String = (0..60).map(fragment).collect();
        let query = format!("{{ ...f0 }}{fragments} fragment f60 on Q {{ a }}");
        assert_eq!(messages(&query), ["The operation selects more than 5000 fields"]);
    }

    #[test]
    fn a_fragment_cycle_is_left_to_validation() {
        assert!(messages("{ ...f } fragment f on Q { a ...f }").is_empty());
    }
}
