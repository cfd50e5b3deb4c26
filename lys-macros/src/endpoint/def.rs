//! What an endpoint means: its route, audience and handler, checked.

use darling::{Error, Result};
use proc_macro2::TokenStream;
use syn::{Ident, LitStr, PatType, Path, Type};

use super::args::{EndpointArgs, RouteArgs};
use crate::{
    args,
    audience::Audience,
    function::{self, Function},
    names,
};

/// The methods that actix routes.
const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

/// A checked endpoint: `expand` cannot fail on it.
pub(super) struct EndpointDef<'a> {
    /// Path to the runtime.
    pub(super) runtime: Path,
    /// `snake_case` name.
    pub(super) name: String,
    /// Doc comment.
    pub(super) description: String,
    /// HTTP method.
    pub(super) method: String,
    /// actix path pattern.
    pub(super) path: LitStr,
    /// Who may call it.
    pub(super) audience: Audience,
    /// The user's function.
    pub(super) function: &'a Function,
    /// The parameter for the context.
    pub(super) context: Option<&'a PatType>,
    /// The types of the others: actix extracts them.
    pub(super) extractors: Vec<&'a Type>,
}

impl<'a> EndpointDef<'a> {
    pub(super) fn new(args: TokenStream, function: &'a Function) -> Result<Self> {
        let mut errors = Error::accumulator();
        function.check_request_function(&mut errors);
        let mut parameters = function.parameters();
        let context = parameters.next();
        // Patterns are welcome here: `web::Path(id): web::Path<Uuid>`. Nothing of a parameter enters a schema.
        let extractors: Vec<&Type> = parameters.map(|parameter| &*parameter.ty).collect();
        errors.handle(function::check_count(extractors.len(), function));

        let Some(route) = errors.handle(syn::parse2::<RouteArgs>(args).map_err(Error::from)) else {
            return Err(errors.finish().err().unwrap_or_else(|| Error::custom("unreadable route")));
        };
        errors.handle(check_method(&route.method));
        errors.handle(check_path(&route.path));
        let args = errors.handle(args::parse::<EndpointArgs>(route.options)).unwrap_or_default();
        let name = match &args.name {
            Some(name) => names::check_bijective(name, name.span()).map(|()| (**name).clone()),
            None => names::check_bijective(&function.name(), function.signature.ident.span()).map(|()| function.name()),
        };
        let name = errors.handle(name).unwrap_or_default();
        let audience = errors.handle(args.audience.check(&function.name()));
        errors.finish()?;
        Ok(Self {
            runtime: args::runtime(args.runtime.as_ref()),
            name,
            description: function.description(),
            method: route.method.to_string(),
            path: route.path,
            audience: audience.ok_or_else(|| Error::custom("no audience"))?,
            function,
            context,
            extractors,
        })
    }
}

fn check_method(method: &Ident) -> Result<()> {
    let written = method.to_string();
    if METHODS.contains(&written.as_str()) {
        return Ok(());
    }
    let text = match METHODS.into_iter().find(|known| known.eq_ignore_ascii_case(&written)) {
        Some(known) => format!("`{written}` is no HTTP method; write `{known}`"),
        None => format!("`{written}` is no HTTP method; write one of {}", METHODS.join(", ")),
    };
    Err(Error::custom(text).with_span(method))
}

fn check_path(path: &LitStr) -> Result<()> {
    if path.value().starts_with('/') {
        return Ok(());
    }
    let text = format!("a path starts with `/`; write `\"/{}\"`", path.value());
    Err(Error::custom(text).with_span(path))
}
