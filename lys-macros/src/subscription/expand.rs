//! What a subscription becomes: the function, one call to it, and one table entry.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, spanned::Spanned};

use super::def::SubscriptionDef;
use crate::{
    function::{Argument, Function, local, ours_at},
    names::unraw,
};

pub(super) fn subscription(def: &SubscriptionDef<'_>, function: &Function) -> TokenStream {
    let SubscriptionDef { runtime, name, description, node, audience, context, arguments, .. } = def;
    let operation = format_ident!("__lys_{name}");
    let ident = &def.function.signature.ident;
    let returns = function.returns();
    // Both stand at the return type: what is wrong with it is reported there, and once.
    let value = quote_spanned!(returns.span()=> <#returns as #runtime::field::Returns>::Value);
    let answer = quote_spanned!(returns.span()=> _);

    let decoded = arguments.iter().map(|argument| argument.decoded(runtime));
    let locals: Vec<Ident> = arguments.iter().map(|argument| local(argument.ident)).collect();
    let context = context.map(|context| Ident::new("__lys_ctx", ours_at(context.ty.span())));
    let boxed = quote_spanned!(ours_at(returns.span())=> ::std::boxed::Box::pin(#ident(#context, #(#locals),*)));
    let (resolve, constructor) = match node {
        Some(node) => (quote!(resolve_rows::<#node, #answer, _>), quote!(subscription::<#node>)),
        None => (quote!(resolve::<#answer, _>), quote!(value_subscription::<#value>)),
    };
    let describe = (!description.is_empty()).then(|| quote!(.describe(#description)));
    let declared = arguments.iter().map(|Argument { ident, ty, description }| {
        let name = unraw(ident);
        quote!(.argument::<#ty>(#name, #description))
    });
    let calls = audience.builder_calls(runtime);
    let assertions = node.as_ref().map(|node| audience.assertions(runtime, node));
    quote_spanned! {Span::mixed_site()=>
        #function

        const _: () = {
            // The resolver is a closure, since two functions that name a wrong type are two errors.
            fn #operation() -> #runtime::operation::OperationDef {
                #runtime::operation::OperationDef::#constructor(#name, |call| {
                    #runtime::subscription::#resolve(call, (#(#decoded,)*), |#context, (#(#locals,)*)| #boxed)
                })
                    #describe
                    #(#declared)*
                    #calls
            }

            #assertions
            #runtime::__register!(Operation(#operation));
        };
    }
}
