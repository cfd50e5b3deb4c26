//! Snapshots of the expansion, and the rules.

use expect_test::expect_file;
use proc_macro2::TokenStream;
use quote::quote;

use super::expand;
use crate::snapshot;

fn errors(args: TokenStream, item: TokenStream) -> Vec<String> {
    snapshot::errors(expand(args, item))
}

#[test]
fn columns_relations_and_scopes() {
    let item = quote! {
        /// A review.
        struct Review {
            #[belongs_to(Product, access = inherit, on_delete = cascade)]
            product_id: Uuid,
            #[column(length = 20, unique)]
            #[cfg(feature = "titles")]
            title: String,
            author_id: Uuid,
            #[version]
            revision: i32,
            #[has_many(Answer, by = review_id)]
            answers: Many<Answer>,
        }
    };
    let expansion = expand(quote!(table = "reviews", owner = author_id, module = reviews), item);
    expect_file!["snapshots/review.rs"].assert_eq(&snapshot::text(&expansion));
}

#[test]
fn parametric_entities_have_business_ids() {
    let expansion = expand(
        quote!(parametric),
        quote!(
            pub struct Category;
        ),
    )
    .to_string();
    let row = expansion.split('}').next().unwrap_or_default();
    for column in
        ["id : :: std :: string :: String", "enabled : bool", "description : ", "created_at : ", "updated_at : "]
    {
        assert!(row.contains(column), "{row}");
    }
}

#[test]
fn all_mistakes_at_once() {
    let item = quote! {
        struct Product {
            id: Uuid,
            #[column(length = 0, uniqe)]
            name: String,
            client_id: Uuid,
        }
    };
    let found = errors(quote!(owner = author), item);
    assert_eq!(found.len(), 5, "{found:#?}");
}

#[test]
fn a_relation_is_named_by_its_key() {
    let relation = |key: &str| {
        let ident = syn::Ident::new(key, proc_macro2::Span::call_site());
        super::check::relation_of_key(&ident).map(|relation| relation.to_string()).ok()
    };
    assert_eq!(relation("category_id").as_deref(), Some("category"));
    assert_eq!(relation("type_id").as_deref(), Some("r#type"));
    assert_eq!(relation("category"), None);
    assert_eq!(relation("_id"), None);
}

#[test]
fn one_tenant_rule_is_enough() {
    let item = || {
        quote!(
            struct Product {
                client_id: Uuid,
                region_id: Uuid,
            }
        )
    };
    assert_eq!(errors(quote!(tenant(client = client_id, region = region_id)), item()), [""; 0]);
    assert_eq!(errors(quote!(tenant_none = "shared"), item()), [""; 0]);
    assert_eq!(errors(quote!(), item()).len(), 1);
}

#[test]
fn whose_rows_are_may_be_said_by_a_key() {
    let item = || {
        quote!(
            struct Review {
                #[belongs_to(Product)]
                product_id: Uuid,
                #[has_many(Vote)]
                votes: Many<Vote>,
                client_id: Uuid,
            }
        )
    };
    let scopes = quote!(owner = product.author_id, tenant(client = product.shop.client_id), scope = rules::shared);
    assert_eq!(errors(scopes, item()), [""; 0]);
    let scopes = quote!(owner = product, tenant(client = article.client_id, region = votes.region_id));
    assert_eq!(errors(scopes, item()).len(), 3);
    assert_eq!(errors(quote!(owner = author().id, tenant_none = "of authors"), item()).len(), 1);
    assert_eq!(errors(quote!(tenant(client = client_id), scope = "shared", scope = shared()), item()).len(), 2);
    // A scope of one's own does not say which tenant a column is.
    assert_eq!(errors(quote!(scope = shared), item()).len(), 1);
}

#[test]
fn a_way_and_a_rule_are_what_could_be_written_by_hand() {
    let item = quote!(
        struct Review {
            #[cfg(test)]
            #[belongs_to(Product)]
            product_id: Uuid,
        }
    );
    let expansion = expand(quote!(owner = product.shop.owner_id, scope = rules::shared), item).to_string();
    let way = ":: lys :: entity :: Way :: of :: < Review > () . along (| __lys_members | __lys_members . product) \
               . along (| __lys_members | __lys_members . shop) . to (| __lys_columns | __lys_columns . owner_id) . owner ()";
    assert!(
        expansion.contains(&format!("# [cfg (test)] let definition = definition . related_scope ({way}) ;")),
        "{expansion}"
    );
    let rule = "definition . scope_rule (\"rules::shared\" , | __lys_grant | :: lys :: entity :: bridge :: scope_of :: \
                < Review > (rules :: shared , __lys_grant)) ;";
    assert!(expansion.contains(rule), "{expansion}");
}

#[test]
fn a_row_has_one_version_and_lys_counts_it() {
    let item = quote! {
        struct Shelf {
            #[version]
            version: i32,
            #[version]
            revision: i32,
            #[version(i32)]
            #[column(unique)]
            edition: i32,
        }
    };
    let found = errors(quote!(), item);
    assert_eq!(found.len(), 3, "{found:#?}");
    let key = quote! {
        struct Shelf {
            #[version]
            #[belongs_to(Room)]
            room_id: i32,
        }
    };
    assert_eq!(errors(quote!(), key).len(), 1);
}

#[test]
fn the_user_keeps_derives_of_their_own() {
    let expansion = expand(
        quote!(),
        quote!(
            #[derive(Debug, serde::Serialize)]
            struct Shelf {
                name: String,
            }
        ),
    )
    .to_string();
    assert_eq!(expansion.matches("derive (:: core :: clone :: Clone , :: core :: cmp :: PartialEq)").count(), 1);
}

#[test]
fn another_item_is_kept() {
    let found = errors(
        quote!(),
        quote!(
            enum Shelf {
                A,
            }
        ),
    );
    assert_eq!(found, ["`#[entity]` stands on a struct: its fields are the columns"]);
    assert!(
        expand(
            quote!(),
            quote!(
                enum Shelf {
                    A,
                }
            )
        )
        .to_string()
        .starts_with("enum Shelf")
    );
}

#[test]
fn sensitive_is_a_constant() {
    let item = || {
        quote!(
            struct Patient {
                name: String,
            }
        )
    };
    let sensitive = "const SENSITIVE : bool = true ;";
    assert!(expand(quote!(sensitive), item()).to_string().contains(sensitive));
    assert!(!expand(quote!(), item()).to_string().contains("SENSITIVE"));
}

#[test]
fn a_soft_deletion_is_a_column_and_a_trait() {
    let expansion = expand(
        quote!(soft_delete),
        quote!(
            struct Note {
                text: String,
            }
        ),
    )
    .to_string();
    let row = expansion.split('}').next().unwrap_or_default();
    assert!(row.contains("deleted_at : "), "{row}");
    assert!(expansion.contains("impl :: lys :: entity :: SoftDelete for Note"), "{expansion}");
    assert!(expansion.contains("definition . soft_delete (note_entity :: Column :: DeletedAt as u16)"), "{expansion}");
    let plain = expand(
        quote!(),
        quote!(
            struct Note {
                deleted_at: Time,
            }
        ),
    )
    .to_string();
    assert!(!plain.contains("SoftDelete") && !plain.contains("soft_delete"), "{plain}");
}

#[test]
fn the_time_of_a_soft_deletion_is_not_declared_by_hand() {
    let item = quote!(
        struct Note {
            text: String,
            deleted_at: Time,
        }
    );
    let wanted = ["lys adds `deleted_at` to every `soft_delete` entity; remove the field"];
    assert_eq!(errors(quote!(soft_delete), item), wanted);
}

#[test]
fn unique_keys_have_handles() {
    let item = quote! {
        pub struct Seat {
            #[column(unique)]
            pub r#type: String,
            row: i32,
            number: i32,
        }
    };
    let expansion = expand(quote!(unique(row, number), unique(number)), item).to_string();
    let (_, uniques) = expansion.split_once("struct __LysSeatUniques").unwrap_or_default();
    let fields = uniques.split('}').next().unwrap_or_default();
    let names: Vec<&str> = fields.split(':').map(str::trim).filter_map(|part| part.rsplit(' ').next()).collect();
    for name in ["r#type", "row_number", "number"] {
        assert!(names.contains(&name), "{fields}");
    }
    let key = "row_number : :: lys :: entity :: Unique :: new (& [seat_entity :: Column :: Row as u16 , seat_entity :: Column :: Number as u16])";
    assert!(uniques.contains(key), "{uniques}");
    assert!(
        !expand(
            quote!(),
            quote!(
                struct Seat {
                    row: i32,
                }
            )
        )
        .to_string()
        .contains("UNIQUE")
    );
}

#[test]
fn unique_keys_have_names_of_their_own() {
    let item = quote! {
        struct Seat {
            #[column(unique)]
            row_number: i32,
            row: i32,
            number: i32,
        }
    };
    let wanted = ["`UNIQUE.row_number` is another unique key already; rename a column, or write this one once"];
    assert_eq!(errors(quote!(unique(row, number)), item), wanted);
}
