//! Expansions as readable text, for the snapshot tests.

use expect_test::Expect;
use proc_macro2::TokenStream;

/// Compares an expansion with its snapshot; `UPDATE_EXPECT=1` writes it.
pub(crate) fn check(expansion: &TokenStream, expected: &Expect) {
    expected.assert_eq(&text(expansion));
}

/// An expansion, formatted.
pub(crate) fn text(expansion: &TokenStream) -> String {
    match syn::parse2(expansion.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(_) => expansion.to_string(),
    }
}

/// The messages of an expansion's `compile_error!`s.
pub(crate) fn errors(expansion: TokenStream) -> Vec<String> {
    let mut tokens = expansion.into_iter().peekable();
    let mut messages = Vec::new();
    while let Some(token) = tokens.next() {
        if let proc_macro2::TokenTree::Group(group) = &token {
            messages.extend(errors(group.stream()));
        }
        if token.to_string() == "compile_error" {
            tokens.next();
            let argument = tokens.next().map(|argument| argument.to_string()).unwrap_or_default();
            messages.push(argument.trim_matches(['{', '}', '(', ')', ' ', '"']).replace("\\\"", "\""));
        }
    }
    messages
}
