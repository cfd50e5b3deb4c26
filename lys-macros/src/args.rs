//! Reading the arguments of an attribute.

use darling::{FromMeta, Result, ast::NestedMeta};
use proc_macro2::TokenStream;
use syn::Path;

/// Reads `#[macro(…)]` arguments into darling's struct; unknown options are errors with a suggestion.
pub(crate) fn parse<T: FromMeta>(tokens: TokenStream) -> Result<T> {
    T::from_list(&NestedMeta::parse_meta_list(tokens)?)
}

/// `::lys`, unless the user renamed it with `crate = path`.
pub(crate) fn runtime(renamed: Option<&Path>) -> Path {
    renamed.cloned().unwrap_or_else(|| syn::parse_quote!(::lys))
}
