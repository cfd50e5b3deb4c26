//! What a document costs: the most rows that its plan may read, with the variables of a request.
//!
//! Pages count what is asked for, lists without paging an assumption, relations to one row a row for each row above. Nothing has run
//! when the sum of all root fields is compared with the limit, so a document that is too expensive changes nothing.

use std::borrow::Cow;

use async_graphql_value::{ConstValue, Value};
use serde_json::Value as Json;

use super::{
    EngineOptions,
    coerce::{self, Variables},
    failure::document_error,
    filter,
    page::page_size,
    plan::{ArgumentSource, Child, ChildShape, Level, Lookup, OperationPlan, PageShape, Plan, PlannedArgument, Shape},
    sort,
};
use crate::{app::Model, error::code};

/// What rows are counted with.
struct Estimate<'a> {
    variables: &'a Variables,
    model: &'a Model,
    options: &'a EngineOptions,
}

/// The most rows that `plan` reads, as long as no list without paging is longer than [`EngineOptions::list_rows`].
pub(crate) fn estimate(plan: &Plan, variables: &Variables, model: &Model, options: &EngineOptions) -> u64 {
    let estimate = Estimate { variables, model, options };
    let operations = plan.operations().map(|operation| estimate.operation(operation));
    let lookups = plan.lookups().map(|lookup| estimate.lookup(lookup));
    operations.chain(lookups).fold(0, u64::saturating_add)
}

/// Refuses what costs more than the limit.
pub(crate) fn check(cost: u64, options: &EngineOptions) -> Result<(), Vec<Json>> {
    let limit = options.cost_limit;
    if cost <= limit {
        return Ok(());
    }
    let text = format!("The document may read {cost} rows. Allowed: {limit}");
    let mut error = document_error(code::DOCUMENT_TOO_EXPENSIVE, &text, &[]);
    error["extensions"]["cost"] = cost.into();
    error["extensions"]["limit"] = limit.into();
    Err(vec![error])
}

impl Estimate<'_> {
    fn operation(&self, operation: &OperationPlan) -> u64 {
        match &operation.shape {
            Shape::Row(shape) => self.level(&shape.level, 1),
            Shape::List(shape, _) => self.level(&shape.level, self.longest_list(&operation.arguments)),
            Shape::Page(shape) => {
                let bounds = ["after", "before"].into_iter().filter(|name| self.is_text(&operation.arguments, name));
                let searched = self.size(&operation.arguments).saturating_mul(self.searches(operation));
                self.page(shape, &operation.arguments, 1).saturating_add(bounds.count() as u64).saturating_add(searched)
            }
            Shape::Value(_) => 0,
        }
    }

    /// Each id is of one type: at worst of the one whose rows cost most.
    fn lookup(&self, lookup: &Lookup) -> u64 {
        let ids = self.longest_list(&lookup.arguments);
        lookup.types.iter().map(|ty| self.level(&ty.rows.level, ids)).max().unwrap_or(0)
    }

    /// So many rows of a level, and what is below them.
    fn level(&self, level: &Level, rows: u64) -> u64 {
        level.children.iter().fold(rows, |sum, child| sum.saturating_add(self.child(child, rows)))
    }

    fn child(&self, child: &Child, parents: u64) -> u64 {
        match &child.shape {
            ChildShape::One(shape) => self.level(&shape.level, parents),
            ChildShape::Many(shape) => self.level(&shape.level, parents.saturating_mul(self.options.list_rows.into())),
            ChildShape::Page(page) => self.page(&page.shape, &page.arguments, parents),
        }
    }

    /// A page for each parent: its rows, one that tells whether there are more, and one that counts.
    fn page(&self, shape: &PageShape, arguments: &[PlannedArgument], parents: u64) -> u64 {
        let counts = if shape.wants.total_count { parents } else { 0 };
        let counts = counts.saturating_add(self.aggregates(shape, parents));
        if !shape.wants.rows {
            return counts;
        }
        let rows = self.level(&shape.level, parents.saturating_mul(self.size(arguments)));
        rows.saturating_add(parents).saturating_add(counts)
    }

    /// A row for each list, or as many groups of it as a list is thought to have rows.
    fn aggregates(&self, shape: &PageShape, parents: u64) -> u64 {
        let rows = shape.aggregates.iter().map(|aggregate| match aggregate.groups {
            Some(_) => parents.saturating_mul(self.options.list_rows.into()),
            None => parents,
        });
        rows.fold(0, u64::saturating_add)
    }

    /// Rows of a page. Sizes that the field is going to refuse stand for what it could have read at most.
    fn size(&self, arguments: &[PlannedArgument]) -> u64 {
        let size = |name| match &*self.given(arguments, name)? {
            ConstValue::Number(number) => Some(number.as_u64().unwrap_or(0)),
            _ => None,
        };
        let most = u64::from(self.options.max_page);
        page_size(size("first"), size("last"), size("limit"), most).min(most)
    }

    /// How many relations the operation's filter searches and its sort follows.
    fn searches(&self, operation: &OperationPlan) -> u64 {
        let searches = self.model.filters.get(operation.operation).map_or(0, |filter| {
            self.given(&operation.arguments, "filter").map_or(0, |value| filter::searches(filter, &value))
        });
        let follows = self.model.sorts.get(operation.operation).map_or(0, |sorting| {
            self.given(&operation.arguments, "sort").map_or(0, |value| sort::follows(sorting, &value))
        });
        searches.saturating_add(follows)
    }

    /// Operations on many rows answer with one for each item that they are given.
    fn longest_list(&self, arguments: &[PlannedArgument]) -> u64 {
        let lengths = arguments.iter().map(|argument| match self.value(argument).as_deref() {
            Some(ConstValue::List(items)) => items.len() as u64,
            _ => 1,
        });
        lengths.max().unwrap_or(0)
    }

    fn is_text(&self, arguments: &[PlannedArgument], name: &str) -> bool {
        matches!(self.given(arguments, name).as_deref(), Some(ConstValue::String(_)))
    }

    fn given<'v>(&'v self, arguments: &'v [PlannedArgument], name: &str) -> Option<Cow<'v, ConstValue>> {
        arguments.iter().find(|argument| &*argument.name == name).and_then(|argument| self.value(argument))
    }

    fn value<'v>(&'v self, argument: &'v PlannedArgument) -> Option<Cow<'v, ConstValue>> {
        match &argument.source {
            ArgumentSource::Literal(value) => Some(Cow::Borrowed(value)),
            ArgumentSource::Variable(name) => self.variables.get(name).map(Cow::Borrowed),
            ArgumentSource::Template(template @ (Value::List(_) | Value::Object(_))) => {
                coerce::substitute(template, self.variables).map(Cow::Owned)
            }
            ArgumentSource::Template(_) => None,
        }
    }
}
