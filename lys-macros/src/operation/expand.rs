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
    let OperationDef { runtime, kind, node, name, description, audience, consistency, many, hook, .. } = def;
    let kind = Ident::new(kind.name(), Span::mixed_site());
    let describe = (!description.is_empty()).then(|| quote!(.describe(#description)));
    let arguments = hook.iter().flat_map(|hook| &hook.arguments).map(|argument| {
        let name = crate::names::unraw(argument.ident);
        let (ty, description) = (argument.ty, &argument.description);
        quote!(.argument::<#ty>(#name, #description))
    });
    let consistency = consistency.map(|consistency| consistency.builder_call(runtime));
    let many = many.then(|| quote!(.many()));
    let lists = lists(def);
    let audience = audience.builder_calls(runtime);
    quote_spanned! {Span::mixed_site()=>
        #runtime::operation::OperationDef::#kind::<#node>(#name, |call| #resolve)
            #describe
            #many
            #(#arguments)*
            #lists
            #consistency
            #audience
    }
}

/// What a connection opens to its callers. Each column stands at the user's token: there a wrong one is reported.
fn lists(def: &OperationDef<'_>) -> TokenStream {
    let OperationDef { runtime, node, order_by, filter, sort, aggregate, group_by, .. } = def;
    let summed_up = |key: &Ident, method: &str, function: &str| {
        let span = ours_at(key.span());
        let (method, function) = (Ident::new(method, span), Ident::new(function, span));
        let runtime = located(runtime, span);
        let column = quote_spanned! {span=>
            <<#node as #runtime::node::Node>::Entity as #runtime::entity::Entity>::COLUMN.#key
        };
        quote_spanned!(span=> .#method(#runtime::connection::aggregate::#function(#column)))
    };
    let keys = order_by.iter().flatten().map(
        |key| quote!(.order_by(<<#node as #runtime::node::Node>::Entity as #runtime::entity::Entity>::COLUMN.#key)),
    );
    let unordered = order_by.as_ref().filter(|keys| keys.is_empty()).map(|_| quote!(.unordered()));
    let filter = (!filter.is_empty()).then(|| {
        let fields = Leaves::FILTER.of_node(runtime, node, filter);
        quote!(.filter::<#node>(#fields))
    });
    let sort = (!sort.is_empty()).then(|| {
        let keys = Leaves::SORT.of_node(runtime, node, sort);
        quote!(.sort::<#node>(#keys))
    });
    let aggregate = aggregate.iter().map(|key| summed_up(key, "aggregate", "column"));
    let group_by = group_by.iter().map(|key| summed_up(key, "group_by", "group"));
    quote!(#(#keys)* #unordered #filter #sort #(#aggregate)* #(#group_by)*)
}

/// What a list of members becomes. Each stands at the user's token: there a wrong one is reported.
struct Leaves {
    /// The runtime's module.
    module: &'static str,
    /// Its function for a member that stands alone.
    alone: &'static str,
}

impl Leaves {
    const FILTER: Self = Self { module: "filter", alone: "column" };
    const SORT: Self = Self { module: "sort", alone: "key" };

    fn of_node(&self, runtime: &Path, node: &Path, members: &[Member]) -> TokenStream {
        let members = members.iter().map(|Member { ident, below }| {
            let member = quote_spanned! {ours_at(ident.span())=>
                <<#node as #runtime::node::Node>::Entity as #runtime::entity::Entity>::MEMBER.#ident
            };
            self.leaf(runtime, ident, &member, below.as_ref())
        });
        quote!([#(#members),*])
    }

    fn leaf(&self, path: &Path, ident: &Ident, member: &TokenStream, below: Option<&Members>) -> TokenStream {
        let span = ours_at(ident.span());
        let (runtime, module) = (located(path, span), Ident::new(self.module, span));
        let Some(below) = below else {
            let alone = Ident::new(self.alone, span);
            return quote_spanned!(span=> #runtime::connection::#module::#alone(#member));
        };
        let fields = below.0.iter().map(|Member { ident, below }| {
            let member = quote_spanned!(ours_at(ident.span())=> __lys_row.#ident);
            self.leaf(path, ident, &member, below.as_ref())
        });
        quote_spanned!(span=> #runtime::connection::#module::relation(#member, |__lys_row| [#(#fields),*]))
    }
}
