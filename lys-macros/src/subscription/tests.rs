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
fn rows() {
    check(
        quote!(node = ReviewNode, access(Role, OrganizationRole), licensed = false),
        quote! {
            /// Reviews, as they are written.
            async fn review_created(ctx: &Context<'_>, product_id: GlobalId) -> Result<Events<Review>> {
                ctx.events(REVIEW_CREATED.on("reviews")).await
            }
        },
        &expect![[r#"
            /// Reviews, as they are written.
            async fn review_created(
                ctx: &Context<'_>,
                product_id: GlobalId,
            ) -> Result<Events<Review>> {
                ctx.events(REVIEW_CREATED.on("reviews")).await
            }
            const _: () = {
                fn __lys_review_created() -> ::lys::operation::OperationDef {
                    ::lys::operation::OperationDef::subscription::<
                        ReviewNode,
                    >(
                            "review_created",
                            |call| {
                                ::lys::subscription::resolve_rows::<
                                    ReviewNode,
                                    _,
                                    _,
                                >(
                                    call,
                                    (::lys::operation::argument::<GlobalId>("product_id"),),
                                    |__lys_ctx, (product_id,)| ::std::boxed::Box::pin(
                                        review_created(__lys_ctx, product_id),
                                    ),
                                )
                            },
                        )
                        .describe("Reviews, as they are written.")
                        .argument::<GlobalId>("product_id", "")
                        .access::<::lys::access::Role>()
                        .access::<::lys::access::OrganizationRole>()
                        .licensed(false)
                }
                const _: () = ::lys::operation::needs_tenant::<ReviewNode>();
                ::lys::__register!(Operation(__lys_review_created));
            };
        "#]],
    );
}

#[test]
fn values() {
    check(
        quote!(public, name = "ticks", allow_override, crate = crate::lys),
        quote!(
            async fn tick(_: &Context<'_>) -> Result<Values<i32>> {}
        ),
        &expect![[r#"
            async fn tick(_: &Context<'_>) -> Result<Values<i32>> {}
            const _: () = {
                fn __lys_ticks() -> crate::lys::operation::OperationDef {
                    crate::lys::operation::OperationDef::value_subscription::<
                        <Result<Values<i32>> as crate::lys::field::Returns>::Value,
                    >(
                            "ticks",
                            |call| {
                                crate::lys::subscription::resolve::<
                                    _,
                                    _,
                                >(call, (), |__lys_ctx, ()| ::std::boxed::Box::pin(tick(__lys_ctx)))
                            },
                        )
                        .public(crate::lys::operation::PublicType::NoLimitation)
                        .allow_override()
                }
                crate::lys::__register!(Operation(__lys_ticks));
            };
        "#]],
    );
}

#[test]
fn every_mistake_is_told() {
    check_errors(
        quote!(public, access(Role), name = "tick2_", nods = TickNode),
        quote!(
            fn tick<T>(count: &str) {}
        ),
        &expect![[r#"
            Unknown field: `nods`. Did you mean `node`?
            `tick` must be async; write `async fn tick`
            `tick` cannot be generic; name the types, and write `'_` for lifetimes
            `tick` must say what it returns: `-> Result<…>`
        "#]],
    );
    check_errors(
        quote!(public, access(Role)),
        quote!(
            fn tick(&self, count: &str) {}
        ),
        &expect![[r#"
            `tick` must be async; write `async fn tick`
            `tick` must be a free function; move it out of the `impl` and drop `self`
            `tick` must say what it returns: `-> Result<…>`
            `tick` is open to all, so levels cannot limit it; drop `public`, or drop `access(…)`
        "#]],
    );
}
