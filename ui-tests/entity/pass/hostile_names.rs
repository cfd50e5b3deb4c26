//! Nothing in generated code relies on what the user has in scope.
#![no_implicit_prelude]
#![allow(dead_code)]

extern crate lys as runtime;

mod core {}
mod std {}
mod lys {}
mod sea_orm {}
struct Option;
struct Some;
struct Result;
struct String;
struct Vec;
struct Column;
struct Entity;
struct Into;

#[::runtime::entity(tenant(client = client_id), unique(client_id, r#type), crate = ::runtime)]
pub struct Product {
    #[column(unique)]
    pub r#type: ::std::string::String,
    #[belongs_to(Category)]
    pub category_id: ::core::option::Option<::std::string::String>,
    pub client_id: ::runtime::prelude::Uuid,
    #[has_many(Review)]
    pub reviews: ::runtime::prelude::Many<Review>,
}

#[::runtime::entity(parametric, crate = ::runtime)]
pub struct Category;

#[::runtime::entity(owner = author_id, soft_delete, crate = ::runtime)]
pub struct Review {
    #[belongs_to(Product, on_delete = cascade)]
    pub product_id: ::runtime::prelude::Uuid,
    pub author_id: ::runtime::prelude::Uuid,
    pub status: Status,
}

#[derive(::runtime::Enum, ::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
#[lys(crate = ::runtime)]
pub enum Status {
    None,
    Some,
}

#[derive(::runtime::Input)]
#[input(entity = Product, crate = ::runtime)]
pub struct ProductInput {
    pub r#type: ::std::string::String,
    #[input(children)]
    pub reviews: ::core::option::Option<::std::vec::Vec<ReviewInput>>,
}

#[derive(::runtime::Input)]
#[input(entity = Review, crate = ::runtime)]
pub struct ReviewInput {
    pub status: Status,
}

#[::runtime::node(Product, crate = ::runtime)]
pub struct ProductNode {
    pub r#type: ::std::string::String,
    pub reviews: ::std::vec::Vec<ReviewNode>,
}

#[::runtime::node(Review, crate = ::runtime)]
pub struct ReviewNode {
    pub status: Status,
    pub product: ProductNode,
}

#[::runtime::node(extends = ReviewNode, crate = ::runtime)]
pub struct MoreNode {
    pub product_id: ::runtime::prelude::GlobalId,
}

#[::runtime::node(crate = ::runtime)]
pub struct TotalNode {
    pub count: i32,
}

mod shop {}

fn main() {
    let _ = ::runtime::app!("shop", modules(shop), crate = ::runtime);
}
