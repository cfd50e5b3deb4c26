//! What several macros read alike: a leading path (`#[node(Product, …)]`), one word of a few (`access = inherit`), many options at once.

use std::slice;

use darling::{Error, FromMeta, Result, ast::NestedMeta, error::Accumulator};
use proc_macro2::TokenStream;
use syn::{Expr, Meta, Path};

/// Splits arguments; a syntax error leaves none.
pub(crate) fn split(tokens: TokenStream, errors: &mut Accumulator) -> Vec<NestedMeta> {
    errors.handle(NestedMeta::parse_meta_list(tokens).map_err(Error::from)).unwrap_or_default()
}

/// Takes the first argument when it is a path to a type, which starts with a capital.
pub(crate) fn take_type(items: &mut Vec<NestedMeta>) -> Option<Path> {
    let Some(NestedMeta::Meta(Meta::Path(path))) = items.first() else {
        return None;
    };
    let is_type = path.segments.last()?.ident.to_string().starts_with(char::is_uppercase);
    let path = path.clone();
    is_type.then(|| {
        items.remove(0);
        path
    })
}

/// Reads options; after a mistake those that are sound still count, so that one mistake does not cause others.
pub(crate) fn read<T: FromMeta + Default>(items: &[NestedMeta], errors: &mut Accumulator) -> T {
    if let Some(options) = errors.handle(T::from_list(items)) {
        return options;
    }
    let sound: Vec<_> = items.iter().filter(|item| T::from_list(slice::from_ref(item)).is_ok()).cloned().collect();
    T::from_list(&sound).unwrap_or_default()
}

/// The value named by `expression`, or an error that lists the names.
pub(crate) fn choice<T: Copy>(expression: &Expr, choices: &[(&str, T)]) -> Result<T> {
    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
    let expected = || Error::custom(format!("expected `{}`", names.join("`, `"))).with_span(expression);
    let Expr::Path(path) = expression else {
        return Err(expected());
    };
    let word = path.path.get_ident().ok_or_else(expected)?;
    choices.iter().find(|(name, _)| word == name).map(|(_, value)| *value).ok_or_else(expected)
}
