//! `access(…)`, `public`, `xsrf(origin)`, `licensed`, `enabled`, `allow_override`: who may call. Shared by operations, fields and endpoints.

use darling::{
    Error, FromMeta, Result,
    ast::NestedMeta,
    util::{Flag, SpannedValue},
};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Meta, Path, spanned::Spanned};

use crate::function::ours_at;

/// What a user may write.
#[derive(Default, FromMeta)]
#[darling(default)]
pub(crate) struct AudienceArgs {
    /// Access levels, any one of which suffices; none at all leaves it to super users.
    access: Levels,
    /// Open without a right: to everybody, or with `public(disconnected)` to who is not signed in.
    public: Option<SpannedValue<Public>>,
    /// `xsrf(origin)`: works on the refresh cookie alone, so the origin of the page is checked instead of the XSRF token.
    xsrf: Option<SpannedValue<Xsrf>>,
    /// Needs a licence; true unless public.
    licensed: Option<SpannedValue<bool>>,
    /// Answers at all; true.
    enabled: Option<SpannedValue<bool>>,
    /// May replace an earlier one of the same name.
    allow_override: Flag,
}

/// A checked audience.
pub(crate) struct Audience {
    levels: Vec<Level>,
    public: Option<Public>,
    xsrf: Option<Xsrf>,
    licensed: bool,
    enabled: bool,
    allow_override: bool,
}

impl AudienceArgs {
    /// The audience of `item`, if its parts agree.
    pub(crate) fn check(self, item: &str) -> Result<Audience> {
        let mut errors = Error::accumulator();
        errors.handle(check_public_alone(&self, item));
        errors.handle(check_public_unlicensed(&self, item));
        errors.handle(check_by_origin_public(&self, item));
        errors.handle(check_connected_alone(&self.access.0));
        errors.handle(check_distinct(&self.access.0));
        let public = self.public.map(SpannedValue::into_inner);
        errors.finish_with(Audience {
            levels: self.access.0,
            public,
            xsrf: self.xsrf.map(SpannedValue::into_inner),
            licensed: public.is_some() || self.licensed.is_none_or(|licensed| *licensed),
            enabled: self.enabled.is_none_or(|enabled| *enabled),
            allow_override: self.allow_override.is_present(),
        })
    }

    /// The first option that was given, for items that have no audience.
    pub(crate) fn given(&self) -> Option<(&'static str, Span)> {
        let access = self.access.0.first().map(|level| ("access", level.path.span()));
        let public = self.public.as_ref().map(|public| ("public", public.span()));
        let xsrf = self.xsrf.as_ref().map(|xsrf| ("xsrf", xsrf.span()));
        let licensed = self.licensed.as_ref().map(|licensed| ("licensed", licensed.span()));
        let allow_override = self.allow_override.is_present().then(|| ("allow_override", self.allow_override.span()));
        let enabled = self.enabled.as_ref().map(|enabled| ("enabled", enabled.span()));
        access.or(public).or(xsrf).or(licensed).or(enabled).or(allow_override)
    }
}

/// What a field of a node may say of its audience: `#[field(access(…))]`.
#[derive(Default, FromMeta)]
#[darling(default)]
pub(crate) struct FieldAccessArgs {
    /// Access levels, any one of which suffices.
    access: Option<Levels>,
}

/// The checked levels of a node field.
#[derive(Default)]
pub(crate) struct FieldAccess {
    levels: Vec<Level>,
}

impl FieldAccessArgs {
    /// The levels, if they agree. `attribute` is where they stand.
    pub(crate) fn check(self, attribute: &Path) -> Result<FieldAccess> {
        let Some(Levels(levels)) = self.access else { return Ok(FieldAccess::default()) };
        if levels.is_empty() {
            let text = "name the levels that may read the field: `access(Role)`, or drop `access`";
            return Err(Error::custom(text).with_span(attribute));
        }
        check_levels(levels)
    }
}

impl AudienceArgs {
    /// The levels of a computed field, which has no other part of an audience.
    pub(crate) fn check_computed(self, item: &str) -> Result<FieldAccess> {
        let Self { access, .. } = self;
        let others = Self { access: Levels::default(), ..self };
        if let Some((option, span)) = others.given() {
            let text = format!("`{option}` belongs to root fields; `{item}` is shown wherever its node is");
            return Err(Error::custom(text).with_span(&span));
        }
        check_levels(access.0)
    }
}

fn check_levels(levels: Vec<Level>) -> Result<FieldAccess> {
    let mut errors = Error::accumulator();
    errors.handle(check_connected_alone(&levels));
    errors.handle(check_distinct(&levels));
    errors.finish_with(FieldAccess { levels })
}

impl FieldAccess {
    /// The builder calls on the field's definition.
    pub(crate) fn builder_calls(&self, runtime: &Path) -> TokenStream {
        builder_calls(&self.levels, runtime)
    }

    /// What the levels need of the node's entity, said at the level.
    pub(crate) fn assertions(&self, runtime: &Path, node: &Path) -> TokenStream {
        assertions(&self.levels, runtime, node)
    }
}

fn builder_calls(levels: &[Level], runtime: &Path) -> TokenStream {
    let levels = levels.iter().map(|level| {
        let path = level.resolved(runtime);
        quote_spanned!(ours_at(level.path.span())=> .access::<#path>())
    });
    quote!(#(#levels)*)
}

fn assertions(levels: &[Level], runtime: &Path, node: &Path) -> TokenStream {
    let assertions = levels.iter().filter_map(|level| {
        let span = ours_at(level.path.span());
        let node = at(level.path.span(), node);
        match level.core? {
            "Owner" => Some(quote_spanned!(span=> const _: () = #runtime::operation::needs_owner::<#node>();)),
            "OrganizationRole" => {
                Some(quote_spanned!(span=> const _: () = #runtime::operation::needs_tenant::<#node>();))
            }
            _ => None,
        }
    });
    quote!(#(#assertions)*)
}

fn check_public_alone(args: &AudienceArgs, item: &str) -> Result<()> {
    match &args.public {
        Some(public) if !args.access.0.is_empty() => {
            let text =
                format!("`{item}` is open to all, so levels cannot limit it; drop `public`, or drop `access(…)`");
            Err(Error::custom(text).with_span(&public.span()))
        }
        _ => Ok(()),
    }
}

fn check_public_unlicensed(args: &AudienceArgs, item: &str) -> Result<()> {
    match &args.licensed {
        Some(licensed) if **licensed && args.public.is_some() => {
            let text = format!("`{item}` is public, and what is public needs no licence; drop `licensed = true`");
            Err(Error::custom(text).with_span(&licensed.span()))
        }
        _ => Ok(()),
    }
}

fn check_by_origin_public(args: &AudienceArgs, item: &str) -> Result<()> {
    match &args.xsrf {
        Some(xsrf) if !args.public.as_ref().is_some_and(|public| matches!(**public, Public::NoLimitation)) => {
            let text = format!(
                "`{item}` has to work for who is signed in and for who no longer is, as what works on the refresh cookie alone does; \
                 add `public`, or drop `xsrf(origin)`"
            );
            Err(Error::custom(text).with_span(&xsrf.span()))
        }
        _ => Ok(()),
    }
}

fn check_connected_alone(levels: &[Level]) -> Result<()> {
    let Some(connected) = levels.iter().find(|level| level.core == Some("Connected")) else {
        return Ok(());
    };
    let Some(other) = levels.iter().find(|level| !matches!(level.core, Some("Connected" | "InternalService"))) else {
        return Ok(());
    };
    let text = format!(
        "`Connected` admits every signed-in user, so `{}` adds nothing; keep one of the two (only `InternalService` goes with `Connected`)",
        other.text()
    );
    Err(Error::custom(text).with_span(&connected.path))
}

fn check_distinct(levels: &[Level]) -> Result<()> {
    let mut errors = Error::accumulator();
    for (index, level) in levels.iter().enumerate() {
        if levels[..index].iter().any(|earlier| earlier.path == level.path) {
            errors.push(
                Error::custom(format!("level `{}` is there twice; drop one", level.text())).with_span(&level.path),
            );
        }
    }
    errors.finish()
}

impl Audience {
    /// The builder calls that differ from the defaults.
    pub(crate) fn builder_calls(&self, runtime: &Path) -> TokenStream {
        let levels = builder_calls(&self.levels, runtime);
        let public = self.public.map(|public| {
            let kind = match public {
                Public::NoLimitation => quote!(NoLimitation),
                Public::Disconnected => quote!(Disconnected),
            };
            quote!(.public(#runtime::operation::PublicType::#kind))
        });
        let by_origin = self.xsrf.map(|Xsrf| quote!(.by_origin()));
        let licensed = (!self.licensed).then(|| quote!(.licensed(false)));
        let enabled = (!self.enabled).then(|| quote!(.enabled(false)));
        let allow_override = self.allow_override.then(|| quote!(.allow_override()));
        quote!(#levels #public #by_origin #licensed #enabled #allow_override)
    }

    /// What the levels need of the node's entity, said at the level.
    pub(crate) fn assertions(&self, runtime: &Path, node: &Path) -> TokenStream {
        assertions(&self.levels, runtime, node)
    }
}

/// The node's path, standing at `span`: a bound it does not meet is reported there.
fn at(span: Span, node: &Path) -> TokenStream {
    let stand = |mut token: TokenTree| {
        token.set_span(span.resolved_at(token.span()));
        token
    };
    node.to_token_stream().into_iter().map(stand).collect()
}

/// Levels in the order written.
#[derive(Default)]
struct Levels(Vec<Level>);

/// One level.
struct Level {
    /// As written.
    path: Path,
    /// Its name, if it is one of core's.
    core: Option<&'static str>,
}

/// Core's levels: their names always mean them, whatever the user has imported.
const CORE_LEVELS: [&str; 5] = ["Connected", "Owner", "Role", "OrganizationRole", "InternalService"];

impl Level {
    fn new(path: &Path) -> Self {
        let core = CORE_LEVELS.into_iter().find(|name| path.is_ident(name));
        Self { path: path.clone(), core }
    }

    fn resolved(&self, runtime: &Path) -> TokenStream {
        let path = &self.path;
        if self.core.is_some() { quote_spanned!(ours_at(path.span())=> #runtime::access::#path) } else { quote!(#path) }
    }

    fn text(&self) -> String {
        let path = &self.path;
        quote!(#path).to_string().replace(' ', "")
    }
}

impl FromMeta for Levels {
    fn from_list(items: &[NestedMeta]) -> Result<Self> {
        let mut errors = Error::accumulator();
        let levels = items.iter().filter_map(|item| errors.handle(level(item))).collect();
        errors.finish_with(Self(levels))
    }
}

fn level(item: &NestedMeta) -> Result<Level> {
    match item {
        NestedMeta::Meta(Meta::Path(path)) => Ok(Level::new(path)),
        other => {
            let text = "a level is a type: `Role`, `OrganizationRole`, or the path to a level of yours";
            Err(Error::custom(text).with_span(other))
        }
    }
}

/// What stands in for the XSRF token.
#[derive(Clone, Copy)]
struct Xsrf;

impl FromMeta for Xsrf {
    fn from_list(items: &[NestedMeta]) -> Result<Self> {
        let text =
            "`xsrf(origin)` is all that can be said: the origin of the page is checked instead of the XSRF token";
        match items {
            [NestedMeta::Meta(Meta::Path(path))] if path.is_ident("origin") => Ok(Self),
            [other, ..] => Err(Error::custom(text).with_span(other)),
            [] => Err(Error::custom(text)),
        }
    }
}

/// Kinds of public.
#[derive(Clone, Copy)]
enum Public {
    NoLimitation,
    Disconnected,
}

impl FromMeta for Public {
    fn from_word() -> Result<Self> {
        Ok(Self::NoLimitation)
    }

    fn from_list(items: &[NestedMeta]) -> Result<Self> {
        match items {
            [NestedMeta::Meta(Meta::Path(path))] if path.is_ident("disconnected") => Ok(Self::Disconnected),
            [other, ..] => {
                let text = "`public` alone admits everybody, `public(disconnected)` only who is not signed in";
                Err(Error::custom(text).with_span(other))
            }
            [] => Err(Error::custom("empty `public()`; write `public`, or `public(disconnected)`")),
        }
    }
}
