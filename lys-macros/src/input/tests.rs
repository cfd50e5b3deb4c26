//! Snapshots of the expansion, and what the rules say.
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

use super::expand;
use crate::test_support::{errors, pretty};

fn check(item: TokenStream, expected: &Expect) {
    expected.assert_eq(&pretty(&expand(item)));
}

fn check_errors(item: TokenStream, expected: &Expect) {
    expected.assert_eq(&errors(expand(item)));
}

#[test]
fn with_entity() {
    check(
        quote! {
            /// A new product.
            #[input(entity = Product)]
            pub struct CreateProductInput {
                /// Shown to customers.
                #[input(length(min = 1, max = 255))]
                pub name: String,
                #[input(range(min = 0.01))]
                pub price: f64,
                pub r#type: Option<GlobalId>,
            }
        },
        &expect![[r##"
            #[automatically_derived]
            impl ::lys::input::Input for CreateProductInput {
                fn type_ref() -> ::lys::output::TypeRef {
                    ::lys::output::TypeRef::named("CreateProductInput")
                }
                fn declare(types: &mut ::lys::input::InputTypes) {
                    let mentioned: &[fn(&mut ::lys::input::InputTypes)] = &[
                        <String as ::lys::input::Input>::declare,
                        <f64 as ::lys::input::Input>::declare,
                        <Option<GlobalId> as ::lys::input::Input>::declare,
                    ];
                    types
                        .declare_object(
                            ::lys::input::InputDef::new("CreateProductInput", "A new product.")
                                .field::<String>("name", "Shown to customers.")
                                .field::<f64>("price", "")
                                .field::<Option<GlobalId>>("type", ""),
                            mentioned,
                        );
                }
                fn decode(
                    value: ::core::option::Option<
                        &::lys::__private::async_graphql_value::ConstValue,
                    >,
                    decoder: &mut ::lys::input::Decoder,
                ) -> ::core::option::Option<Self> {
                    let mut fields = ::lys::input::Fields::new(value, decoder);
                    let name = fields
                        .take(
                            "name",
                            &[
                                ::lys::input::rules::Rule::Length {
                                    min: ::core::option::Option::Some(1u32),
                                    max: ::core::option::Option::Some(255u32),
                                },
                            ],
                            <String as ::lys::input::Input>::decode,
                        );
                    let price = fields
                        .take(
                            "price",
                            &[
                                ::lys::input::rules::Rule::Range {
                                    min: ::core::option::Option::Some(0.01f64),
                                    max: ::core::option::Option::None,
                                },
                            ],
                            <f64 as ::lys::input::Input>::decode,
                        );
                    let r#type = fields
                        .take("type", &[], <Option<GlobalId> as ::lys::input::Input>::decode);
                    ::core::option::Option::Some(Self {
                        name: name?,
                        price: price?,
                        r#type: r#type?,
                    })
                }
            }
            #[automatically_derived]
            impl ::lys::input::IntoDraft<Product> for CreateProductInput {
                fn fill(self, draft: &mut ::lys::data::Draft<Product>) -> ::lys::Result<()> {
                    ::lys::input::Assign::assign(
                        self.name,
                        <Product as ::lys::entity::Entity>::COLUMN.name,
                        draft,
                    )?;
                    ::lys::input::Assign::assign(
                        self.price,
                        <Product as ::lys::entity::Entity>::COLUMN.price,
                        draft,
                    )?;
                    ::lys::input::Assign::assign(
                        self.r#type,
                        <Product as ::lys::entity::Entity>::COLUMN.r#type,
                        draft,
                    )?;
                    ::core::result::Result::Ok(())
                }
            }
            #[automatically_derived]
            impl ::lys::input::Children<Product, ::lys::entity::relation::One>
            for CreateProductInput {
                fn into_drafts(self) -> ::lys::Result<::std::vec::Vec<::lys::data::Draft<Product>>> {
                    ::lys::input::children::one(self)
                }
            }
        "##]],
    );
}

#[test]
fn every_mistake_at_once() {
    check_errors(
        quote! {
            #[input(entiti = Product, name = "lower")]
            struct Mistakes<T> {
                #[input(length(min = 3, max = 1), range, skip)]
                name: String,
                #[input(emial)]
                address_2: T,
                #[input(range(min = "1"))]
                price: f64,
            }
        },
        &expect![[r#"
            Unknown field: `entiti`. Did you mean `entity`?
            `Mistakes` cannot be generic, since it is one type in the schema; name the types
            this rule needs its bounds: `(min = …)`, `(max = …)` or both
            Unknown field: `emial`. Did you mean `email`?
            a bound is a number, such as `0.01`
        "#]],
    );
}

#[test]
fn structs_only() {
    check_errors(
        quote!(
            enum Color {
                Red,
            }
        ),
        &expect![[r#"
        an enum is taken by `#[derive(Enum)]`; `#[derive(Input)]` is for structs
    "#]],
    );
    check_errors(
        quote!(
            struct Pair(u8, u8);
        ),
        &expect![[r#"
        an input object needs named fields
    "#]],
    );
    check_errors(
        quote!(
            struct Nothing;
        ),
        &expect![[r#"
        an input object needs at least one field
    "#]],
    );
}

#[test]
fn children_and_what_is_no_column() {
    let item = quote! {
        #[input(entity = Order)]
        struct OrderInput {
            #[input(children, length(max = 9))]
            lines: Vec<LineInput>,
            #[input(skip)]
            notify: Option<String>,
        }
    };
    let expansion = pretty(&expand(item));
    let (_, fill) = expansion.split_once("impl ::lys::input::IntoDraft<Order> for OrderInput").unwrap_or_default();
    expect![[r#"
         {
            fn fill(self, draft: &mut ::lys::data::Draft<Order>) -> ::lys::Result<()> {
                ::lys::input::children::add::<
                    Order,
                    _,
                >(<Order as ::lys::entity::Entity>::MEMBER.lines, "lines", self.lines, draft)?;
                ::core::result::Result::Ok(())
            }
        }
        #[automatically_derived]
        impl ::lys::input::Children<Order, ::lys::entity::relation::One> for OrderInput {
            fn into_drafts(self) -> ::lys::Result<::std::vec::Vec<::lys::data::Draft<Order>>> {
                ::lys::input::children::one(self)
            }
        }
    "#]]
    .assert_eq(fill);
}

#[test]
fn children_belong_to_an_entity() {
    check_errors(
        quote! {
            struct OrderInput {
                #[input(children)]
                lines: Vec<LineInput>,
            }
        },
        &expect![[r#"
            `children` are written with a row, but this input has no entity; drop it, or add `#[input(entity = …)]` to the struct of `lines`
        "#]],
    );
    check_errors(
        quote! {
            #[input(entity = Order)]
            struct OrderInput {
                #[input(children, skip)]
                lines: Vec<LineInput>,
            }
        },
        &expect![[r#"
            `skip` says that nothing becomes of `lines`, `children` that its rows are written; remove one of the two
        "#]],
    );
}
