//! What is left of an operation with mistakes: the item, and all of them.

use darling::Error;
use proc_macro2::TokenStream;
use quote::quote;

use super::Item;

/// A function that nothing calls any more is no second mistake.
pub(super) fn operation(item: &Item, errors: Error) -> TokenStream {
    let errors = errors.write_errors();
    let quiet = matches!(item, Item::Function(_)).then(|| quote!(#[allow(dead_code)]));
    quote!(#quiet #item #errors)
}
