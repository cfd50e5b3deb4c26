//! What a user may write in `#[service(Product)]` and `#[service(overrides = ProductService)]`.

use darling::{Error, FromMeta, Result, ast::NestedMeta};
use proc_macro2::TokenStream;
use syn::{Meta, Path};

use crate::args;

/// The entity, or options, or both.
pub(super) struct ServiceArgs {
    /// The entity that a struct or trait serves.
    pub(super) entity: Option<Path>,
    /// The rest.
    pub(super) options: ServiceOptions,
}

/// `overrides = …, crate = …`.
#[derive(Default, FromMeta)]
#[darling(default)]
pub(super) struct ServiceOptions {
    /// The open service that an `impl` overrides.
    pub(super) overrides: Option<Path>,
    /// Path to the runtime, for users who renamed it.
    #[darling(rename = "crate")]
    pub(super) runtime: Option<Path>,
}

impl ServiceArgs {
    pub(super) fn parse(tokens: TokenStream) -> Result<Self> {
        args::parse(tokens)
    }
}

impl FromMeta for ServiceArgs {
    fn from_list(items: &[NestedMeta]) -> Result<Self> {
        let (entity, options) = match items {
            [NestedMeta::Meta(Meta::Path(path)), options @ ..] => (Some(path.clone()), options),
            options => (None, options),
        };
        if let Some(NestedMeta::Lit(literal)) = options.first() {
            return Err(Error::custom("an entity is named by its type, without quotes").with_span(literal));
        }
        Ok(Self { entity, options: ServiceOptions::from_list(options)? })
    }
}
