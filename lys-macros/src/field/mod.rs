//! `#[field]`: a function becomes a root field (`query`, `mutation`) or a computed field of a node (`on = …`).

mod args;
mod def;
mod expand;
mod fallback;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

use self::def::FieldDef;
use crate::function::{self, Function};

/// Expands the macro.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse2::<Function>(item.clone()) {
        Ok(function) => FieldDef::new(args, &function)
            .map_or_else(|errors| fallback::field(&function, errors), |def| expand::field(&def, &function)),
        Err(error) => function::unparsed(item, &error),
    }
}
