//! What a field becomes: the function, one call to it, and one table entry.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, Path, Type, spanned::Spanned};

use super::def::{ColumnDef, FieldDef, Form, Parameter, RootDef};
use crate::{
    function::{Argument, local, ours_at},
    names::unraw,
};

pub(super) fn field(def: &FieldDef<'_>, function: &crate::function::Function) -> TokenStream {
    let items = match &def.form {
        Form::Root(root) => self::root(def, root),
        Form::Row { node, columns, .. } => row(def, node, columns),
        Form::Level { node, context, parameters, .. } => level(def, node, &context.ty, parameters),
    };
    quote! {
        #function

        const _: () = {
            #items
        };
    }
}

fn root(def: &FieldDef<'_>, root: &RootDef<'_>) -> TokenStream {
    let FieldDef { runtime, name, description, function, .. } = def;
    let RootDef { mutation, node, audience, consistency, context, arguments } = root;
    let operation = format_ident!("__lys_{name}");
    let ident = &function.signature.ident;
    let returns = function.returns();
    // Both stand at the return type: what is wrong with it is reported there, and once.
    let value = quote_spanned!(returns.span()=> <#returns as #runtime::field::Returns>::Value);
    let answer = quote_spanned!(returns.span()=> _);
    let kind = if *mutation { quote!(Mutation) } else { quote!(Query) };

    let decoded = arguments.iter().map(|argument| argument.decoded(runtime));
    let locals: Vec<Ident> = arguments.iter().map(|argument| local(argument.ident)).collect();
    let context = context.map(|context| Ident::new("__lys_ctx", ours_at(context.ty.span())));
    let boxed = quote_spanned!(ours_at(returns.span())=> ::std::boxed::Box::pin(#ident(#context, #(#locals),*)));
    let (resolve, constructor) = match node {
        Some(node) => (quote!(resolve_node::<#node, #answer, _>), quote!(node_field::<#node, #value>)),
        None => (quote!(resolve::<#answer, _>), quote!(field::<#value>)),
    };
    let describe = (!description.is_empty()).then(|| quote!(.describe(#description)));
    let declared = arguments.iter().map(|Argument { ident, ty, description }| {
        let name = unraw(ident);
        quote!(.argument::<#ty>(#name, #description))
    });
    let consistency = consistency.map(|consistency| consistency.builder_call(runtime));
    let calls = audience.builder_calls(runtime);
    let assertions = node.as_ref().map(|node| audience.assertions(runtime, node));
    quote_spanned! {Span::mixed_site()=>
        // The resolver is a closure, since two functions that name a wrong type are two errors.
        fn #operation() -> #runtime::operation::OperationDef {
            #runtime::operation::OperationDef::#constructor(#name, #runtime::operation::Root::#kind, |call| {
                #runtime::field::#resolve(call, (#(#decoded,)*), |#context, (#(#locals,)*)| #boxed)
            })
                #describe
                #(#declared)*
                #consistency
                #calls
        }

        #assertions
        #runtime::__register!(Operation(#operation));
    }
}

fn row(def: &FieldDef<'_>, node: &Path, columns: &[ColumnDef<'_>]) -> TokenStream {
    let FieldDef { runtime, name, function, .. } = def;
    let adapter = format_ident!("__lys_compute_{name}");
    let ident = &function.signature.ident;
    let returns = function.returns();
    let types = columns.iter().map(|column| column.ty);
    let locals: Vec<Ident> = columns.iter().map(|column| local(column.ident)).collect();
    let value = quote_spanned!(ours_at(returns.span())=> <#returns as #runtime::node::computed::IntoComputed>::Value);
    let definition = extension(def, node, &adapter, &value, columns, &[]);
    quote_spanned! {Span::mixed_site()=>
        fn #adapter(call: #runtime::node::ComputedCall<'_>) -> #runtime::node::Computing<'_> {
            #runtime::node::computed::per_row::<(#(#types,)*), #returns>(call, |(#(#locals,)*)| #ident(#(#locals),*))
        }

        #definition
    }
}

fn level(def: &FieldDef<'_>, node: &Path, context: &Type, parameters: &[Parameter<'_>]) -> TokenStream {
    let FieldDef { runtime, name, function, .. } = def;
    let adapter = format_ident!("__lys_compute_{name}");
    let ident = &function.signature.ident;
    let returns = function.returns();
    let value = quote_spanned! {ours_at(returns.span())=>
        <<#returns as #runtime::field::Returns>::Value as #runtime::node::computed::Values>::Value
    };
    let columns: Vec<ColumnDef<'_>> = parameters
        .iter()
        .filter_map(|parameter| match parameter {
            Parameter::Column(column) => Some(ColumnDef { ..*column }),
            Parameter::Argument(_) => None,
        })
        .collect();
    let arguments: Vec<&Argument<'_>> = parameters
        .iter()
        .filter_map(|parameter| match parameter {
            Parameter::Column(_) => None,
            Parameter::Argument(argument) => Some(argument),
        })
        .collect();
    let context = Ident::new("__lys_ctx", ours_at(context.span()));
    let passed = parameters.iter().map(|parameter| match parameter {
        Parameter::Column(column) => {
            let column = local(column.ident);
            quote!(&#column)
        }
        Parameter::Argument(argument) => {
            let argument = local(argument.ident);
            quote!(#argument)
        }
    });
    let column_types = columns.iter().map(|column| column.ty);
    let column_locals = columns.iter().map(|column| local(column.ident));
    let decoded = arguments.iter().map(|argument| argument.decoded(runtime));
    let locals = arguments.iter().map(|argument| local(argument.ident));
    let boxed = quote_spanned! {ours_at(returns.span())=>
        ::std::boxed::Box::pin(async move { #ident(#context, #(#passed),*).await })
    };
    let definition = extension(def, node, &adapter, &value, &columns, &arguments);
    quote_spanned! {Span::mixed_site()=>
        fn #adapter(call: #runtime::node::ComputedCall<'_>) -> #runtime::node::Computing<'_> {
            #runtime::node::computed::per_level::<(#(::std::vec::Vec<#column_types>,)*), _, _>(
                call,
                (#(#decoded,)*),
                |#context, (#(#column_locals,)*), (#(#locals,)*)| #boxed,
            )
        }

        #definition
    }
}

/// The table entry of a computed field.
fn extension(
    def: &FieldDef<'_>,
    node: &Path,
    adapter: &Ident,
    value: &TokenStream,
    columns: &[ColumnDef<'_>],
    arguments: &[&Argument<'_>],
) -> TokenStream {
    let FieldDef { runtime, name, description, .. } = def;
    let columns = columns.iter().map(|ColumnDef { ident, ty }| {
        let column = quote_spanned! {ours_at(ty.span())=>
            <<#node as #runtime::node::Node>::Entity as #runtime::entity::Entity>::COLUMN.#ident
        };
        // At the type, so that a type other than the column's is underlined.
        quote_spanned!(ours_at(ty.span())=> #runtime::node::computed::column::<#node, #ty>(#column))
    });
    let arguments = arguments.iter().map(|Argument { ident, ty, description }| {
        let name = unraw(ident);
        quote!(#runtime::node::ArgumentDef::new::<#ty>(#name, #description))
    });
    let (access, assertions) = match &def.form {
        Form::Row { access, .. } | Form::Level { access, .. } => {
            (access.builder_calls(runtime), access.assertions(runtime, node))
        }
        Form::Root(_) => (TokenStream::new(), TokenStream::new()),
    };
    quote_spanned! {Span::mixed_site()=>
        fn __lys_definition() -> #runtime::node::NodeExtensionDef {
            #runtime::node::NodeExtensionDef::new::<#node>().computed::<#value>(
                #name,
                #description,
                ::std::vec![#(#columns),*],
                ::std::vec![#(#arguments),*],
                #adapter,
            ) #access
        }

        #assertions

        #runtime::__register!(NodeExtension(__lys_definition));
    }
}
