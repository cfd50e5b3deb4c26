//! `enumeration`: to be written.
use proc_macro2::TokenStream;

pub(crate) fn expand(item: TokenStream) -> TokenStream {
    item
}
