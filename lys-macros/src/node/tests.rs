//! Snapshots of the expansion, and the rules.

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

use super::expand;
use crate::snapshot;

fn check(args: TokenStream, item: TokenStream, expected: &Expect) {
    snapshot::check(&expand(args, item), expected);
}

fn errors(args: TokenStream, item: TokenStream) -> Vec<String> {
    snapshot::errors(expand(args, item))
}

#[test]
fn of_an_entity() {
    let item = quote! {
        /// A product.
        #[getter(access(Role))]
        pub struct ProductNode {
            /// What it costs.
            pub price: f64,
            #[cfg(test)]
            reviews: Vec<ReviewNode>,
        }
    };
    check(
        quote!(Product, allow_override),
        item,
        &expect![[r#"
        /// A product.
        #[getter(access(Role))]
        #[allow(dead_code, reason = "fields of a node are declared, never filled")]
        pub struct ProductNode {
            /// What it costs.
            pub price: ::lys::node::Shown<f64>,
            #[cfg(test)]
            reviews: ::lys::node::Shown<Vec<ReviewNode>>,
        }
        const _: () = {
            #[automatically_derived]
            impl ::lys::Node for ProductNode {
                type Entity = Product;
                const NAME: &'static str = "ProductNode";
                fn definition() -> ::lys::node::NodeDef {
                    let node = ::lys::node::NodeDef::new::<Self>("A product.");
                    let node = {
                        let __lys_member = <Product as ::lys::Entity>::MEMBER.price;
                        node.show(
                            <_ as ::lys::node::Exposes<
                                f64,
                            >>::expose(__lys_member, "price", "What it costs."),
                        )
                    };
                    #[cfg(test)]
                    let node = {
                        let __lys_member = <Product as ::lys::Entity>::MEMBER.reviews;
                        node.show(
                            <_ as ::lys::node::Exposes<
                                Vec<ReviewNode>,
                            >>::expose(__lys_member, "reviews", ""),
                        )
                    };
                    node.allow_override()
                }
            }
            ::lys::__register!(Node(< ProductNode as ::lys::Node > ::definition));
        };
    "#]],
    );
}

#[test]
fn connections_have_their_order() {
    check(
        quote!(extends = ProductNode),
        quote!(
            struct More {
                #[relation(order_by(rating, created_at))]
                reviews: Connection<ReviewNode>,
                #[relation(order_by())]
                tags: Connection<TagNode>,
            }
        ),
        &expect![[r#"
            #[allow(dead_code, reason = "fields of a node are declared, never filled")]
            struct More {
                reviews: ::lys::node::Shown<Connection<ReviewNode>>,
                tags: ::lys::node::Shown<Connection<TagNode>>,
            }
            const _: () = {
                fn definition() -> ::lys::node::NodeExtensionDef {
                    let node = ::lys::node::NodeExtensionDef::new::<ProductNode>();
                    let node = {
                        let __lys_member = <<ProductNode as ::lys::Node>::Entity as ::lys::Entity>::MEMBER
                            .reviews;
                        node.show(
                            <_ as ::lys::node::Exposes<
                                Connection<ReviewNode>,
                            >>::expose(__lys_member, "reviews", "")
                                .order_by::<
                                    Connection<ReviewNode>,
                                    _,
                                >(
                                    <<Connection<
                                        ReviewNode,
                                    > as ::lys::node::Paged>::Entity as ::lys::Entity>::COLUMN
                                        .rating,
                                )
                                .order_by::<
                                    Connection<ReviewNode>,
                                    _,
                                >(
                                    <<Connection<
                                        ReviewNode,
                                    > as ::lys::node::Paged>::Entity as ::lys::Entity>::COLUMN
                                        .created_at,
                                ),
                        )
                    };
                    let node = {
                        let __lys_member = <<ProductNode as ::lys::Node>::Entity as ::lys::Entity>::MEMBER
                            .tags;
                        node.show(
                            <_ as ::lys::node::Exposes<
                                Connection<TagNode>,
                            >>::expose(__lys_member, "tags", "")
                                .unordered::<Connection<TagNode>>(),
                        )
                    };
                    node
                }
                ::lys::__register!(NodeExtension(definition));
            };
        "#]],
    );
}

#[test]
fn relations_say_something_once() {
    let found = errors(
        quote!(Product),
        quote!(
            struct ProductNode {
                #[relation]
                a: Connection<ReviewNode>,
                #[relation(order_by(b), order(c))]
                #[relation(order_by(b))]
                b: Connection<ReviewNode>,
            }
        ),
    );
    assert_eq!(found.len(), 3, "{found:#?}");
    let found = errors(
        quote!(),
        quote!(
            struct TotalNode {
                #[relation(order_by(a))]
                a: i32,
            }
        ),
    );
    assert_eq!(found.len(), 1, "{found:#?}");
}

#[test]
fn fields_name_the_levels_that_read_them() {
    let expansion = expand(
        quote!(Product),
        quote!(
            struct ProductNode {
                #[field(access(Owner, crate::Boss))]
                price: f64,
                name: String,
            }
        ),
    )
    .to_string();
    let levels = ". access :: < :: lys :: access :: Owner > () . access :: < crate :: Boss > ()";
    assert_eq!(expansion.matches(levels).count(), 1, "{expansion}");
    assert!(expansion.contains("needs_owner :: < ProductNode > ()"), "{expansion}");
    assert!(!expansion.contains("# [field"), "{expansion}");
    let found = errors(
        quote!(Product),
        quote!(
            struct ProductNode {
                #[field]
                a: i32,
                #[field(access())]
                b: i32,
                #[field(access(Role), licensed = false)]
                c: i32,
                #[field(access(Role))]
                #[field(access(Role))]
                d: i32,
            }
        ),
    );
    assert_eq!(found.len(), 4, "{found:#?}");
}

#[test]
fn extension() {
    check(
        quote!(extends = ProductNode),
        quote!(
            struct More {
                stock: i32,
            }
        ),
        &expect![[r#"
            #[allow(dead_code, reason = "fields of a node are declared, never filled")]
            struct More {
                stock: ::lys::node::Shown<i32>,
            }
            const _: () = {
                fn definition() -> ::lys::node::NodeExtensionDef {
                    let node = ::lys::node::NodeExtensionDef::new::<ProductNode>();
                    let node = {
                        let __lys_member = <<ProductNode as ::lys::Node>::Entity as ::lys::Entity>::MEMBER
                            .stock;
                        node.show(
                            <_ as ::lys::node::Exposes<i32>>::expose(__lys_member, "stock", ""),
                        )
                    };
                    node
                }
                ::lys::__register!(NodeExtension(definition));
            };
        "#]],
    );
}

#[test]
fn plain() {
    check(
        quote!(crate = renamed),
        quote!(
            struct TotalNode {
                count: i32,
            }
        ),
        &expect![[r#"
            struct TotalNode {
                count: i32,
            }
            const _: () = {
                const __LYS_FIELDS: &[renamed::output::WriteField<TotalNode>] = &[
                    |node, writer| <i32 as renamed::output::Output>::write(&node.count, writer),
                ];
                #[automatically_derived]
                impl renamed::output::Output for TotalNode {
                    fn type_ref() -> renamed::output::TypeRef {
                        renamed::output::TypeRef::named("TotalNode")
                    }
                    fn declare(types: &mut renamed::output::OutputTypes) {
                        let declared: &[fn(&mut renamed::output::OutputTypes)] = &[
                            <i32 as renamed::output::Output>::declare,
                        ];
                        let object = renamed::output::ObjectDef::new("TotalNode", "");
                        let object = object.field::<i32>("count", "");
                        types.declare_object(object, declared);
                    }
                    fn write(
                        &self,
                        writer: &mut renamed::output::ValueWriter<'_, '_>,
                    ) -> renamed::output::Written {
                        renamed::output::write_fields(self, __LYS_FIELDS, writer)
                    }
                }
            };
        "#]],
    );
}

#[test]
fn names_end_in_node() {
    assert_eq!(
        errors(
            quote!(Product),
            quote!(
                struct Product2;
            )
        )
        .len(),
        1
    );
    assert_eq!(
        errors(
            quote!(Product, name = "ProductNode"),
            quote!(
                struct Face;
            )
        ),
        [""; 0]
    );
    assert_eq!(
        errors(
            quote!(Product, name = "Product"),
            quote!(
                struct ProductNode;
            )
        )
        .len(),
        1
    );
}

#[test]
fn all_mistakes_at_once() {
    let found = errors(
        quote!(Product, allow_overide),
        quote!(
            struct Face {
                id: GlobalId,
                __a: i32,
            }
        ),
    );
    assert_eq!(found.len(), 4, "{found:#?}");
}
