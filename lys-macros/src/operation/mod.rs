//! `#[getter]`, `#[connection]`, `#[creation]`, `#[edition]`, `#[deletion]`: a node, or a function, becomes a root field.
//!
//! The five kinds differ in a table ([`Kind`]); what a user may write is in `args`, what it means in `def`, what it becomes in `expand`.

mod args;
mod def;
mod expand;
mod fallback;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{
    Attribute, Ident, Token, Visibility,
    parse::{Parse, ParseStream},
};

use self::def::OperationDef;
use crate::function::{self, Function};

/// Kinds of operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Getter,
    Connection,
    Creation,
    Edition,
    Deletion,
}

impl Kind {
    /// The macro, the runtime module and the builder: all have this name.
    fn name(self) -> &'static str {
        match self {
            Self::Getter => "getter",
            Self::Connection => "connection",
            Self::Creation => "creation",
            Self::Edition => "edition",
            Self::Deletion => "deletion",
        }
    }

    /// Whether it says enough without a body, on a node struct.
    fn stands_on_node(self) -> bool {
        matches!(self, Self::Getter | Self::Connection | Self::Deletion)
    }

    /// Whether it only reads.
    fn is_query(self) -> bool {
        matches!(self, Self::Getter | Self::Connection)
    }

    /// Whether its function gets the row, after the context.
    fn takes_row(self) -> bool {
        matches!(self, Self::Getter | Self::Edition | Self::Deletion)
    }
}

/// Expands the macro of `kind`.
pub(crate) fn expand(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse2::<Item>(item.clone()) {
        Ok(item) => OperationDef::new(kind, args, &item)
            .map_or_else(|errors| fallback::operation(&item, errors), |def| expand::operation(&def, &item)),
        Err(error) => function::unparsed(item, &error),
    }
}

/// What an operation macro may stand on.
enum Item {
    Node(NodeStruct),
    Function(Box<Function>),
}

/// A node struct: only its name matters, the rest is given back untouched.
struct NodeStruct {
    ident: Ident,
    tokens: TokenStream,
}

impl Item {
    /// As written, for messages.
    fn name(&self) -> String {
        match self {
            Self::Node(node) => node.ident.to_string(),
            Self::Function(function) => function.name(),
        }
    }
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ahead = input.fork();
        ahead.call(Attribute::parse_outer)?;
        ahead.parse::<Visibility>()?;
        if !ahead.peek(Token![struct]) {
            return Ok(Self::Function(Box::new(input.parse()?)));
        }
        ahead.parse::<Token![struct]>()?;
        Ok(Self::Node(NodeStruct { ident: ahead.parse()?, tokens: input.parse()? }))
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Node(node) => tokens.extend(node.tokens.clone()),
            Self::Function(function) => function.to_tokens(tokens),
        }
    }
}
