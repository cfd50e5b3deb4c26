//! The macros of lys: syntax → checked definition → thin code. They know no database and no request.
//!
//! One folder per macro, named as the user writes it (`operation` holds the five operation kinds, which differ in a table).
//! Users import the macros from `lys`, where they are documented.

use proc_macro::TokenStream;

mod app;
mod args;
mod audience;
mod consistency;
mod doc_comment;
mod endpoint;
mod entity;
mod enumeration;
mod field;
mod function;
mod input;
mod names;
mod node;
mod operation;
mod service;
#[cfg(test)]
mod snapshot;
mod subscription;
mod target;
#[cfg(test)]
mod test_support;

/// See `lys::entity`.
#[proc_macro_attribute]
pub fn entity(args: TokenStream, item: TokenStream) -> TokenStream {
    entity::expand(args.into(), item.into()).into()
}

/// See `lys::node`.
#[proc_macro_attribute]
pub fn node(args: TokenStream, item: TokenStream) -> TokenStream {
    node::expand(args.into(), item.into()).into()
}

/// See `lys::service`.
#[proc_macro_attribute]
pub fn service(args: TokenStream, item: TokenStream) -> TokenStream {
    service::expand(args.into(), item.into()).into()
}

/// See `lys::Input`.
#[proc_macro_derive(Input, attributes(input))]
pub fn input(item: TokenStream) -> TokenStream {
    input::expand(item.into()).into()
}

/// See `lys::Enum`.
#[proc_macro_derive(Enum, attributes(lys))]
pub fn enumeration(item: TokenStream) -> TokenStream {
    enumeration::expand(item.into()).into()
}

/// See `lys::getter`.
#[proc_macro_attribute]
pub fn getter(args: TokenStream, item: TokenStream) -> TokenStream {
    operation::expand(operation::Kind::Getter, args.into(), item.into()).into()
}

/// See `lys::connection`.
#[proc_macro_attribute]
pub fn connection(args: TokenStream, item: TokenStream) -> TokenStream {
    operation::expand(operation::Kind::Connection, args.into(), item.into()).into()
}

/// See `lys::creation`.
#[proc_macro_attribute]
pub fn creation(args: TokenStream, item: TokenStream) -> TokenStream {
    operation::expand(operation::Kind::Creation, args.into(), item.into()).into()
}

/// See `lys::edition`.
#[proc_macro_attribute]
pub fn edition(args: TokenStream, item: TokenStream) -> TokenStream {
    operation::expand(operation::Kind::Edition, args.into(), item.into()).into()
}

/// See `lys::deletion`.
#[proc_macro_attribute]
pub fn deletion(args: TokenStream, item: TokenStream) -> TokenStream {
    operation::expand(operation::Kind::Deletion, args.into(), item.into()).into()
}

/// See `lys::field`.
#[proc_macro_attribute]
pub fn field(args: TokenStream, item: TokenStream) -> TokenStream {
    field::expand(args.into(), item.into()).into()
}

/// See `lys::subscription`.
#[proc_macro_attribute]
pub fn subscription(args: TokenStream, item: TokenStream) -> TokenStream {
    subscription::expand(args.into(), item.into()).into()
}

/// See `lys::endpoint`.
#[proc_macro_attribute]
pub fn endpoint(args: TokenStream, item: TokenStream) -> TokenStream {
    endpoint::expand(args.into(), item.into()).into()
}

/// See `lys::app`.
#[proc_macro]
pub fn app(args: TokenStream) -> TokenStream {
    app::expand(args.into()).into()
}
