//! `#[endpoint(GET "/path", …)]`: a function becomes an HTTP handler behind the chain that operations pass.

mod args;
mod def;
mod expand;
mod fallback;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

use self::def::EndpointDef;
use crate::function::{self, Function};

/// Expands the macro.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse2::<Function>(item.clone()) {
        Ok(function) => EndpointDef::new(args, &function)
            .map_or_else(|errors| fallback::endpoint(&function, errors), |def| expand::endpoint(&def, &function)),
        Err(error) => function::unparsed(item, &error),
    }
}
