//! What a subscription means: every default filled in, every rule checked.

use darling::{Error, Result};
use proc_macro2::TokenStream;
use syn::{PatType, Path};

use super::args::SubscriptionArgs;
use crate::{
    args,
    audience::Audience,
    function::{self, Argument, Function},
    names,
};

/// A checked subscription: `expand` cannot fail on it.
pub(super) struct SubscriptionDef<'a> {
    /// Path to the runtime.
    pub(super) runtime: Path,
    /// `snake_case` name.
    pub(super) name: String,
    /// Doc comment.
    pub(super) description: String,
    /// The user's function.
    pub(super) function: &'a Function,
    /// The node that shows the rows; none for values that are ready.
    pub(super) node: Option<Path>,
    /// Who may subscribe.
    pub(super) audience: Audience,
    /// The parameter for the context.
    pub(super) context: Option<&'a PatType>,
    /// The others.
    pub(super) arguments: Vec<Argument<'a>>,
}

impl<'a> SubscriptionDef<'a> {
    pub(super) fn new(args: TokenStream, function: &'a Function) -> Result<Self> {
        let mut errors = Error::accumulator();
        let args = errors.handle(args::parse::<SubscriptionArgs>(args));
        function.check_request_function(&mut errors);
        let mut parameters = function.parameters();
        let context = parameters.next();
        let arguments = function::arguments(parameters, &function.name(), &mut errors);
        for argument in &arguments {
            errors.handle(names::check_round_trip(argument.ident));
        }
        let Some(args) = args else {
            return Err(errors.finish().err().unwrap_or_else(|| Error::custom("unreadable options")));
        };
        let name = match &args.name {
            Some(name) => names::check_bijective(name, name.span()).map(|()| (**name).clone()),
            None => names::check_bijective(&function.name(), function.signature.ident.span()).map(|()| function.name()),
        };
        let name = errors.handle(name).unwrap_or_default();
        let audience = errors.handle(args.audience.check(&function.name()));
        errors.finish()?;
        let audience = audience.ok_or_else(|| Error::custom("no audience"))?;
        Ok(Self {
            runtime: args::runtime(args.runtime.as_ref()),
            name,
            description: function.description(),
            function,
            node: args.node,
            audience,
            context,
            arguments,
        })
    }
}
