//! `#[service]`: a struct becomes a closed service, a trait an open one, an `impl` of it an override.

mod args;
mod def;
mod expand;
mod fallback;
mod item;
mod method;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

use self::{def::ServiceDef, item::Item};
use crate::function;

/// Expands the macro.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse2::<Item>(item.clone()) {
        Ok(item) => ServiceDef::new(args.clone(), &item)
            .map_or_else(|errors| fallback::service(args, &item, errors), |def| expand::service(&def, &item)),
        Err(error) => function::unparsed(item, &error),
    }
}
