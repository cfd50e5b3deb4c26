//! What an operation means: every default filled in, every rule checked.

use darling::{
    Error, Result,
    error::Accumulator,
    util::{Flag, SpannedValue},
};
use proc_macro2::TokenStream;
use syn::{Ident, PatType, Path};

use super::{Item, Kind, NodeStruct, args::OperationArgs};
use crate::{
    args::{self, Columns, Member, Members},
    audience::Audience,
    consistency::{self, Consistency},
    function::{self, Argument, Function},
    names,
};

/// A checked operation: `expand` cannot fail on it.
pub(super) struct OperationDef<'a> {
    /// Path to the runtime.
    pub(super) runtime: Path,
    /// Its kind.
    pub(super) kind: Kind,
    /// The node that answers.
    pub(super) node: Path,
    /// `snake_case` name.
    pub(super) name: String,
    /// Doc comment of the function; a node's own comment describes the node.
    pub(super) description: String,
    /// Who may call it.
    pub(super) audience: Audience,
    /// Whether all that it reads is of one moment, if that was said.
    pub(super) consistency: Option<Consistency>,
    /// Whether it writes many rows at once.
    pub(super) many: bool,
    /// Keys of `orderBy`, if they were given.
    pub(super) order_by: Option<Vec<Ident>>,
    /// What callers may filter by.
    pub(super) filter: Vec<Member>,
    /// What callers may sort by, several at once.
    pub(super) sort: Vec<Member>,
    /// Columns that are summed up.
    pub(super) aggregate: Vec<Ident>,
    /// Columns that rows may be grouped by.
    pub(super) group_by: Vec<Ident>,
    /// The user's function; none on a node.
    pub(super) hook: Option<Hook<'a>>,
}

/// The function behind an operation.
pub(super) struct Hook<'a> {
    /// As written.
    pub(super) function: &'a Function,
    /// The parameter for the context.
    pub(super) context: Option<&'a PatType>,
    /// The parameter for the row, on kinds that load one.
    pub(super) row: Option<&'a PatType>,
    /// The others.
    pub(super) arguments: Vec<Argument<'a>>,
}

impl<'a> OperationDef<'a> {
    pub(super) fn new(kind: Kind, args: TokenStream, item: &'a Item) -> Result<Self> {
        let mut errors = Error::accumulator();
        let Some(args) = errors.handle(args::parse::<OperationArgs>(args)) else {
            // Without its options nothing is known of the node; the function can still be looked at.
            if let Item::Function(function) = item {
                errors.handle(Hook::new(kind, function));
            }
            return Err(errors.finish().err().unwrap_or_else(|| Error::custom("unreadable options")));
        };
        errors.handle(check_ordered(kind, args.order_by.as_ref()));
        errors.handle(consistency::check_query(args.consistency.as_ref(), kind.is_query(), kind.name()));
        errors.handle(check_many(kind, args.many, item));
        errors.handle(check_filtered(kind, args.filter.as_ref()));
        errors.handle(check_sorted(kind, args.sort.as_ref()));
        errors.handle(check_summed_up(kind, args.aggregate.as_ref()));
        errors.handle(check_grouped(kind, args.group_by.as_ref()));
        let face = match item {
            Item::Node(node) => errors.handle(on_node(kind, &args, node)),
            Item::Function(function) => errors.handle(on_function(kind, &args, function)),
        };
        let name = match (&args.name, item) {
            (Some(name), _) => names::check_bijective(name, name.span()).map(|()| (**name).clone()),
            (None, Item::Node(node)) => Ok(default_name(kind, args.many.is_present(), &node.ident)),
            (None, Item::Function(function)) => {
                names::check_bijective(&function.name(), function.signature.ident.span()).map(|()| function.name())
            }
        };
        let name = errors.handle(name);
        let audience = errors.handle(args.audience.check(&item.name()));
        let (Some((node, hook)), Some(name), Some(audience)) = (face, name, audience) else {
            return Err(errors.finish().err().unwrap_or_else(|| Error::custom("unreadable operation")));
        };
        errors.finish_with(Self {
            runtime: args::runtime(args.runtime.as_ref()),
            kind,
            node,
            name,
            description: hook.as_ref().map(|hook| hook.function.description()).unwrap_or_default(),
            audience,
            consistency: args.consistency.map(|consistency| *consistency),
            many: args.many.is_present() || hook.as_ref().is_some_and(|hook| hook.is_of_many(kind)),
            order_by: args.order_by.map(|columns| columns.into_inner().0),
            filter: args.filter.map(|members| members.into_inner().0).unwrap_or_default(),
            sort: args.sort.map(|members| members.into_inner().0).unwrap_or_default(),
            aggregate: args.aggregate.map(|columns| columns.into_inner().0).unwrap_or_default(),
            group_by: args.group_by.map(|columns| columns.into_inner().0).unwrap_or_default(),
            hook,
        })
    }
}

/// A node and, in the function form, the function.
type Face<'a> = (Path, Option<Hook<'a>>);

fn on_node<'a>(kind: Kind, args: &OperationArgs, node: &NodeStruct) -> Result<Face<'a>> {
    let mut errors = Error::accumulator();
    if !kind.stands_on_node() {
        let text = format!(
            "a {0} needs a body; write `#[{0}(node = {1})] async fn …`, which says what is written",
            kind.name(),
            node.ident
        );
        errors.push(Error::custom(text).with_span(&node.ident));
    }
    if let Some(path) = &args.node {
        let text = format!("the node is `{}` itself; drop `node = …`", node.ident);
        errors.push(Error::custom(text).with_span(path));
    }
    errors.finish_with((node.ident.clone().into(), None))
}

fn on_function<'a>(kind: Kind, args: &OperationArgs, function: &'a Function) -> Result<Face<'a>> {
    let mut errors = Error::accumulator();
    let hook = errors.handle(Hook::new(kind, function));
    if args.node.is_none() {
        let text =
            format!("which node does `{}` answer with? Add `node = …Node` to `#[{}(…)]`", function.name(), kind.name());
        errors.push(Error::custom(text).with_span(&function.signature.ident));
    }
    errors.finish()?;
    args.node.clone().map(|node| (node, hook)).ok_or_else(|| Error::custom("no node"))
}

impl<'a> Hook<'a> {
    fn new(kind: Kind, function: &'a Function) -> Result<Self> {
        let mut errors = Error::accumulator();
        function.check_request_function(&mut errors);
        let mut parameters = function.parameters();
        let context = parameters.next();
        let row = if kind.takes_row() { parameters.next() } else { None };
        if kind.takes_row() && row.is_none() {
            let text = format!("`{}` must take the row after the context, by value: `row: Product`", function.name());
            errors.push(Error::custom(text).with_span(&function.signature.ident));
        }
        let arguments = function::arguments(parameters, &function.name(), &mut errors);
        for argument in &arguments {
            errors.handle(names::check_round_trip(argument.ident));
        }
        errors.finish_with(Self { function, context, row, arguments })
    }

    /// A list instead of a row says that many are written: the rows that are taken, or those of a creation that are given.
    fn is_of_many(&self, kind: Kind) -> bool {
        match kind {
            Kind::Getter | Kind::Connection => false,
            Kind::Creation => function::is_list(&function::answer(&self.function.returns())),
            Kind::Edition | Kind::Deletion => self.row.is_some_and(|row| function::is_list(&row.ty)),
        }
    }
}

/// `many` stands where nothing else says it.
fn check_many(kind: Kind, many: Flag, item: &Item) -> Result<()> {
    if !many.is_present() {
        return Ok(());
    }
    let text = match (kind, item) {
        (Kind::Deletion, Item::Node(_)) => return Ok(()),
        (Kind::Deletion, Item::Function(_)) => "the row parameter says it: write `rows: Vec<…>` and drop `many`",
        (Kind::Edition, _) => "an edition of many rows takes `rows: Vec<…>` after the context; drop `many`",
        (Kind::Creation, _) => "a creation of many rows returns `Result<Vec<Draft<…>>>`; drop `many`",
        (Kind::Getter, _) => "a getter answers with one row; drop `many`, or write a `#[connection]`",
        (Kind::Connection, _) => "a connection answers with many rows anyway; drop `many`",
    };
    Err(Error::custom(text).with_span(&many.span()))
}

fn check_ordered(kind: Kind, order_by: Option<&SpannedValue<Columns>>) -> Result<()> {
    match order_by {
        Some(order_by) if kind != Kind::Connection => {
            let text = format!("a {} has no order; `order_by` belongs to `#[connection]`", kind.name());
            Err(Error::custom(text).with_span(&order_by.span()))
        }
        _ => Ok(()),
    }
}

fn check_filtered(kind: Kind, filter: Option<&SpannedValue<Members>>) -> Result<()> {
    let Some(filter) = filter else { return Ok(()) };
    if kind != Kind::Connection {
        let text = format!("a {} has nothing to filter; `filter` belongs to `#[connection]`", kind.name());
        return Err(Error::custom(text).with_span(&filter.span()));
    }
    let mut errors = Error::accumulator();
    check_filter_words(&filter.0, &mut errors);
    errors.finish()
}

fn check_sorted(kind: Kind, sort: Option<&SpannedValue<Members>>) -> Result<()> {
    match sort {
        Some(sort) if kind != Kind::Connection => {
            let text = format!("a {} has no order; `sort` belongs to `#[connection]`", kind.name());
            Err(Error::custom(text).with_span(&sort.span()))
        }
        _ => Ok(()),
    }
}

/// `count` stands beside the columns.
fn check_summed_up(kind: Kind, aggregate: Option<&SpannedValue<Columns>>) -> Result<()> {
    let Some(aggregate) = aggregate else { return Ok(()) };
    if kind != Kind::Connection {
        let text = format!("a {} has no rows to sum up; `aggregate` belongs to `#[connection]`", kind.name());
        return Err(Error::custom(text).with_span(&aggregate.span()));
    }
    match aggregate.0.iter().find(|column| names::unraw(column) == "count") {
        Some(column) => {
            let text = "`count` is the number of rows, so no summed-up column can have this name; leave it out";
            Err(Error::custom(text).with_span(column))
        }
        None => Ok(()),
    }
}

fn check_grouped(kind: Kind, group_by: Option<&SpannedValue<Columns>>) -> Result<()> {
    match group_by {
        Some(group_by) if kind != Kind::Connection => {
            let text = format!("a {} has no rows to group; `group_by` belongs to `#[connection]`", kind.name());
            Err(Error::custom(text).with_span(&group_by.span()))
        }
        _ => Ok(()),
    }
}

/// `and`, `or` and `not` stand beside the fields of a filter.
fn check_filter_words(members: &[Member], errors: &mut Accumulator) {
    for Member { ident, below } in members {
        if ["and", "or", "not"].contains(&names::unraw(ident).as_str()) {
            let text = format!("`{ident}` joins filters, so no field of a filter can have this name; leave it out");
            errors.push(Error::custom(text).with_span(ident));
        }
        if let Some(below) = below {
            check_filter_words(&below.0, errors);
        }
    }
}

/// `ProductNode` → `product`, `all_products`, `delete_product`, `delete_products`.
fn default_name(kind: Kind, many: bool, node: &Ident) -> String {
    let name = names::unraw(node);
    let name = names::snake_case(name.strip_suffix("Node").filter(|name| !name.is_empty()).unwrap_or(&name));
    match kind {
        Kind::Connection => format!("all_{}", plural(&name)),
        Kind::Deletion if many => format!("delete_{}", plural(&name)),
        Kind::Deletion => format!("delete_{name}"),
        Kind::Getter | Kind::Creation | Kind::Edition => name,
    }
}

/// `product` → `products`, `category` → `categories`, `address` → `addresses`.
fn plural(name: &str) -> String {
    let vowel_before_y = ["ay", "ey", "oy", "uy"].iter().any(|end| name.ends_with(end));
    match name.strip_suffix('y') {
        Some(stem) if !vowel_before_y => format!("{stem}ies"),
        _ if ["s", "x", "z", "ch", "sh"].iter().any(|end| name.ends_with(end)) => format!("{name}es"),
        _ => format!("{name}s"),
    }
}

#[cfg(test)]
#[test]
fn plurals() {
    for (one, many) in [("product", "products"), ("category", "categories"), ("address", "addresses"), ("key", "keys")]
    {
        assert_eq!(plural(one), many);
    }
}
