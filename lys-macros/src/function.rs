//! Functions that users annotate. Only the signature is read: a half-typed body must not break a macro.

use darling::{Error, Result, error::Accumulator};
use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, FnArg, GenericArgument, Ident, Pat, PatIdent, PatType, Path, PathArguments, ReturnType, Signature, Type,
    TypeImplTrait, TypeReference, Visibility,
    parse::{Parse, ParseStream},
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use crate::{doc_comment, names};

/// The most arguments that the runtime's tuples hold.
const MOST_ARGUMENTS: usize = 12;

/// An annotated function.
pub(crate) struct Function {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    pub(crate) signature: Signature,
    body: TokenStream,
}

/// A parameter that becomes a GraphQL argument (or, on an endpoint, an extractor).
pub(crate) struct Argument<'a> {
    /// As written.
    pub(crate) ident: &'a Ident,
    /// Its type.
    pub(crate) ty: &'a Type,
    /// Doc comment.
    pub(crate) description: String,
}

impl Argument<'_> {
    /// How it is decoded; at the type, where one without a GraphQL form is reported.
    pub(crate) fn decoded(&self, runtime: &Path) -> TokenStream {
        let (ty, name) = (self.ty, names::unraw(self.ident));
        quote!(#runtime::operation::argument::<#ty>(#name))
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attributes: input.call(Attribute::parse_outer)?,
            visibility: input.parse()?,
            signature: input.parse()?,
            body: input.parse()?,
        })
    }
}

/// The function as written, without the doc comments on its parameters, which Rust does not know.
impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attributes, visibility, signature, body } = self;
        let mut signature = signature.clone();
        for parameter in &mut signature.inputs {
            if let FnArg::Typed(parameter) = parameter {
                parameter.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
            }
        }
        tokens.extend(quote!(#(#attributes)* #visibility #signature #body));
    }
}

impl Function {
    /// The function's name, for messages and as the default name in the schema.
    pub(crate) fn name(&self) -> String {
        names::unraw(&self.signature.ident)
    }

    /// Its doc comment.
    pub(crate) fn description(&self) -> String {
        doc_comment::description(&self.attributes)
    }

    /// What it returns; `()` is refused by [`check_returns`](Self::check_returns).
    pub(crate) fn returns(&self) -> Type {
        match &self.signature.output {
            ReturnType::Type(_, ty) => (**ty).clone(),
            ReturnType::Default => syn::parse_quote!(()),
        }
    }

    /// The parameters, without a `self`.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &PatType> {
        self.signature.inputs.iter().filter_map(|parameter| match parameter {
            FnArg::Typed(parameter) => Some(parameter),
            FnArg::Receiver(_) => None,
        })
    }

    /// The rules of every function that runs inside a request: async, context first, plain parameters, a `Result`.
    pub(crate) fn check_request_function(&self, errors: &mut Accumulator) {
        errors.handle(self.check_async());
        errors.handle(self.check_no_self());
        errors.handle(self.check_not_generic());
        errors.handle(self.check_context());
        errors.handle(self.check_returns());
    }

    fn check_async(&self) -> Result<()> {
        if self.signature.asyncness.is_some() {
            return Ok(());
        }
        let text = format!("`{0}` must be async; write `async fn {0}`", self.name());
        Err(Error::custom(text).with_span(&self.signature.fn_token))
    }

    pub(crate) fn check_no_self(&self) -> Result<()> {
        let Some(receiver) = self.signature.receiver() else {
            return Ok(());
        };
        let text = format!("`{}` must be a free function; move it out of the `impl` and drop `self`", self.name());
        Err(Error::custom(text).with_span(&receiver.self_token))
    }

    pub(crate) fn check_not_generic(&self) -> Result<()> {
        let Some(parameter) = self.signature.generics.params.first() else {
            return Ok(());
        };
        let text = format!("`{}` cannot be generic; name the types, and write `'_` for lifetimes", self.name());
        Err(Error::custom(text).with_span(parameter))
    }

    /// The context comes first, by reference.
    pub(crate) fn check_context(&self) -> Result<()> {
        let first = self.parameters().next();
        if first.is_some_and(|first| matches!(*first.ty, Type::Reference(_))) {
            return Ok(());
        }
        let text = format!("`{}` must take the context first: `ctx: &Context<'_>`", self.name());
        let span = first.map_or_else(|| self.signature.ident.span(), |first| first.pat.span());
        Err(Error::custom(text).with_span(&span))
    }

    pub(crate) fn check_returns(&self) -> Result<()> {
        if matches!(self.signature.output, ReturnType::Type(..)) {
            return Ok(());
        }
        let text = format!("`{}` must say what it returns: `-> Result<…>`", self.name());
        Err(Error::custom(text).with_span(&self.signature.ident))
    }
}

/// `T` of `Result<T>`; a type that is no `Result` is its own, and the compiler says what is wrong with it.
pub(crate) fn answer(returns: &Type) -> Type {
    let Type::Path(path) = returns else { return returns.clone() };
    let last = path.path.segments.last().filter(|last| last.ident == "Result");
    let Some(PathArguments::AngleBracketed(arguments)) = last.map(|last| &last.arguments) else {
        return returns.clone();
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(answer)) => answer.clone(),
        _ => returns.clone(),
    }
}

/// Whether the type is written `Vec<…>`.
pub(crate) fn is_list(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Vec"))
}

/// The parameters that become arguments: each a plain name with an owned type.
pub(crate) fn arguments<'a>(
    parameters: impl Iterator<Item = &'a PatType>,
    function: &str,
    errors: &mut Accumulator,
) -> Vec<Argument<'a>> {
    let arguments: Vec<Argument<'a>> = parameters.filter_map(|parameter| errors.handle(argument(parameter))).collect();
    if let Some(excess) = arguments.get(MOST_ARGUMENTS) {
        let text =
            format!("`{function}` has more than {MOST_ARGUMENTS} arguments; group them in a `#[derive(Input)]` struct");
        errors.push(Error::custom(text).with_span(excess.ident));
    }
    arguments
}

fn argument(parameter: &PatType) -> Result<Argument<'_>> {
    let ident = plain_name(parameter)?;
    let mut errors = Error::accumulator();
    errors.handle(check_owned(&parameter.ty, ident));
    if let Some(attribute) = parameter.attrs.iter().find(|attribute| attribute.path().is_ident("cfg")) {
        let text = format!("argument `{ident}` cannot depend on `cfg`; put `#[cfg(…)]` on two whole functions");
        errors.push(Error::custom(text).with_span(attribute.path()));
    }
    errors.finish_with(Argument { ident, ty: &parameter.ty, description: doc_comment::description(&parameter.attrs) })
}

/// The runtime's tuples are bounded.
pub(crate) fn check_count(arguments: usize, function: &Function) -> Result<()> {
    if arguments <= MOST_ARGUMENTS {
        return Ok(());
    }
    let text = format!(
        "`{}` has more than {MOST_ARGUMENTS} arguments; group them in a `#[derive(Input)]` struct",
        function.name()
    );
    Err(Error::custom(text).with_span(&function.signature.ident))
}

/// The parameter's name, unless it is a pattern.
pub(crate) fn plain_name(parameter: &PatType) -> Result<&Ident> {
    match &*parameter.pat {
        Pat::Ident(PatIdent { by_ref: None, subpat: None, ident, .. }) => Ok(ident),
        pattern => {
            let text = "an argument needs a plain name, since the name is its name in the schema; take the pattern apart in the body";
            Err(Error::custom(text).with_span(pattern))
        }
    }
}

fn check_owned(ty: &Type, name: &Ident) -> Result<()> {
    let mut borrows = Borrows(Vec::new());
    borrows.visit_type_mut(&mut ty.clone());
    let Some((span, what)) = borrows.0.first() else {
        return Ok(());
    };
    let text = format!("argument `{name}` cannot be {what}; write an owned type, such as `String`");
    Err(Error::custom(text).with_span(span))
}

/// Finds what an argument's type may not hold.
struct Borrows(Vec<(Span, &'static str)>);

impl VisitMut for Borrows {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        self.0.push((reference.and_token.span, "a reference"));
    }

    fn visit_type_impl_trait_mut(&mut self, ty: &mut TypeImplTrait) {
        self.0.push((ty.impl_token.span, "an `impl Trait`"));
        visit_mut::visit_type_impl_trait_mut(self, ty);
    }
}

/// What is left of an item that cannot be read: the editor keeps it, rustc reports its syntax.
pub(crate) fn unparsed(item: TokenStream, error: &syn::Error) -> TokenStream {
    item.into_iter().chain(error.to_compile_error()).collect()
}

/// `span` for the message, the macro's own scope for the names: ours cannot meet the user's.
pub(crate) fn ours_at(span: Span) -> Span {
    span.resolved_at(Span::mixed_site())
}

/// Tokens at `span`, which is one of ours: what is made of tokens of several scopes is reported at the whole attribute.
pub(crate) fn located(tokens: impl ToTokens, span: Span) -> TokenStream {
    let locate = |mut token: TokenTree| {
        match &token {
            TokenTree::Group(group) => token = Group::new(group.delimiter(), located(group.stream(), span)).into(),
            // Its scope says which crate is meant.
            TokenTree::Ident(ident) if ident == "$crate" => return token,
            _ => {}
        }
        token.set_span(span);
        token
    };
    tokens.into_token_stream().into_iter().map(locate).collect()
}

/// The user's name as a local of ours: an argument may be named like its function.
pub(crate) fn local(ident: &Ident) -> Ident {
    let mut local = ident.clone();
    local.set_span(ours_at(ident.span()));
    local
}
