//! `#[getter]`, `#[connection]`, `#[creation]`, `#[edition]`, `#[deletion]`: to be written.
use proc_macro2::TokenStream;

/// Kinds of operation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Getter,
    Connection,
    Creation,
    Edition,
    Deletion,
}

pub(crate) fn expand(_kind: Kind, _args: TokenStream, item: TokenStream) -> TokenStream {
    item
}
