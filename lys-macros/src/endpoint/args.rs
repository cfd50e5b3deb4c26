//! What a user may write in `#[endpoint(GET "/path", …)]`.

use darling::{FromMeta, util::SpannedValue};
use proc_macro2::TokenStream;
use syn::{
    Ident, LitStr, Path, Token,
    parse::{Parse, ParseStream},
};

use crate::audience::AudienceArgs;

/// The route, then options.
pub(super) struct RouteArgs {
    /// `GET`, as written.
    pub(super) method: Ident,
    /// `"/path"`, as written.
    pub(super) path: LitStr,
    /// The rest, for [`EndpointArgs`].
    pub(super) options: TokenStream,
}

impl Parse for RouteArgs {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        const EXPECTED: &str = "an endpoint starts with its method and path: `#[endpoint(GET \"/path\", …)]`";
        let method = input.parse().map_err(|error| syn::Error::new(error.span(), EXPECTED))?;
        let path = input.parse().map_err(|error| syn::Error::new(error.span(), EXPECTED))?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok(Self { method, path, options: input.parse()? })
    }
}

/// Options after the route.
#[derive(Default, FromMeta)]
#[darling(default)]
pub(super) struct EndpointArgs {
    /// Name in tokens and tables; by default the function's.
    pub(super) name: Option<SpannedValue<String>>,
    /// Who may call it.
    #[darling(flatten)]
    pub(super) audience: AudienceArgs,
    /// Path to the runtime, for users who renamed it.
    #[darling(rename = "crate")]
    pub(super) runtime: Option<Path>,
}
