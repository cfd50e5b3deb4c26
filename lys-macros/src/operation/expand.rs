//! What an operation becomes: the item, and one table entry with its resolver, which is one call.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, Path, spanned::Spanned};

use super::{
    Item, Kind,
    def::{Hook, OperationDef},
};
use crate::{
    args::{Member, Members},
    function::{local, located, ours_at},
};

pub(super) fn operation(def: &OperationDef<'_>, item: &Item) -> TokenStream {
    let runtime = &def.runtime;
    let operation = format_ident!("__lys_{}", def.name);
    let definition = definition(def, &resolve(def));
    let assertions = def.audience.assertions(runtime, &def.node);
    quote_spanned! {Span::mixed_site()=>
        #item

        const _: () = {
            // The resolver is a closure, since two functions that name a wrong type are two errors.
            fn #operation() -> #runtime::operation::OperationDef {
                #definition
            }

            #assertions
            #runtime::__register!(Operation(#operation));
        };
    }
}

/// The one call into the runtime.
fn resolve(def: &OperationDef<'_>) -> TokenStream {
    let runtime = &def.runtime;
    let node = &def.node;
    let module = Ident::new(def.kind.name(), Span::mixed_site());
    let Some(hook) = &def.hook else {
        let function = match def.kind {
            Kind::Connection => quote!(resolve_all),
            _ if def.many => quote!(resolve_many),
            _ => quote!(resolve),
        };
        return quote_spanned!(Span::mixed_site()=> #runtime::#module::#function::<#node>(call));
    };
    let function = match def.kind {
        Kind::Deletion if def.many => quote!(resolve_many_with),
        Kind::Creation | Kind::Edition if def.many => quote!(resolve_many),
        Kind::Getter | Kind::Deletion => quote!(resolve_with),
        Kind::Connection | Kind::Creation | Kind::Edition => quote!(resolve),
    };
    // Draft or Saved: the function's return type says which.
    let written = matches!(def.kind, Kind::Creation | Kind::Edition).then(|| {
        let written = quote_spanned!(ours_at(hook.function.returns().span())=> _);
        quote!(, #written)
    });
    let arguments = hook.arguments.iter().map(|argument| argument.decoded(runtime));
    let closure = closure(hook);
    quote_spanned! {Span::mixed_site()=>
        #runtime::#module::#function::<#node, _ #written>(call, (#(#arguments,)*), #closure)
    }
}

/// The user's function, taking its arguments as a tuple.
fn closure(hook: &Hook<'_>) -> TokenStream {
    let function = &hook.function.signature.ident;
    let locals: Vec<Ident> = hook.arguments.iter().map(|argument| local(argument.ident)).collect();
    // Each of ours stands at the parameter's type: there a wrong type is reported.
    let context = hook.context.map(|context| Ident::new("__lys_ctx", ours_at(context.ty.span())));
    let row = hook.row.map(|row| {
        let row = Ident::new("__lys_row", ours_at(row.ty.span()));
        quote!(, #row)
    });
    let boxed = quote_spanned! {ours_at(hook.function.returns().span())=>
        ::std::boxed::Box::pin(#function(#context #row, #(#locals),*))
    };
    quote_spanned!(Span::mixed_site()=> |#context #row, (#(#locals,)*)| #boxed)
}

/// The table entry.
fn definition(def: &OperationDef<'_>, resolve: &TokenStream) -> TokenStream {
    let OperationDef { runtime, kind, node, name, description, audience, consistency, many, order_by, filter, hook } =
        def;
    let kind = Ident::new(kind.name(), Span::mixed_site());
    let describe = (!description.is_empty()).then(|| quote!(.describe(#description)));
    let arguments = hook.iter().flat_map(|hook| &hook.arguments).map(|argument| {
        let name = crate::names::unraw(argument.ident);
        let (ty, description) = (argument.ty, &argument.description);
        quote!(.argument::<#ty>(#name, #description))
    });
    let keys = order_by.iter().flatten().map(|key| {
        quote! {
            .order_by(<<#node as #runtime::node::Node>::Entity as #runtime::entity::Entity>::COLUMN.#key)
        }
    });
    let unordered = order_by.as_ref().filter(|keys| keys.is_empty()).map(|_| quote!(.unordered()));
    let consistency = consistency.map(|consistency| consistency.builder_call(runtime));
    let many = many.then(|| quote!(.many()));
    let fields = filter_fields(runtime, &quote!(<#node as #runtime::node::Node>::Entity), filter);
    let filter = (!filter.is_empty()).then(|| quote!(.filter::<#node>(#fields)));
    let audience = audience.builder_calls(runtime);
    quote_spanned! {Span::mixed_site()=>
        #runtime::operation::OperationDef::#kind::<#node>(#name, |call| #resolve)
            #describe
            #many
            #(#arguments)*
            #(#keys)*
            #unordered
            #filter
            #consistency
            #audience
    }
}

/// The fields of a filter on rows of `entity`. Each stands at the user's token: there a wrong one is reported.
fn filter_fields(runtime: &Path, entity: &TokenStream, filter: &[Member]) -> TokenStream {
    let fields = filter.iter().map(|Member { ident, below }| {
        let member = quote_spanned!(ours_at(ident.span())=> <#entity as #runtime::entity::Entity>::MEMBER.#ident);
        filter_field(runtime, ident, &member, below.as_ref())
    });
    quote!([#(#fields),*])
}

fn filter_field(runtime: &Path, ident: &Ident, member: &TokenStream, below: Option<&Members>) -> TokenStream {
    let module = located(runtime, ours_at(ident.span()));
    let Some(below) = below else {
        return quote_spanned!(ours_at(ident.span())=> #module::connection::filter::column(#member));
    };
    let fields = below.0.iter().map(|Member { ident, below }| {
        let member = quote_spanned!(ours_at(ident.span())=> __lys_row.#ident);
        filter_field(runtime, ident, &member, below.as_ref())
    });
    quote_spanned! {ours_at(ident.span())=>
        #module::connection::filter::relation(#member, |__lys_row| [#(#fields),*])
    }
}
