//! `#[entity]`: a struct becomes a table, its row, and the SeaORM items over it.
//!
//! `args` is what a user may write, `def` what it means, `expand` what it becomes, `fallback` what is left of it when wrong.

mod args;
mod check;
mod def;
mod expand;
mod fallback;
mod relation;
mod scopes;
#[cfg(test)]
mod tests;
mod unique;

use darling::Error;
use proc_macro2::TokenStream;
use syn::ItemStruct;

use def::EntityDef;

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let entity: ItemStruct = match syn::parse2(item.clone()) {
        Ok(entity) => entity,
        Err(error) => return fallback::not_a_struct(item, error),
    };
    let mut errors = Error::accumulator();
    let def = EntityDef::new(args, &entity, &mut errors);
    match (def, errors.finish()) {
        (Some(def), Ok(())) => expand::entity(&def),
        (def, errors) => fallback::entity(&entity, def, errors),
    }
}
