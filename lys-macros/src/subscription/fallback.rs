//! What is left of a subscription with mistakes: the function, and all of them.

use darling::Error;
use proc_macro2::TokenStream;
use quote::quote;

use crate::function::Function;

/// A function that nothing calls any more is no second mistake.
pub(super) fn subscription(function: &Function, errors: Error) -> TokenStream {
    let errors = errors.write_errors();
    quote!(#[allow(dead_code)] #function #errors)
}
