//! Snapshots of the expansion, and what the rules say.
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

use super::{Kind, expand};
use crate::test_support::{errors, pretty};

fn check(kind: Kind, args: TokenStream, item: TokenStream, expected: &Expect) {
    expected.assert_eq(&pretty(&expand(kind, args, item)));
}

fn check_errors(kind: Kind, args: TokenStream, item: TokenStream, expected: &Expect) {
    expected.assert_eq(&errors(expand(kind, args, item)));
}

#[test]
fn getter_on_node() {
    check(
        Kind::Getter,
        quote!(access(Role, OrganizationRole), licensed = false),
        quote! {
            #[node(Product)]
            pub struct ProductNode;
        },
        &expect![[r##"
            #[node(Product)]
            pub struct ProductNode;
            const _: () = {
                fn __lys_product() -> ::lys::operation::OperationDef {
                    ::lys::operation::OperationDef::getter::<
                        ProductNode,
                    >("product", |call| ::lys::getter::resolve::<ProductNode>(call))
                        .access::<::lys::access::Role>()
                        .access::<::lys::access::OrganizationRole>()
                        .licensed(false)
                }
                const _: () = ::lys::operation::needs_tenant::<ProductNode>();
                ::lys::__register!(Operation(__lys_product));
            };
        "##]],
    );
}

#[test]
fn connection_with_body() {
    check(
        Kind::Connection,
        quote!(node = ProductNode, order_by(name, r#type), access(Role, path::To::Custom)),
        quote! {
            /// The products, newest first.
            pub(crate) async fn all_products(
                ctx: &Context<'_>,
                /// Part of the name.
                search: Option<String>,
                r#in: Option<GlobalId>,
            ) -> Result<Select<Product>> {
                Ok(Product::select())
            }
        },
        &expect![[r#"
            /// The products, newest first.
            pub(crate) async fn all_products(
                ctx: &Context<'_>,
                search: Option<String>,
                r#in: Option<GlobalId>,
            ) -> Result<Select<Product>> {
                Ok(Product::select())
            }
            const _: () = {
                fn __lys_all_products() -> ::lys::operation::OperationDef {
                    ::lys::operation::OperationDef::connection::<
                        ProductNode,
                    >(
                            "all_products",
                            |call| ::lys::connection::resolve::<
                                ProductNode,
                                _,
                            >(
                                call,
                                (
                                    ::lys::operation::argument::<Option<String>>("search"),
                                    ::lys::operation::argument::<Option<GlobalId>>("in"),
                                ),
                                |__lys_ctx, (search, r#in)| ::std::boxed::Box::pin(
                                    all_products(__lys_ctx, search, r#in),
                                ),
                            ),
                        )
                        .describe("The products, newest first.")
                        .argument::<Option<String>>("search", "Part of the name.")
                        .argument::<Option<GlobalId>>("in", "")
                        .order_by(
                            <<ProductNode as ::lys::node::Node>::Entity as ::lys::entity::Entity>::COLUMN
                                .name,
                        )
                        .order_by(
                            <<ProductNode as ::lys::node::Node>::Entity as ::lys::entity::Entity>::COLUMN
                                .r#type,
                        )
                        .access::<::lys::access::Role>()
                        .access::<path::To::Custom>()
                }
                ::lys::__register!(Operation(__lys_all_products));
            };
        "#]],
    );
}

/// What is left of an expansion without the item: the calls.
fn calls(kind: Kind, args: TokenStream, item: TokenStream) -> String {
    let text = pretty(&expand(kind, args, item));
    text.split_once("const _")
        .map(|(_, calls)| calls.split_whitespace().collect::<String>().replace(",>", ">"))
        .unwrap_or_default()
}

#[test]
fn a_list_says_that_many_rows_are_written() {
    let creation = calls(
        Kind::Creation,
        quote!(node = ProductNode),
        quote!(
            async fn add(_: &Context<'_>, inputs: Vec<AddInput>) -> Result<Vec<Draft<Product>>> {}
        ),
    );
    assert!(
        creation.contains("creation::resolve_many::<ProductNode,_,_>(") && creation.contains(".many()"),
        "{creation}"
    );
    let edition = calls(
        Kind::Edition,
        quote!(node = ProductNode),
        quote!(
            async fn change(_: &Context<'_>, rows: Vec<Product>) -> lys::Result<Vec<Draft<Product>>> {}
        ),
    );
    assert!(edition.contains("edition::resolve_many::<ProductNode,_,_>(") && edition.contains(".many()"), "{edition}");
    let deletion = calls(
        Kind::Deletion,
        quote!(node = ProductNode),
        quote!(
            async fn remove(_: &Context<'_>, rows: Vec<Product>) -> Result<()> {}
        ),
    );
    assert!(deletion.contains("deletion::resolve_many_with::<ProductNode,_>("), "{deletion}");
    let on_node = calls(
        Kind::Deletion,
        quote!(many),
        quote!(
            struct CategoryNode;
        ),
    );
    assert!(
        on_node.contains("(\"delete_categories\",|call|::lys::deletion::resolve_many::<CategoryNode>(call)"),
        "{on_node}"
    );
    assert!(on_node.contains(".many()"), "{on_node}");
    let one = calls(
        Kind::Deletion,
        quote!(),
        quote!(
            struct CategoryNode;
        ),
    );
    assert!(one.contains("delete_category") && !one.contains("many"), "{one}");
}

#[test]
fn filtered_connection() {
    check(
        Kind::Connection,
        quote!(filter(name, category(id), reviews(body, author(r#type)))),
        quote! {
            struct ProductNode;
        },
        &expect![[r#"
            struct ProductNode;
            const _: () = {
                fn __lys_all_products() -> ::lys::operation::OperationDef {
                    ::lys::operation::OperationDef::connection::<
                        ProductNode,
                    >("all_products", |call| ::lys::connection::resolve_all::<ProductNode>(call))
                        .filter::<
                            ProductNode,
                        >([
                            ::lys::connection::filter::column(
                                <<ProductNode as ::lys::node::Node>::Entity as ::lys::entity::Entity>::MEMBER
                                    .name,
                            ),
                            ::lys::connection::filter::relation(
                                <<ProductNode as ::lys::node::Node>::Entity as ::lys::entity::Entity>::MEMBER
                                    .category,
                                |__lys_row| [::lys::connection::filter::column(__lys_row.id)],
                            ),
                            ::lys::connection::filter::relation(
                                <<ProductNode as ::lys::node::Node>::Entity as ::lys::entity::Entity>::MEMBER
                                    .reviews,
                                |__lys_row| [
                                    ::lys::connection::filter::column(__lys_row.body),
                                    ::lys::connection::filter::relation(
                                        __lys_row.author,
                                        |__lys_row| [
                                            ::lys::connection::filter::column(__lys_row.r#type),
                                        ],
                                    ),
                                ],
                            ),
                        ])
                }
                ::lys::__register!(Operation(__lys_all_products));
            };
        "#]],
    );
}

#[test]
fn sorted_connection() {
    check(
        Kind::Connection,
        quote!(sort(name, category(id), reviews)),
        quote! {
            struct ProductNode;
        },
        &expect![[r#"
            struct ProductNode;
            const _: () = {
                fn __lys_all_products() -> ::lys::operation::OperationDef {
                    ::lys::operation::OperationDef::connection::<
                        ProductNode,
                    >("all_products", |call| ::lys::connection::resolve_all::<ProductNode>(call))
                        .sort::<
                            ProductNode,
                        >([
                            ::lys::connection::sort::key(
                                <<ProductNode as ::lys::node::Node>::Entity as ::lys::entity::Entity>::MEMBER
                                    .name,
                            ),
                            ::lys::connection::sort::relation(
                                <<ProductNode as ::lys::node::Node>::Entity as ::lys::entity::Entity>::MEMBER
                                    .category,
                                |__lys_row| [::lys::connection::sort::key(__lys_row.id)],
                            ),
                            ::lys::connection::sort::key(
                                <<ProductNode as ::lys::node::Node>::Entity as ::lys::entity::Entity>::MEMBER
                                    .reviews,
                            ),
                        ])
                }
                ::lys::__register!(Operation(__lys_all_products));
            };
        "#]],
    );
}

#[test]
fn summed_up_connection() {
    check(
        Kind::Connection,
        quote!(aggregate(price, created_at), group_by(category_id)),
        quote! {
            struct ProductNode;
        },
        &expect![[r#"
            struct ProductNode;
            const _: () = {
                fn __lys_all_products() -> ::lys::operation::OperationDef {
                    ::lys::operation::OperationDef::connection::<
                        ProductNode,
                    >("all_products", |call| ::lys::connection::resolve_all::<ProductNode>(call))
                        .aggregate(
                            ::lys::connection::aggregate::column(
                                <<ProductNode as ::lys::node::Node>::Entity as ::lys::entity::Entity>::COLUMN
                                    .price,
                            ),
                        )
                        .aggregate(
                            ::lys::connection::aggregate::column(
                                <<ProductNode as ::lys::node::Node>::Entity as ::lys::entity::Entity>::COLUMN
                                    .created_at,
                            ),
                        )
                        .group_by(
                            ::lys::connection::aggregate::group(
                                <<ProductNode as ::lys::node::Node>::Entity as ::lys::entity::Entity>::COLUMN
                                    .category_id,
                            ),
                        )
                }
                ::lys::__register!(Operation(__lys_all_products));
            };
        "#]],
    );
}

#[test]
fn filters_with_mistakes() {
    let connections = [
        quote!(filter()),
        quote!(filter(name, "text", a::b, c = 1, name)),
        quote!(filter(not, category(or, and, name, name))),
        quote!(filter(category())),
        quote!(filter = "name"),
        quote!(filtre(name)),
    ];
    let explained = |kind, options: TokenStream| {
        let node = quote! {
            struct ProductNode;
        };
        format!("{options}\n{}", errors(expand(kind, options.clone(), node)))
    };
    let mut all = connections.map(|options| explained(Kind::Connection, options)).to_vec();
    all.push(explained(Kind::Getter, quote!(filter(name))));
    all.push(explained(Kind::Getter, quote!(sort(name))));
    all.push(explained(Kind::Getter, quote!(aggregate(name), group_by(name))));
    all.push(explained(Kind::Connection, quote!(aggregate(price, count))));
    expect![[r#"
        filter ()
        name at least one column or relation

        filter (name , "text" , a :: b , c = 1 , name)
        a column is named by its identifier, a relation as `name(…)`, without quotes or path
        a column is named by its identifier, a relation as `name(…)`, without quotes or path
        a column is named by its identifier, a relation as `name(…)`, without quotes or path
        `name` is there twice; drop one

        filter (not , category (or , and , name , name))
        `name` is there twice; drop one

        filter (category ())
        name at least one column or relation

        filter = "name"
        Unexpected type `string`

        filtre (name)
        Unknown field: `filtre`. Did you mean `filter`?

        filter (name)
        a getter has nothing to filter; `filter` belongs to `#[connection]`

        sort (name)
        a getter has no order; `sort` belongs to `#[connection]`

        aggregate (name) , group_by (name)
        a getter has no rows to sum up; `aggregate` belongs to `#[connection]`
        a getter has no rows to group; `group_by` belongs to `#[connection]`

        aggregate (price , count)
        `count` is the number of rows, so no summed-up column can have this name; leave it out
    "#]]
    .assert_eq(&all.join("\n"));
}

#[test]
fn creation() {
    check(
        Kind::Creation,
        quote!(node = ProductNode, public(disconnected), enabled = false, allow_override, crate = crate::renamed),
        quote! {
            async fn create_product(_: &Context<'_>, inputs: CreateProductInput) -> Result<Draft<Product>> {
                inputs.into_draft()
            }
        },
        &expect![[r#"
            async fn create_product(
                _: &Context<'_>,
                inputs: CreateProductInput,
            ) -> Result<Draft<Product>> {
                inputs.into_draft()
            }
            const _: () = {
                fn __lys_create_product() -> crate::renamed::operation::OperationDef {
                    crate::renamed::operation::OperationDef::creation::<
                        ProductNode,
                    >(
                            "create_product",
                            |call| crate::renamed::creation::resolve::<
                                ProductNode,
                                _,
                                _,
                            >(
                                call,
                                (
                                    crate::renamed::operation::argument::<
                                        CreateProductInput,
                                    >("inputs"),
                                ),
                                |__lys_ctx, (inputs,)| ::std::boxed::Box::pin(
                                    create_product(__lys_ctx, inputs),
                                ),
                            ),
                        )
                        .argument::<CreateProductInput>("inputs", "")
                        .public(crate::renamed::operation::PublicType::Disconnected)
                        .enabled(false)
                        .allow_override()
                }
                crate::renamed::__register!(Operation(__lys_create_product));
            };
        "#]],
    );
}

#[test]
fn edition_takes_the_row() {
    check(
        Kind::Edition,
        quote!(node = ProductNode, access(Owner)),
        quote! {
            async fn update(ctx: &Context<'_>, Product { .. }: Product, update: Changes) -> Result<Draft<Product>> {
                body()
            }
        },
        &expect![[r#"
            async fn update(
                ctx: &Context<'_>,
                Product { .. }: Product,
                update: Changes,
            ) -> Result<Draft<Product>> {
                body()
            }
            const _: () = {
                fn __lys_update() -> ::lys::operation::OperationDef {
                    ::lys::operation::OperationDef::edition::<
                        ProductNode,
                    >(
                            "update",
                            |call| ::lys::edition::resolve::<
                                ProductNode,
                                _,
                                _,
                            >(
                                call,
                                (::lys::operation::argument::<Changes>("update"),),
                                |__lys_ctx, __lys_row, (update,)| ::std::boxed::Box::pin(
                                    update(__lys_ctx, __lys_row, update),
                                ),
                            ),
                        )
                        .argument::<Changes>("update", "")
                        .access::<::lys::access::Owner>()
                }
                const _: () = ::lys::operation::needs_owner::<ProductNode>();
                ::lys::__register!(Operation(__lys_update));
            };
        "#]],
    );
}

#[test]
fn names_from_nodes() {
    for (kind, node, name) in [
        (
            Kind::Getter,
            quote!(
                struct ProductNode;
            ),
            "\"product\"",
        ),
        (
            Kind::Connection,
            quote!(
                struct ProductCategoryNode;
            ),
            "\"all_product_categories\"",
        ),
        (
            Kind::Connection,
            quote!(
                struct Address;
            ),
            "\"all_addresses\"",
        ),
        (
            Kind::Deletion,
            quote!(
                struct ProductNode;
            ),
            "\"delete_product\"",
        ),
    ] {
        assert!(pretty(&expand(kind, TokenStream::new(), node)).contains(name), "{name}");
    }
}

#[test]
fn every_mistake_at_once() {
    check_errors(
        Kind::Getter,
        quote!(order_by(name), public, access(Role, Role, Connected), licensed = true),
        quote! {
            fn product_(context: Context, (a, b): (u8, u8), text: &str) {}
        },
        &expect![[r#"
            a getter has no order; `order_by` belongs to `#[connection]`
            `product_` must be async; write `async fn product_`
            `product_` must take the context first: `ctx: &Context<'_>`
            `product_` must say what it returns: `-> Result<…>`
            argument `text` cannot be a reference; write an owned type, such as `String`
            which node does `product_` answer with? Add `node = …Node` to `#[getter(…)]`
            `product_` has a `_` that `camelCase` would lose, so `camelCase` ↔ `snake_case` would not round-trip; rename it, or add `name = "…"`
            `product_` is open to all, so levels cannot limit it; drop `public`, or drop `access(…)`
            `product_` is public, and what is public needs no licence; drop `licensed = true`
            `Connected` admits every signed-in user, so `Role` adds nothing; keep one of the two (only `InternalService` goes with `Connected`)
            level `Role` is there twice; drop one
        "#]],
    );
}

#[test]
fn options_with_suggestions() {
    check_errors(
        Kind::Connection,
        quote!(acess(Role), order_bi(name), lisenced = false),
        quote!(
            async fn all(ctx: &Context<'_>) -> Result<Select<Product>> {}
        ),
        &expect![[r#"
            Unknown field: `acess`. Did you mean `access`?
            Unknown field: `order_bi`. Did you mean `order_by`?
            Unknown field: `lisenced`. Did you mean `licensed`?
        "#]],
    );
}

#[test]
fn node_form_needs_no_node() {
    check_errors(
        Kind::Getter,
        quote!(node = ProductNode),
        quote!(
            struct ProductNode;
        ),
        &expect![[r#"
        the node is `ProductNode` itself; drop `node = …`
    "#]],
    );
}

#[test]
fn creation_needs_a_body() {
    check_errors(
        Kind::Creation,
        quote!(access(Role)),
        quote!(
            struct ProductNode;
        ),
        &expect![[r#"
        a creation needs a body; write `#[creation(node = ProductNode)] async fn …`, which says what is written
    "#]],
    );
}

#[test]
fn half_typed_body() {
    let item = quote!(async fn all(ctx: &Context<'_>) -> Result<Select<Product>> { Product::select(). });
    check_errors(Kind::Connection, quote!(node = ProductNode), item, &expect![[""]]);
}

#[test]
fn consistency_is_said_of_queries() {
    let node = || {
        quote!(
            pub struct ProductNode;
        )
    };
    for (word, call) in [("statement", "Consistency::Statement"), ("snapshot", "Consistency::Snapshot")] {
        let word = quote::format_ident!("{word}");
        let expanded = pretty(&expand(Kind::Connection, quote!(consistency = #word), node()));
        assert!(expanded.contains(&format!(".consistency(::lys::data::{call})")), "{expanded}");
    }
    let mistakes = [
        (Kind::Connection, quote!(consistency = snap)),
        (Kind::Getter, quote!(consistency = "snapshot")),
        (Kind::Deletion, quote!(consistency = snapshot)),
        (Kind::Getter, quote!(consistancy = snapshot)),
    ];
    let told: Vec<String> = mistakes.into_iter().map(|(kind, args)| errors(expand(kind, args, node()))).collect();
    expect![[r#"
        a consistency is `statement` (each statement sees the newest rows) or `snapshot` (all see the same rows), without quotes
        a consistency is `statement` (each statement sees the newest rows) or `snapshot` (all see the same rows), without quotes
        a deletion has a transaction of its own; `consistency` belongs to queries, drop it here
        Unknown field: `consistancy`. Did you mean `consistency`?
    "#]].assert_eq(&told.concat());
}
