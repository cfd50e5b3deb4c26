//! What a field means: its form, with every rule of that form checked.

use darling::{Error, Result};
use proc_macro2::{Span, TokenStream};
use syn::{Ident, PatType, Path, Type, TypeReference};

use super::args::FieldArgs;
use crate::{
    args,
    audience::{Audience, FieldAccess},
    consistency::{self, Consistency},
    function::{self, Argument, Function},
    names,
};

/// A checked field: `expand` cannot fail on it.
pub(super) struct FieldDef<'a> {
    /// Path to the runtime.
    pub(super) runtime: Path,
    /// `snake_case` name.
    pub(super) name: String,
    /// Doc comment.
    pub(super) description: String,
    /// The user's function.
    pub(super) function: &'a Function,
    /// Which of the three forms it has.
    pub(super) form: Form<'a>,
}

/// The forms of a field.
pub(super) enum Form<'a> {
    /// A root field.
    Root(RootDef<'a>),
    /// A computed field whose function sees one row.
    Row { node: Path, columns: Vec<ColumnDef<'a>>, access: FieldAccess },
    /// A computed field whose function sees all rows of a level.
    Level { node: Path, context: &'a PatType, parameters: Vec<Parameter<'a>>, access: FieldAccess },
}

/// A root field.
pub(super) struct RootDef<'a> {
    /// Whether it is a field of the mutation root.
    pub(super) mutation: bool,
    /// The node that shows the returned row; none for a value that is ready.
    pub(super) node: Option<Path>,
    /// Who may call it.
    pub(super) audience: Audience,
    /// Whether all that it reads is of one moment, if that was said.
    pub(super) consistency: Option<Consistency>,
    /// The parameter for the context.
    pub(super) context: Option<&'a PatType>,
    /// The others.
    pub(super) arguments: Vec<Argument<'a>>,
}

/// A column that a computed field reads.
pub(super) struct ColumnDef<'a> {
    /// The parameter, named like the column.
    pub(super) ident: &'a Ident,
    /// What one row holds.
    pub(super) ty: &'a Type,
}

/// One parameter of a function over a level, after the context.
pub(super) enum Parameter<'a> {
    /// A slice with one value for each row.
    Column(ColumnDef<'a>),
    /// A GraphQL argument.
    Argument(Argument<'a>),
}

impl<'a> FieldDef<'a> {
    pub(super) fn new(args: TokenStream, function: &'a Function) -> Result<Self> {
        let mut errors = Error::accumulator();
        let Some(args) = errors.handle(args::parse::<FieldArgs>(args)) else {
            return Err(errors.finish().err().unwrap_or_else(|| Error::custom("unreadable options")));
        };
        let name = match &args.name {
            Some(name) => names::check_bijective(name, name.span()).map(|()| (**name).clone()),
            None => names::check_bijective(&function.name(), function.signature.ident.span()).map(|()| function.name()),
        };
        let name = errors.handle(name).unwrap_or_default();
        let runtime = args::runtime(args.runtime.as_ref());
        errors.handle(check_one_form(&args, function));
        let form = match args.on.clone() {
            Some(node) if function.signature.asyncness.is_some() => errors.handle(level(args, &node, function)),
            Some(node) => errors.handle(row(args, &node, function)),
            None => errors.handle(root(args, function)),
        };
        errors.finish()?;
        let form = form.ok_or_else(|| Error::custom("unreadable field"))?;
        Ok(Self { runtime, name, description: function.description(), function, form })
    }
}

fn check_one_form(args: &FieldArgs, function: &Function) -> Result<()> {
    let given = [
        args.query.is_present().then(|| ("query", args.query.span())),
        args.mutation.is_present().then(|| ("mutation", args.mutation.span())),
        args.on.as_ref().map(|on| ("on = …", syn::spanned::Spanned::span(on))),
    ];
    let mut given = given.into_iter().flatten();
    match (given.next(), given.next()) {
        (None, _) => {
            let text = format!(
                "where does `{}` stand? Add `query`, `mutation`, or `on = …Node` to `#[field(…)]`",
                function.name()
            );
            Err(Error::custom(text).with_span(&function.signature.ident))
        }
        (Some((first, _)), Some((second, span))) => {
            let text = format!("`{}` cannot stand in two places; keep `{first}` or `{second}`", function.name());
            Err(Error::custom(text).with_span(&span))
        }
        (Some(_), None) => Ok(()),
    }
}

fn root(args: FieldArgs, function: &Function) -> Result<Form<'_>> {
    let mut errors = Error::accumulator();
    function.check_request_function(&mut errors);
    if let Some(columns) = &args.columns {
        let text = "only a computed field reads columns; drop `columns(…)`, or write `on = …Node`";
        errors.push(Error::custom(text).with_span(&columns.span()));
    }
    let mut parameters = function.parameters();
    let context = parameters.next();
    let arguments = function::arguments(parameters, &function.name(), &mut errors);
    for argument in &arguments {
        errors.handle(names::check_round_trip(argument.ident));
    }
    let mutation = args.mutation.is_present();
    errors.handle(consistency::check_query(args.consistency.as_ref(), !mutation, "mutation"));
    let audience = errors.handle(args.audience.check(&function.name()));
    errors.finish()?;
    let audience = audience.ok_or_else(|| Error::custom("no audience"))?;
    let consistency = args.consistency.map(|consistency| *consistency);
    Ok(Form::Root(RootDef { mutation, node: args.node, audience, consistency, context, arguments }))
}

/// What both computed forms refuse.
fn check_computed(args: &FieldArgs, function: &Function) -> Result<()> {
    let mut errors = Error::accumulator();
    errors.handle(function.check_no_self());
    errors.handle(function.check_not_generic());
    errors.handle(function.check_returns());
    let node = args.node.as_ref().map(|node| ("node", syn::spanned::Spanned::span(node)));
    let consistency = args.consistency.as_ref().map(|consistency| ("consistency", consistency.span()));
    if let Some((option, span)) = node.or(consistency) {
        let text = format!("`{option}` belongs to root fields; `{}` is shown wherever its node is", function.name());
        errors.push(Error::custom(text).with_span(&span));
    }
    errors.finish()
}

fn row<'a>(mut args: FieldArgs, node: &Path, function: &'a Function) -> Result<Form<'a>> {
    let mut errors = Error::accumulator();
    errors.handle(check_computed(&args, function));
    let access = errors.handle(std::mem::take(&mut args.audience).check_computed(&function.name()));
    let wanted = wanted(&args);
    let mut columns = Vec::new();
    for parameter in function.parameters() {
        let Some(ident) = errors.handle(function::plain_name(parameter)) else {
            continue;
        };
        if let Type::Reference(reference) = &*parameter.ty {
            let text = format!("column `{ident}` comes by value; write `{ident}: String` rather than a reference");
            errors.push(Error::custom(text).with_span(&reference.and_token));
        }
        if !wanted.contains(ident) {
            let text = format!(
                "`{ident}` is none of `columns(…)`; add it there (arguments need an `async fn`, which sees all rows at once)"
            );
            errors.push(Error::custom(text).with_span(ident));
        }
        columns.push(ColumnDef { ident, ty: &parameter.ty });
    }
    errors.handle(check_all_read(wanted, columns.iter().map(|column| column.ident), function));
    errors.finish_with(Form::Row { node: node.clone(), columns, access: access.unwrap_or_default() })
}

fn level<'a>(mut args: FieldArgs, node: &Path, function: &'a Function) -> Result<Form<'a>> {
    let mut errors = Error::accumulator();
    errors.handle(check_computed(&args, function));
    errors.handle(function.check_context());
    let access = errors.handle(std::mem::take(&mut args.audience).check_computed(&function.name()));
    let wanted = wanted(&args);
    let mut all = function.parameters();
    let context = all.next();
    let mut parameters = Vec::new();
    let mut arguments = 0;
    for parameter in all {
        let Some(ident) = errors.handle(function::plain_name(parameter)) else {
            continue;
        };
        if wanted.contains(ident) {
            if let Some(ty) = errors.handle(slice(parameter, ident)) {
                parameters.push(Parameter::Column(ColumnDef { ident, ty }));
            }
        } else {
            let found = function::arguments(std::iter::once(parameter), &function.name(), &mut errors);
            errors.handle(names::check_round_trip(ident));
            arguments += found.len();
            parameters.extend(found.into_iter().map(Parameter::Argument));
        }
    }
    errors.handle(function::check_count(arguments, function));
    errors.handle(check_all_read(
        wanted,
        function.parameters().filter_map(|parameter| function::plain_name(parameter).ok()),
        function,
    ));
    errors.finish()?;
    let context = context.ok_or_else(|| Error::custom("no context"))?;
    Ok(Form::Level { node: node.clone(), context, parameters, access: access.unwrap_or_default() })
}

fn wanted(args: &FieldArgs) -> &[Ident] {
    args.columns.as_ref().map_or(&[], |columns| &columns.0)
}

/// `&[Uuid]`: one value for each row.
fn slice<'a>(parameter: &'a PatType, ident: &Ident) -> Result<&'a Type> {
    if let Type::Reference(TypeReference { mutability: None, elem, .. }) = &*parameter.ty
        && let Type::Slice(slice) = &**elem
    {
        return Ok(&slice.elem);
    }
    let text = format!("an `async fn` gets column `{ident}` of all rows; write `{ident}: &[…]`");
    Err(Error::custom(text).with_span(&parameter.ty))
}

fn check_all_read<'p>(
    wanted: &[Ident],
    parameters: impl Iterator<Item = &'p Ident>,
    function: &Function,
) -> Result<()> {
    let parameters: Vec<&Ident> = parameters.collect();
    let mut errors = Error::accumulator();
    for column in wanted.iter().filter(|column| !parameters.contains(column)) {
        let text = format!(
            "`{}` does not read column `{column}`; add a parameter of that name, or drop it here",
            function.name()
        );
        errors.push(Error::custom(text).with_span(column));
    }
    if wanted.len() > MOST_COLUMNS {
        let text = format!("`{}` reads more than {MOST_COLUMNS} columns", function.name());
        errors.push(Error::custom(text).with_span(&Span::call_site()));
    }
    errors.finish()
}

/// The most columns that the runtime's tuples hold.
const MOST_COLUMNS: usize = 8;
