//! `#[node]`: a struct becomes the face of an entity, more fields of one, or a plain result shape.
//!
//! `args` is what a user may write, `def` what it means, `expand` what it becomes, `fallback` what is left of it when wrong.

mod args;
mod check;
mod def;
mod expand;
mod fallback;
#[cfg(test)]
mod tests;

use darling::Error;
use proc_macro2::TokenStream;
use syn::ItemStruct;

use def::NodeDef;

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let node: ItemStruct = match syn::parse2(item.clone()) {
        Ok(node) => node,
        Err(error) => return fallback::not_a_struct(item, error),
    };
    let mut errors = Error::accumulator();
    let def = NodeDef::new(args, &node, &mut errors);
    match (def, errors.finish()) {
        (Some(def), Ok(())) => expand::node(&def),
        (def, errors) => fallback::node(&node, def, errors),
    }
}
