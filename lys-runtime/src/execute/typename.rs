//! A form of documents that async-graphql validates rightly.
//!
//! Its validator passes over `__typename` with everything on it, so a variable in `__typename @skip(if: $v)` counts as unused or
//! goes unchecked. `... @skip(if: $v) { __typename }` means the same and is seen.

use async_graphql::{
    Positioned,
    parser::types::{DocumentOperations, ExecutableDocument, InlineFragment, Selection, SelectionSet},
};

/// `document` with directives on `__typename` moved to a fragment around it.
pub(crate) fn visible(mut document: ExecutableDocument) -> ExecutableDocument {
    match &mut document.operations {
        DocumentOperations::Single(operation) => visible_in(&mut operation.node.selection_set.node),
        DocumentOperations::Multiple(operations) => {
            for operation in operations.values_mut() {
                visible_in(&mut operation.node.selection_set.node);
            }
        }
    }
    for fragment in document.fragments.values_mut() {
        visible_in(&mut fragment.node.selection_set.node);
    }
    document
}

fn visible_in(set: &mut SelectionSet) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) if field.node.name.node == "__typename" && !field.node.directives.is_empty() => {
                let directives = std::mem::take(&mut field.node.directives);
                let inner = Positioned::new(selection.node.clone(), selection.pos);
                let selection_set = Positioned::new(SelectionSet { items: vec![inner] }, selection.pos);
                let fragment = InlineFragment { type_condition: None, directives, selection_set };
                selection.node = Selection::InlineFragment(Positioned::new(fragment, selection.pos));
            }
            Selection::Field(field) => visible_in(&mut field.node.selection_set.node),
            Selection::InlineFragment(fragment) => visible_in(&mut fragment.node.selection_set.node),
            Selection::FragmentSpread(_) => {}
        }
    }
}
