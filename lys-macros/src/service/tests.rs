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
fn closed() {
    check(
        quote!(Product),
        quote!(
            pub struct ProductService;
        ),
        &expect![[r#"
            pub struct ProductService;
            #[automatically_derived]
            impl ::lys::service::Service for ProductService {
                type Entity = Product;
            }
            const _: () = {
                fn __lys_make(_: ::lys::service::Previous<'_>) -> ::lys::service::Made {
                    ::lys::service::shared::<ProductService>(::std::sync::Arc::new(ProductService))
                }
                fn __lys_definition() -> ::lys::service::ServiceDef {
                    ::lys::service::ServiceDef::new::<ProductService>("ProductService", __lys_make)
                }
                ::lys::__register!(Service(__lys_definition));
            };
        "#]],
    );
}

#[test]
fn open() {
    check(
        quote!(Product),
        quote! {
            /// Prices.
            pub trait ProductService: Debug {
                const RATE: u8 = 1;

                /// What it costs.
                async fn price(&self, ctx: &Context<'_>, id: Uuid) -> Result<Decimal> {
                    Ok(self.rate() * ctx.get(id).await?)
                }

                fn rate(&self) -> u8 {
                    1
                }
            }
        },
        &expect![[r#"
            /// Prices.
            pub trait ProductService: Debug + ::lys::service::Service<Entity = Product> {
                const RATE: u8 = 1;
                /// What it costs.
                fn price<'__lys_future, '__lys_2, '__lys_1, '__lys_0>(
                    &'__lys_0 self,
                    ctx: &'__lys_1 Context<'__lys_2>,
                    id: Uuid,
                ) -> ::lys::service::Boxed<'__lys_future, Result<Decimal>>
                where
                    '__lys_0: '__lys_future,
                    '__lys_1: '__lys_future,
                    '__lys_2: '__lys_future,
                {
                    ::lys::service::boxed::<
                        Result<Decimal>,
                    >(async move { Ok(self.rate() * ctx.get(id).await?) })
                }
                fn rate(&self) -> u8 {
                    1
                }
            }
            const _: () = {
                struct __LysDefault;
                #[automatically_derived]
                impl ::lys::service::Service for __LysDefault {
                    type Entity = Product;
                }
                #[automatically_derived]
                impl ProductService for __LysDefault {}
                fn __lys_make(_: ::lys::service::Previous<'_>) -> ::lys::service::Made {
                    ::lys::service::shared::<dyn ProductService>(::std::sync::Arc::new(__LysDefault))
                }
                fn __lys_definition() -> ::lys::service::ServiceDef {
                    ::lys::service::ServiceDef::new::<
                        dyn ProductService,
                    >("ProductService", __lys_make)
                }
                ::lys::__register!(Service(__lys_definition));
            };
        "#]],
    );
}

#[test]
fn overriding() {
    check(
        quote!(overrides = ProductService),
        quote! {
            impl ProductService for SaleService {
                async fn price<'c>(&self, ctx: &'c Context<'_>, id: Uuid) -> Result<Decimal> {
                    Ok(self.previous.price(ctx, id).await? / 2)
                }
            }
        },
        &expect![[r#"
            impl ProductService for SaleService {
                fn price<'c, '__lys_future, '__lys_1, '__lys_0>(
                    &'__lys_0 self,
                    ctx: &'c Context<'__lys_1>,
                    id: Uuid,
                ) -> ::lys::service::Boxed<'__lys_future, Result<Decimal>>
                where
                    'c: '__lys_future,
                    '__lys_0: '__lys_future,
                    '__lys_1: '__lys_future,
                {
                    ::lys::service::boxed::<
                        Result<Decimal>,
                    >(async move { Ok(self.previous.price(ctx, id).await? / 2) })
                }
            }
            #[automatically_derived]
            impl ::lys::service::Service for SaleService {
                type Entity = <dyn ProductService as ::lys::service::Service>::Entity;
            }
            const _: () = {
                fn __lys_make(previous: ::lys::service::Previous<'_>) -> ::lys::service::Made {
                    ::lys::service::over::<
                        dyn ProductService,
                        SaleService,
                    >(previous, |service| service)
                }
                fn __lys_definition() -> ::lys::service::ServiceDef {
                    ::lys::service::ServiceDef::new::<dyn ProductService>("SaleService", __lys_make)
                        .overriding()
                }
                ::lys::__register!(Service(__lys_definition));
            };
        "#]],
    );
}

#[test]
fn mistakes_of_traits() {
    check_errors(
        TokenStream::new(),
        quote! {
            trait ProductService {
                async fn price(&self) -> Result<Decimal>;
                async fn list<T>(&self, filter: impl Fn(T)) -> Result<T> {}
                fn new() -> u8 { 0 }
            }
        },
        &expect![[r#"
            method `list` of an open service cannot be generic, since it is called through `dyn`; name the type
            method `list` of an open service is called through `dyn`; name the type instead of `impl`
            method `new` of an open service takes `&self`; add it
            `price` needs a body: `ProductService` works as it is, until an app overrides it
            which entity does `ProductService` serve? Write `#[service(Product)]`
        "#]],
    );
}

#[test]
fn mistakes_of_places() {
    check_errors(
        quote!(overrides = ProductService),
        quote!(
            struct SaleService;
        ),
        &expect![[r#"
            an override stands on the `impl`; move it to `impl ProductService for SaleService`
        "#]],
    );
    check_errors(
        quote!(Product),
        quote!(impl ProductService for SaleService {}),
        &expect![[r#"
        an `impl` has the entity of the service it overrides; write `#[service(overrides = …)]`
    "#]],
    );
    check_errors(
        quote!(overrides = OtherService),
        quote!(impl ProductService for SaleService {}),
        &expect![[r#"
        this implements `ProductService`, not `OtherService`; name the same service
    "#]],
    );
    check_errors(
        quote!(Product, overides = ProductService),
        quote!(
            struct ProductService;
        ),
        &expect![[r#"
            Unknown field: `overides`. Did you mean `overrides`?
        "#]],
    );
    check_errors(
        quote!("Product"),
        quote!(
            struct ProductService<T>(T);
        ),
        &expect![[r#"
            service `ProductService` cannot be generic: it is looked up by its type
            an entity is named by its type, without quotes
        "#]],
    );
}
