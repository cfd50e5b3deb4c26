//! `app!`: a name, the modules with the app's components, and what it needs.
//!
//! `def` is what was written and means, `expand` what it becomes, `fallback` what is left of it when wrong.

mod def;
mod expand;
mod fallback;
#[cfg(test)]
mod tests;

use darling::Error;
use proc_macro2::TokenStream;

use def::AppDef;

pub(crate) fn expand(args: TokenStream) -> TokenStream {
    let mut errors = Error::accumulator();
    let def = AppDef::new(args, &mut errors);
    match errors.finish() {
        Ok(()) => expand::app(&def),
        Err(errors) => fallback::app(&def, errors),
    }
}
