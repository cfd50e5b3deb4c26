//! `#[derive(Input)]`: a struct becomes an input object, decoded with every mistake listed.
//!
//! With `#[input(entity = Product)]` its fields also become assignments to the entity's columns, checked by the compiler.

mod args;
mod def;
mod expand;
mod fallback;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use self::def::InputDef;

/// Expands the derive.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    match syn::parse2::<DeriveInput>(item) {
        Ok(item) => {
            InputDef::new(&item).map_or_else(|errors| fallback::input(&item, errors), |def| expand::input(&def))
        }
        Err(error) => error.into_compile_error(),
    }
}
