//! What the tests of all macros share: expansions as text.

use proc_macro2::{TokenStream, TokenTree};
use syn::File;

/// The expansion as rustfmt would show it.
pub(crate) fn pretty(tokens: &TokenStream) -> String {
    match syn::parse2::<File>(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        // A half-typed body is no file; it is shown as it is.
        Err(_) => tokens.to_string(),
    }
}

/// The messages of all `compile_error!` in the expansion, one a line.
pub(crate) fn errors(tokens: TokenStream) -> String {
    let mut lines = String::new();
    collect(tokens, &mut lines);
    lines
}

fn collect(tokens: TokenStream, lines: &mut String) {
    let mut after_error = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) if after_error => {
                if let Ok(text) = syn::parse2::<syn::LitStr>(group.stream()) {
                    lines.push_str(&text.value());
                    lines.push('\n');
                }
                after_error = false;
            }
            TokenTree::Group(group) => collect(group.stream(), lines),
            TokenTree::Ident(ident) if ident == "compile_error" => after_error = true,
            _ => {}
        }
    }
}
