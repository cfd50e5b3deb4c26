//! What is left of a node when it is wrong: the item, every error, and all impls that could still be made.

use darling::Result;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemStruct;

use super::{
    def::{NodeDef, kept},
    expand,
};

/// The sound part of the definition with its errors.
pub(super) fn node(item: &ItemStruct, def: Option<NodeDef<'_>>, errors: Result<()>) -> TokenStream {
    let errors = errors.err().map(darling::Error::write_errors);
    let item = def.map_or_else(|| bare(item), |def| expand::node(&def));
    quote!(#item #errors)
}

/// The struct without the attributes that only `#[node]` knows.
pub(super) fn bare(item: &ItemStruct) -> TokenStream {
    let mut item = item.clone();
    for field in &mut item.fields {
        field.attrs = kept(&field.attrs);
    }
    quote!(#item)
}

/// The editor keeps the half-written struct; rustc reports its syntax.
pub(super) fn not_a_struct(mut item: TokenStream, error: syn::Error) -> TokenStream {
    let is_other_item = syn::parse2::<syn::Item>(item.clone()).is_ok();
    let text = "`#[node]` stands on a struct: its fields are the fields of the GraphQL type";
    let error = if is_other_item { syn::Error::new(error.span(), text) } else { error };
    item.extend(error.into_compile_error());
    item
}
