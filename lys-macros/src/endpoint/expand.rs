//! What an endpoint becomes: the function, a named handler of one call, and one table entry.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, spanned::Spanned};

use super::def::EndpointDef;
use crate::function::{Function, ours_at};

pub(super) fn endpoint(def: &EndpointDef<'_>, item: &Function) -> TokenStream {
    let EndpointDef { runtime, name, description, method, path, audience, function, context, extractors } = def;
    let handler = format_ident!("__lys_handle_{name}");
    let ident = &function.signature.ident;
    let context = context.map(|context| Ident::new("__lys_ctx", ours_at(context.ty.span())));
    let locals: Vec<Ident> = extractors
        .iter()
        .enumerate()
        .map(|(index, ty)| Ident::new(&format!("__lys_{index}"), ours_at(ty.span())))
        .collect();
    let boxed = quote_spanned! {ours_at(function.returns().span())=>
        ::std::boxed::Box::pin(#ident(#context, #(#locals),*))
    };
    let answer = quote_spanned!(ours_at(function.returns().span())=> _);
    let describe = (!description.is_empty()).then(|| quote!(.describe(#description)));
    let calls = audience.builder_calls(runtime);
    quote_spanned! {Span::mixed_site()=>
        #item

        const _: () = {
            fn #handler(call: #runtime::endpoint::EndpointCall<'_>) -> #runtime::endpoint::Handling<'_> {
                #runtime::endpoint::handle::<(#(#extractors,)*), #answer>(call, |#context, (#(#locals,)*)| #boxed)
            }

            fn __lys_definition() -> #runtime::endpoint::EndpointDef {
                #runtime::endpoint::EndpointDef::new(#name, #method, #path, #handler)
                    #describe
                    #calls
            }

            #runtime::__register!(Endpoint(__lys_definition));
        };
    }
}
