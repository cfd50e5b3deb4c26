//! What a node becomes: the struct, its definition, and one registration. Nothing here can fail.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Attribute, Ident, Meta, Path, Type, spanned::Spanned};

use super::{
    def::{Face, FieldDef, NodeDef},
    fallback,
};

pub(super) fn node(def: &NodeDef<'_>) -> TokenStream {
    match &def.face {
        Face::Entity { entity, allow_override } => entity_node(def, entity, *allow_override),
        Face::Extension(node) => extension(def, node),
        Face::Plain => plain_node(def),
    }
}

/// `#[node(Product)]`
fn entity_node(def: &NodeDef<'_>, entity: &Path, allow_override: bool) -> TokenStream {
    let (runtime, ident, name, description) = (&def.runtime, &def.item.ident, &def.name, &def.description);
    let shown = shown_struct(def);
    let member = quote!(<#entity as #runtime::Entity>);
    let fields = def.fields.iter().map(|field| shown_field(field, runtime, &member));
    let assertions = def.fields.iter().map(|field| {
        let cfg = cfg(&field.attributes);
        let assertions = field.access.assertions(runtime, &ident.clone().into());
        (!assertions.is_empty()).then(|| quote!(#(#cfg)* const _: () = { #assertions };))
    });
    let allow_override = allow_override.then(|| quote!(.allow_override()));
    quote! {
        #shown

        const _: () = {
            #[automatically_derived]
            impl #runtime::Node for #ident {
                type Entity = #entity;

                const NAME: &'static str = #name;

                fn definition() -> #runtime::node::NodeDef {
                    let node = #runtime::node::NodeDef::new::<Self>(#description);
                    #(#fields)*
                    node #allow_override
                }
            }

            #(#assertions)*
            #runtime::__register!(Node(<#ident as #runtime::Node>::definition));
        };
    }
}

/// `#[node(extends = ProductNode)]`
fn extension(def: &NodeDef<'_>, extended: &Path) -> TokenStream {
    let runtime = &def.runtime;
    let shown = shown_struct(def);
    let member = quote!(<<#extended as #runtime::Node>::Entity as #runtime::Entity>);
    let fields = def.fields.iter().map(|field| shown_field(field, runtime, &member));
    let assertions = def.fields.iter().map(|field| {
        let cfg = cfg(&field.attributes);
        let assertions = field.access.assertions(runtime, extended);
        (!assertions.is_empty()).then(|| quote!(#(#cfg)* const _: () = { #assertions };))
    });
    quote! {
        #shown

        const _: () = {
            fn definition() -> #runtime::node::NodeExtensionDef {
                let node = #runtime::node::NodeExtensionDef::new::<#extended>();
                #(#fields)*
                node
            }

            #(#assertions)*
            #runtime::__register!(NodeExtension(definition));
        };
    }
}

/// The struct with fields that are declared, never filled.
fn shown_struct(def: &NodeDef<'_>) -> TokenStream {
    let runtime = &def.runtime;
    let (attributes, visibility, ident) = (&def.item.attrs, &def.item.vis, &def.item.ident);
    let fields = def.fields.iter().map(|field| {
        let FieldDef { attributes, visibility, ident, ty, .. } = field;
        quote!(#(#attributes)* #visibility #ident: #runtime::node::Shown<#ty>)
    });
    quote! {
        #(#attributes)*
        #[allow(dead_code, reason = "fields of a node are declared, never filled")]
        #visibility struct #ident { #(#fields,)* }
    }
}

/// One column or relation, shown: a missing one is an error at the field's name, a wrong type one at its type.
fn shown_field(field: &FieldDef, runtime: &Path, entity: &TokenStream) -> TokenStream {
    let FieldDef { ident, ty, name, description, .. } = field;
    let cfg = cfg(&field.attributes);
    let member = quote_spanned!(ident.span()=> #entity::MEMBER.#ident);
    let exposed = quote_spanned!(ty.span()=> __lys_member);
    let order = field.order_by.as_ref().map(|columns| order_by(columns, ty, runtime));
    let shown = quote_spanned! {ty.span()=>
        <_ as #runtime::node::Exposes<#ty>>::expose(#exposed, #name, #description) #order
    };
    let access = field.access.builder_calls(runtime);
    quote! {
        #(#cfg)*
        let node = {
            let __lys_member = #member;
            node.show(#shown #access)
        };
    }
}

/// What clients may sort by: a field that is no connection is an error at its type, a missing column one at its name.
fn order_by(columns: &[Ident], ty: &Type, runtime: &Path) -> TokenStream {
    if columns.is_empty() {
        return quote_spanned!(ty.span()=> .unordered::<#ty>());
    }
    let keys = columns.iter().map(|column| {
        let target = quote_spanned!(ty.span()=> <#ty as #runtime::node::Paged>::Entity);
        let key = quote_spanned!(column.span()=> <#target as #runtime::Entity>::COLUMN.#column);
        quote_spanned!(ty.span()=> .order_by::<#ty, _>(#key))
    });
    quote!(#(#keys)*)
}

/// `#[node]`: a plain result shape.
fn plain_node(def: &NodeDef<'_>) -> TokenStream {
    let (runtime, item, ident, name) = (&def.runtime, fallback::bare(def.item), &def.item.ident, &def.name);
    let description = &def.description;
    let output = quote!(#runtime::output);
    let fields = def.fields.iter().map(|field| {
        let (cfg, ty, name, description) = (cfg(&field.attributes), &field.ty, &field.name, &field.description);
        quote_spanned!(ty.span()=> #(#cfg)* let object = object.field::<#ty>(#name, #description);)
    });
    let declared = def.fields.iter().map(|field| {
        let (cfg, ty) = (cfg(&field.attributes), &field.ty);
        quote!(#(#cfg)* <#ty as #output::Output>::declare)
    });
    let written = def.fields.iter().map(|field| {
        let (cfg, ident, ty) = (cfg(&field.attributes), &field.ident, &field.ty);
        quote!(#(#cfg)* |node, writer| <#ty as #output::Output>::write(&node.#ident, writer))
    });
    quote! {
        #item

        const _: () = {
            const __LYS_FIELDS: &[#output::WriteField<#ident>] = &[#(#written,)*];

            #[automatically_derived]
            impl #output::Output for #ident {
                fn type_ref() -> #output::TypeRef {
                    #output::TypeRef::named(#name)
                }

                fn declare(types: &mut #output::OutputTypes) {
                    let declared: &[fn(&mut #output::OutputTypes)] = &[#(#declared,)*];
                    let object = #output::ObjectDef::new(#name, #description);
                    #(#fields)*
                    types.declare_object(object, declared);
                }

                fn write(&self, writer: &mut #output::ValueWriter<'_, '_>) -> #output::Written {
                    #output::write_fields(self, __LYS_FIELDS, writer)
                }
            }
        };
    }
}

fn cfg(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes
        .iter()
        .filter(|attribute| matches!(&attribute.meta, Meta::List(list) if list.path.is_ident("cfg")))
        .collect()
}
