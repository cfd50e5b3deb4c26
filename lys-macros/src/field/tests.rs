//! Snapshots of the expansion, and what the rules say.
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

use super::expand;
use crate::test_support::{errors, pretty};

fn check(args: TokenStream, item: TokenStream, expected: &Expect) {
    expected.assert_eq(&pretty(&expand(args, item)));
}

fn check_errors(args: TokenStream, item: TokenStream, expected: &Expect) {
    expected.assert_eq(&errors(expand(args, item)));
}

#[test]
fn query() {
    check(
        quote!(query, public),
        quote! {
            /// How many.
            async fn count(ctx: &Context<'_>, count: Option<i32>) -> Result<i32> {
                Ok(count.unwrap_or(0))
            }
        },
        &expect![[r#"
            /// How many.
            async fn count(ctx: &Context<'_>, count: Option<i32>) -> Result<i32> {
                Ok(count.unwrap_or(0))
            }
            const _: () = {
                fn __lys_count() -> ::lys::operation::OperationDef {
                    ::lys::operation::OperationDef::field::<
                        <Result<i32> as ::lys::field::Returns>::Value,
                    >(
                            "count",
                            ::lys::operation::Root::Query,
                            |call| {
                                ::lys::field::resolve::<
                                    _,
                                    _,
                                >(
                                    call,
                                    (::lys::operation::argument::<Option<i32>>("count"),),
                                    |__lys_ctx, (count,)| ::std::boxed::Box::pin(
                                        count(__lys_ctx, count),
                                    ),
                                )
                            },
                        )
                        .describe("How many.")
                        .argument::<Option<i32>>("count", "")
                        .public(::lys::operation::PublicType::NoLimitation)
                }
                ::lys::__register!(Operation(__lys_count));
            };
        "#]],
    );
}

#[test]
fn node_field() {
    check(
        quote!(mutation, node = ProductNode, access(Owner)),
        quote!(
            async fn touch(ctx: &Context<'_>) -> Result<Option<Product>> {}
        ),
        &expect![[r#"
            async fn touch(ctx: &Context<'_>) -> Result<Option<Product>> {}
            const _: () = {
                fn __lys_touch() -> ::lys::operation::OperationDef {
                    ::lys::operation::OperationDef::node_field::<
                        ProductNode,
                        <Result<Option<Product>> as ::lys::field::Returns>::Value,
                    >(
                            "touch",
                            ::lys::operation::Root::Mutation,
                            |call| {
                                ::lys::field::resolve_node::<
                                    ProductNode,
                                    _,
                                    _,
                                >(call, (), |__lys_ctx, ()| ::std::boxed::Box::pin(touch(__lys_ctx)))
                            },
                        )
                        .access::<::lys::access::Owner>()
                }
                const _: () = ::lys::operation::needs_owner::<ProductNode>();
                ::lys::__register!(Operation(__lys_touch));
            };
        "#]],
    );
}

#[test]
fn per_row() {
    check(
        quote!(on = ProductNode, columns(name, price)),
        quote! {
            /// Name and price.
            fn label(price: Decimal, name: String) -> String {
                format!("{name}: {price}")
            }
        },
        &expect![[r#"
            /// Name and price.
            fn label(price: Decimal, name: String) -> String {
                format!("{name}: {price}")
            }
            const _: () = {
                fn __lys_compute_label(
                    call: ::lys::node::ComputedCall<'_>,
                ) -> ::lys::node::Computing<'_> {
                    ::lys::node::computed::per_row::<
                        (Decimal, String),
                        String,
                    >(call, |(price, name)| label(price, name))
                }
                fn __lys_definition() -> ::lys::node::NodeExtensionDef {
                    ::lys::node::NodeExtensionDef::new::<ProductNode>()
                        .computed::<
                            <String as ::lys::node::computed::IntoComputed>::Value,
                        >(
                            "label",
                            "Name and price.",
                            ::std::vec![
                                ::lys::node::computed::column:: < ProductNode, Decimal > (<<
                                ProductNode as ::lys::node::Node > ::Entity as ::lys::entity::Entity
                                > ::COLUMN.price), ::lys::node::computed::column:: < ProductNode,
                                String > (<< ProductNode as ::lys::node::Node > ::Entity as
                                ::lys::entity::Entity > ::COLUMN.name)
                            ],
                            ::std::vec![],
                            __lys_compute_label,
                        )
                }
                ::lys::__register!(NodeExtension(__lys_definition));
            };
        "#]],
    );
}

#[test]
fn per_level() {
    check(
        quote!(on = ProductNode, columns(id)),
        quote! {
            async fn review_count(ctx: &Context<'_>, min: Option<i32>, id: &[Uuid]) -> Result<Vec<i32>> {
                body()
            }
        },
        &expect![[r#"
            async fn review_count(
                ctx: &Context<'_>,
                min: Option<i32>,
                id: &[Uuid],
            ) -> Result<Vec<i32>> {
                body()
            }
            const _: () = {
                fn __lys_compute_review_count(
                    call: ::lys::node::ComputedCall<'_>,
                ) -> ::lys::node::Computing<'_> {
                    ::lys::node::computed::per_level::<
                        (::std::vec::Vec<Uuid>,),
                        _,
                        _,
                    >(
                        call,
                        (::lys::operation::argument::<Option<i32>>("min"),),
                        |__lys_ctx, (id,), (min,)| ::std::boxed::Box::pin(async move {
                            review_count(__lys_ctx, min, &id).await
                        }),
                    )
                }
                fn __lys_definition() -> ::lys::node::NodeExtensionDef {
                    ::lys::node::NodeExtensionDef::new::<ProductNode>()
                        .computed::<
                            <<Result<
                                Vec<i32>,
                            > as ::lys::field::Returns>::Value as ::lys::node::computed::Values>::Value,
                        >(
                            "review_count",
                            "",
                            ::std::vec![
                                ::lys::node::computed::column:: < ProductNode, Uuid > (<< ProductNode
                                as ::lys::node::Node > ::Entity as ::lys::entity::Entity > ::COLUMN
                                .id)
                            ],
                            ::std::vec![
                                ::lys::node::ArgumentDef::new:: < Option < i32 > > ("min", "")
                            ],
                            __lys_compute_review_count,
                        )
                }
                ::lys::__register!(NodeExtension(__lys_definition));
            };
        "#]],
    );
}

#[test]
fn one_place() {
    let function = quote!(
        async fn f(ctx: &Context<'_>) -> Result<i32> {}
    );
    check_errors(
        quote!(access(Role)),
        function.clone(),
        &expect![[r#"
        where does `f` stand? Add `query`, `mutation`, or `on = …Node` to `#[field(…)]`
    "#]],
    );
    check_errors(
        quote!(query, mutation),
        function.clone(),
        &expect![[r#"
        `f` cannot stand in two places; keep `query` or `mutation`
    "#]],
    );
    check_errors(
        quote!(query, on = ProductNode),
        function,
        &expect![[r#"
        `f` cannot stand in two places; keep `query` or `on = …`
    "#]],
    );
}

#[test]
fn mistakes_of_rows() {
    check_errors(
        quote!(on = ProductNode, columns(name, price), licensed = false),
        quote!(
            fn label(name: &str, other: i32) -> String {}
        ),
        &expect![[r#"
            `licensed` belongs to root fields; `label` is shown wherever its node is
            column `name` comes by value; write `name: String` rather than a reference
            `other` is none of `columns(…)`; add it there (arguments need an `async fn`, which sees all rows at once)
            `label` does not read column `price`; add a parameter of that name, or drop it here
        "#]],
    );
}

#[test]
fn mistakes_of_levels() {
    check_errors(
        quote!(on = ProductNode, columns(id, name), node = ProductNode),
        quote!(
            async fn label(id: Vec<Uuid>, text: &str) {}
        ),
        &expect![[r#"
            `label` must say what it returns: `-> Result<…>`
            `node` belongs to root fields; `label` is shown wherever its node is
            `label` must take the context first: `ctx: &Context<'_>`
            argument `text` cannot be a reference; write an owned type, such as `String`
            `label` does not read column `name`; add a parameter of that name, or drop it here
        "#]],
    );
}

#[test]
fn consistency_is_said_of_queries() {
    let function = |ident: &str| {
        let ident = quote::format_ident!("{ident}");
        quote!(async fn #ident(ctx: &Context<'_>) -> Result<i32> {})
    };
    let query = pretty(&expand(quote!(query, consistency = snapshot), function("f")));
    assert!(query.contains(".consistency(::lys::data::Consistency::Snapshot)"), "{query}");
    check_errors(
        quote!(mutation, consistency = snapshot),
        function("f"),
        &expect![[r#"
        a mutation has a transaction of its own; `consistency` belongs to queries, drop it here
    "#]],
    );
    check_errors(
        quote!(on = ProductNode, consistency = snapshot),
        function("g"),
        &expect![[r#"
        `consistency` belongs to root fields; `g` is shown wherever its node is
    "#]],
    );
}
