//! A checked app.

use std::collections::HashSet;

use darling::{Error, FromMeta, Result, ast::NestedMeta, error::Accumulator};
use proc_macro2::{Span, TokenStream};
use syn::{Lit, LitStr, Meta, Path};

use crate::{args, names, target};

/// What `expand` writes; it cannot fail on it.
pub(super) struct AppDef {
    /// Path to the runtime.
    pub(super) runtime: Path,
    /// Name of the app.
    pub(super) name: String,
    /// Its modules in order.
    pub(super) modules: Vec<ModuleDef>,
    /// Apps that must come before.
    pub(super) dependencies: Vec<String>,
}

/// One module.
pub(super) struct ModuleDef {
    /// Its path below the app's module.
    pub(super) path: Path,
    /// The same as text.
    pub(super) name: String,
}

/// `modules(…), depends_on(…), crate = …` after the name.
#[derive(Debug, Default, FromMeta)]
#[darling(default)]
struct AppArgs {
    /// The app's modules, in order.
    modules: ModuleArgs,
    /// Apps that must come before.
    depends_on: DependencyArgs,
    /// Path to the runtime, for users who renamed it.
    #[darling(rename = "crate")]
    runtime: Option<Path>,
}

#[derive(Debug, Default)]
struct ModuleArgs(Vec<Path>);

impl FromMeta for ModuleArgs {
    fn from_list(items: &[NestedMeta]) -> Result<Self> {
        let mut errors = Error::accumulator();
        let paths = items.iter().filter_map(|item| errors.handle(module_path(item))).collect();
        errors.finish_with(Self(paths))
    }
}

fn module_path(item: &NestedMeta) -> Result<Path> {
    match item {
        NestedMeta::Meta(Meta::Path(path)) => Ok(path.clone()),
        _ => Err(Error::custom("expected a module, as in `modules(product, shop::stock)`").with_span(item)),
    }
}

#[derive(Debug, Default)]
struct DependencyArgs(Vec<LitStr>);

impl FromMeta for DependencyArgs {
    fn from_list(items: &[NestedMeta]) -> Result<Self> {
        let mut errors = Error::accumulator();
        let apps = items.iter().filter_map(|item| errors.handle(dependency(item))).collect();
        errors.finish_with(Self(apps))
    }
}

fn dependency(item: &NestedMeta) -> Result<LitStr> {
    match item {
        NestedMeta::Lit(Lit::Str(name)) => Ok(name.clone()),
        _ => Err(Error::custom("expected the name of an app, as in `depends_on(\"base\")`").with_span(item)),
    }
}

impl AppDef {
    /// Reads and checks. What is wrong is reported and left out.
    pub(super) fn new(tokens: TokenStream, errors: &mut Accumulator) -> Self {
        let mut items = target::split(tokens, errors);
        let name = errors.handle(take_name(&mut items));
        let args: AppArgs = target::read(&items, errors);
        let dependencies = args.depends_on.0;
        if let Some(name) = &name {
            errors.handle(check_no_cycle(name, &dependencies));
        }
        Self {
            runtime: args::runtime(args.runtime.as_ref()),
            name: name.map(|name| name.value()).unwrap_or_default(),
            modules: distinct(args.modules.0, errors),
            dependencies: dependencies.iter().map(LitStr::value).collect(),
        }
    }
}

fn take_name(items: &mut Vec<NestedMeta>) -> Result<LitStr> {
    match items.first() {
        Some(NestedMeta::Lit(Lit::Str(name))) => {
            let name = name.clone();
            items.remove(0);
            check_name(&name)?;
            Ok(name)
        }
        first => {
            let span = first.map_or_else(Span::call_site, syn::spanned::Spanned::span);
            Err(Error::custom("start with the app's name: `app!(\"catalog\", modules(product))`").with_span(&span))
        }
    }
}

fn check_name(name: &LitStr) -> Result<()> {
    let text = name.value();
    let is_name = text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    if is_name {
        return Ok(());
    }
    Err(Error::custom(format!("`{text}` is no name of an app: lower-case letters, digits and `_`")).with_span(name))
}

fn check_no_cycle(name: &LitStr, dependencies: &[LitStr]) -> Result<()> {
    match dependencies.iter().find(|dependency| dependency.value() == name.value()) {
        Some(dependency) => Err(Error::custom("an app does not depend on itself; remove this").with_span(dependency)),
        None => Ok(()),
    }
}

fn distinct(paths: Vec<Path>, errors: &mut Accumulator) -> Vec<ModuleDef> {
    let mut seen = HashSet::new();
    let mut modules = Vec::new();
    for path in paths {
        let segments: Vec<String> = path.segments.iter().map(|segment| names::unraw(&segment.ident)).collect();
        let name = segments.join("::");
        if seen.insert(name.clone()) {
            modules.push(ModuleDef { path, name });
        } else {
            errors.push(Error::custom(format!("the module `{name}` is listed twice; remove one")).with_span(&path));
        }
    }
    modules
}
