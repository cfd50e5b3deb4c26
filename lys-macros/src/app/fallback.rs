//! What is left of an app when it is wrong: the expression, and every error.

use proc_macro2::TokenStream;
use quote::quote;

use super::{def::AppDef, expand};

/// The sound part of the definition with its errors.
pub(super) fn app(def: &AppDef, errors: darling::Error) -> TokenStream {
    let errors = errors.write_errors();
    let app = expand::app(def);
    quote!({
        #errors
        #app
    })
}
