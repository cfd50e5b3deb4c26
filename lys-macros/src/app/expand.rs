//! What an app becomes: one expression. Nothing here can fail.

use proc_macro2::TokenStream;
use quote::quote;

use super::def::AppDef;

pub(super) fn app(def: &AppDef) -> TokenStream {
    let AppDef { runtime, name, modules, dependencies } = def;
    // A module that does not exist is rustc's own error, at its name.
    let paths = modules.iter().map(|module| &module.path);
    let names = modules.iter().map(|module| &module.name);
    quote! {
        {
            const _: () = {
                #(
                    #[allow(unused_imports, reason = "only asks whether the module exists")]
                    use self::#paths as _;
                )*
            };
            #runtime::App::new(#name, ::core::module_path!())
                #(.module(#names))*
                #(.depends_on(#dependencies))*
        }
    }
}
