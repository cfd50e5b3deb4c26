//! What is left of an enum when it is wrong: every error, and impls over its sound variants.

use proc_macro2::TokenStream;
use quote::quote;

use super::{def::EnumDef, expand};

/// The sound part of the definition with its errors.
pub(super) fn enumeration(def: &EnumDef<'_>, errors: darling::Error) -> TokenStream {
    let errors = errors.write_errors();
    if def.values.is_empty() {
        return errors;
    }
    let sound = expand::enumeration(def);
    quote!(#sound #errors)
}
