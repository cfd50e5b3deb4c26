#![no_implicit_prelude]
#![allow(dead_code, non_camel_case_types)]

extern crate lys as renamed;

mod core {}
mod std {}
mod lys {}
struct Option;
struct Result;
struct Box;
struct Vec;
struct String;
struct Some;
struct Ok;

#[::renamed::entity(table = "product", crate = ::renamed)]
pub struct Product {
    pub name: ::std::string::String,
}

#[::renamed::node(Product, crate = ::renamed)]
#[::renamed::getter(access(Role), crate = ::renamed)]
pub struct ProductNode {
    pub name: ::std::string::String,
}

#[::renamed::connection(node = ProductNode, order_by(name), crate = ::renamed)]
async fn all_products(
    definition: &::renamed::Context<'_>,
    decoder: ::std::option::Option<::std::string::String>,
) -> ::renamed::Result<::renamed::data::Select<Product>> {
    let _ = (definition, decoder);
    ::std::result::Result::Ok(::renamed::data::Select::new())
}

#[::renamed::field(on = ProductNode, columns(name), crate = ::renamed)]
fn label(name: ::std::string::String) -> ::std::string::String {
    name
}

#[derive(::renamed::Input)]
#[input(entity = Product, crate = ::renamed)]
pub struct CreateProductInput {
    pub name: ::std::string::String,
}

#[::renamed::service(Product, crate = ::renamed)]
pub trait ProductService {
    async fn rate(&self, fields: &::std::primitive::str) -> ::std::primitive::usize {
        fields.len()
    }
}

fn main() {}
