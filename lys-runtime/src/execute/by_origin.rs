//! Which root fields of a document work on the refresh cookie alone. It is asked before anybody is let in, of a document that nobody
//! has checked yet, so it errs on the side of the guard.

use async_graphql::parser::{
    parse_query,
    types::{ExecutableDocument, Selection, SelectionSet},
};

use super::{Engine, GraphqlRequest, limits, trusted};
use crate::name::camel_case;

/// Which root fields of a request work on the refresh cookie alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByOrigin {
    /// None of them.
    None,
    /// Some, beside others.
    Some,
    /// All of them.
    All,
}

impl Engine {
    /// Which root fields of a request work on the refresh cookie alone; those of all operations of its document are counted. A
    /// document that cannot be read has none, and does nothing.
    #[must_use]
    pub fn by_origin(&self, graphql: &GraphqlRequest) -> ByOrigin {
        let operations = self.model().operations().filter(|entry| entry.definition.audience.by_origin);
        let fields: Vec<String> = operations.map(|entry| camel_case(entry.definition.name)).collect();
        // The document that will run: it may be asked for by its id.
        let Ok(text) = trusted::text(self.trusted.as_ref(), graphql) else { return ByOrigin::None };
        // Names stand in documents as they are, so most need not be read.
        if !fields.iter().any(|field| text.contains(field.as_str())) {
            return ByOrigin::None;
        }
        if limits::check_tokens(text).is_err() {
            return ByOrigin::None;
        }
        let Ok(document) = parse_query(text) else { return ByOrigin::None };
        let roots = roots(&document);
        let guarded = roots.iter().filter(|root| fields.iter().any(|field| field == *root)).count();
        match guarded {
            0 => ByOrigin::None,
            all if all == roots.len() => ByOrigin::All,
            _ => ByOrigin::Some,
        }
    }
}

/// Names of the root fields of all operations, `__typename` aside.
fn roots(document: &ExecutableDocument) -> Vec<&str> {
    let (mut names, mut seen) = (Vec::new(), Vec::new());
    for (_, operation) in document.operations.iter() {
        collect(&operation.node.selection_set.node, document, &mut names, &mut seen);
    }
    names
}

fn collect<'d>(
    set: &'d SelectionSet,
    document: &'d ExecutableDocument,
    names: &mut Vec<&'d str>,
    seen: &mut Vec<&'d str>,
) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) if field.node.name.node == "__typename" => {}
            Selection::Field(field) => names.push(field.node.name.node.as_str()),
            Selection::InlineFragment(fragment) => {
                collect(&fragment.node.selection_set.node, document, names, seen);
            }
            Selection::FragmentSpread(spread) => {
                let name = spread.node.fragment_name.node.as_str();
                if seen.contains(&name) {
                    continue;
                }
                seen.push(name);
                if let Some(fragment) = document.fragments.get(name) {
                    collect(&fragment.node.selection_set.node, document, names, seen);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_fields_are_found_wherever_they_stand() {
        let text = "mutation A { x: logout __typename ... on Mutation { a { logout } } ...F } query B { b } \
                    fragment F on Mutation { ...F c ... { d } }";
        let document = parse_query(text).expect("parses");
        let mut found = roots(&document);
        found.sort_unstable();
        assert_eq!(found, ["a", "b", "c", "d", "logout"]);
    }
}
