//! `#[subscription]`: a function that returns a stream becomes a root field of `Subscription`.

mod args;
mod def;
mod expand;
mod fallback;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

use self::def::SubscriptionDef;
use crate::function::{self, Function};

/// Expands the macro.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse2::<Function>(item.clone()) {
        Ok(function) => SubscriptionDef::new(args, &function).map_or_else(
            |errors| fallback::subscription(&function, errors),
            |def| expand::subscription(&def, &function),
        ),
        Err(error) => function::unparsed(item, &error),
    }
}
