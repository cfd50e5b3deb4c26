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
fn with_extractor() {
    check(
        quote!(GET "/stats/{id}", access(Role), licensed = false),
        quote! {
            /// Numbers.
            async fn stats(ctx: &Context<'_>, web::Path(id): web::Path<Uuid>) -> Result<HttpResponse> {
                Ok(HttpResponse::Ok().finish())
            }
        },
        &expect![[r#"
            /// Numbers.
            async fn stats(
                ctx: &Context<'_>,
                web::Path(id): web::Path<Uuid>,
            ) -> Result<HttpResponse> {
                Ok(HttpResponse::Ok().finish())
            }
            const _: () = {
                fn __lys_handle_stats(
                    call: ::lys::endpoint::EndpointCall<'_>,
                ) -> ::lys::endpoint::Handling<'_> {
                    ::lys::endpoint::handle::<
                        (web::Path<Uuid>,),
                        _,
                    >(
                        call,
                        |__lys_ctx, (__lys_0,)| ::std::boxed::Box::pin(stats(__lys_ctx, __lys_0)),
                    )
                }
                fn __lys_definition() -> ::lys::endpoint::EndpointDef {
                    ::lys::endpoint::EndpointDef::new(
                            "stats",
                            "GET",
                            "/stats/{id}",
                            __lys_handle_stats,
                        )
                        .describe("Numbers.")
                        .access::<::lys::access::Role>()
                        .licensed(false)
                }
                ::lys::__register!(Endpoint(__lys_definition));
            };
        "#]],
    );
}

#[test]
fn every_mistake_at_once() {
    check_errors(
        quote!(Get "stats", acess(Role)),
        quote!(
            fn stats() {}
        ),
        &expect![[r#"
            `stats` must be async; write `async fn stats`
            `stats` must take the context first: `ctx: &Context<'_>`
            `stats` must say what it returns: `-> Result<…>`
            `Get` is no HTTP method; write `GET`
            a path starts with `/`; write `"/stats"`
            Unknown field: `acess`. Did you mean `access`?
        "#]],
    );
    check_errors(
        quote!(FETCH "/stats"),
        quote!(
            async fn stats(ctx: &Context<'_>) -> Result<u8> {}
        ),
        &expect![[r#"
            `FETCH` is no HTTP method; write one of GET, POST, PUT, PATCH, DELETE, HEAD
        "#]],
    );
    check_errors(
        quote!("/stats"),
        quote!(
            async fn stats(ctx: &Context<'_>) -> Result<u8> {}
        ),
        &expect![[r#"
            an endpoint starts with its method and path: `#[endpoint(GET "/path", …)]`
        "#]],
    );
}
