//! `#[derive(Enum)]`: an enum becomes a GraphQL enum that columns can store.
//!
//! `args` is what a user may write, `def` what it means, `expand` what it becomes, `fallback` what is left of it when wrong.

mod args;
mod def;
mod expand;
mod fallback;
#[cfg(test)]
mod tests;

use darling::Error;
use proc_macro2::TokenStream;
use syn::DeriveInput;

use def::EnumDef;

pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let item: DeriveInput = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Error::accumulator();
    let def = EnumDef::new(&item, &mut errors);
    match errors.finish() {
        Ok(()) => expand::enumeration(&def),
        Err(errors) => fallback::enumeration(&def, errors),
    }
}
