//! What `#[service]` may stand on, read up to the bodies of its methods.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Ident, ItemImpl, ItemStruct, ItemTrait, Signature, Token, Visibility,
    parse::{Parse, ParseStream},
};

/// A struct, a trait or an `impl`.
pub(super) enum Item {
    /// A closed service.
    Struct(ItemStruct),
    /// An open service: the trait without its members, and those.
    Trait(ItemTrait, Members),
    /// An override: the `impl` without its members, and those.
    Impl(ItemImpl, Members),
}

/// The members of a trait or `impl`, in order.
pub(super) struct Members(pub(super) Vec<Member>);

/// One member.
pub(super) enum Member {
    /// A method.
    Method(Box<Method>),
    /// Anything else, as it is.
    Other(TokenStream),
}

/// A method, its body unread.
pub(super) struct Method {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) signature: Signature,
    /// `{ … }`; none for `;`.
    pub(super) body: Option<Group>,
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ahead = input.fork();
        ahead.call(Attribute::parse_outer)?;
        ahead.parse::<Visibility>()?;
        if ahead.peek(Token![struct]) {
            return Ok(Self::Struct(input.parse()?));
        }
        let mut tokens: Vec<TokenTree> = input.parse::<TokenStream>()?.into_iter().collect();
        let Some(TokenTree::Group(members)) = tokens.pop() else {
            return Err(ahead.error("`#[service]` goes on a struct, a trait, or an `impl` of one"));
        };
        let header: TokenStream = tokens.into_iter().collect();
        if ahead.peek(Token![trait]) {
            return Ok(Self::Trait(syn::parse2(quote!(#header {}))?, syn::parse2(members.stream())?));
        }
        if ahead.peek(Token![impl]) {
            return Ok(Self::Impl(syn::parse2(quote!(#header {}))?, syn::parse2(members.stream())?));
        }
        Err(ahead.error("`#[service]` goes on a struct, a trait, or an `impl` of one"))
    }
}

impl Parse for Members {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut members = Vec::new();
        while !input.is_empty() {
            members.push(input.parse()?);
        }
        Ok(Self(members))
    }
}

impl Parse for Member {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ahead = input.fork();
        ahead.call(Attribute::parse_outer)?;
        ahead.parse::<Visibility>()?;
        if ahead.parse::<Signature>().is_err() {
            return Ok(Self::Other(until_end(input)?));
        }
        Ok(Self::Method(Box::new(Method {
            attributes: input.call(Attribute::parse_outer)?,
            visibility: input.parse()?,
            signature: input.parse()?,
            body: if input.parse::<Option<Token![;]>>()?.is_some() { None } else { Some(input.parse()?) },
        })))
    }
}

/// A constant, type or macro call: up to its `;` or `}`.
fn until_end(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() {
        let token: TokenTree = input.parse()?;
        let last = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == proc_macro2::Delimiter::Brace,
            _ => false,
        };
        tokens.extend([token]);
        if last {
            break;
        }
    }
    Ok(tokens)
}

impl Item {
    /// What the service is called.
    pub(super) fn ident(&self) -> Option<&Ident> {
        match self {
            Self::Struct(item) => Some(&item.ident),
            Self::Trait(item, _) => Some(&item.ident),
            Self::Impl(item, _) => match &*item.self_ty {
                syn::Type::Path(ty) => ty.path.segments.last().map(|segment| &segment.ident),
                _ => None,
            },
        }
    }
}

impl Members {
    /// The methods.
    pub(super) fn methods(&self) -> impl Iterator<Item = &Method> {
        self.0.iter().filter_map(|member| match member {
            Member::Method(method) => Some(&**method),
            Member::Other(_) => None,
        })
    }
}

impl ToTokens for Method {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attributes, visibility, signature, body } = self;
        let end = body.is_none().then(|| quote!(;));
        tokens.extend(quote!(#(#attributes)* #visibility #signature #body #end));
    }
}
