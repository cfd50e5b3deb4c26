//! What an app becomes: one expression. Nothing here can fail.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::def::AppDef;

pub(super) fn app(def: &AppDef) -> TokenStream {
    let AppDef { runtime, name, modules, dependencies } = def;
    // A module that does not exist is rustc's own error, at its name.
    let checks = modules.iter().map(|module| {
        let path = &module.path;
        quote_spanned! {path.span()=>
            #[allow(unused_imports, reason = "only asks whether the module exists")]
            use self::#path as _;
        }
    });
    let names = modules.iter().map(|module| &module.name);
    quote! {
        {
            const _: () = {
                #(#checks)*
            };
            #runtime::App::new(#name, ::core::module_path!())
                #(.module(#names))*
                #(.depends_on(#dependencies))*
        }
    }
}
