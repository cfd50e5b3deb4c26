//! Connections, at the root and below rows.

use async_graphql::{Pos, parser::types::SelectionSet};
use lys::{app::NodeEntry, entity::EntityKind, name::camel_case};
use serde_json::{Map, Value, json};

use super::{
    execute::{Completed, Interpreter, Made},
    paging::{Bounds, Page, sort},
    world::{Listing, Order, Row},
};

/// The rows of a connection, before its arguments.
pub struct List {
    pub rows: Vec<Row>,
    pub order: Order,
    pub filter: Option<Value>,
    /// The root field and its arguments; none for a relation.
    pub of: Option<(&'static str, Map<String, Value>)>,
    pub at: Pos,
}

impl<'w> Interpreter<'w> {
    pub(super) fn connection(
        &mut self,
        node: &'w NodeEntry,
        list: List,
        arguments: &Map<String, Value>,
        sets: &[&'w SelectionSet],
    ) -> Completed {
        let entity = self.world.entity(node);
        let List { mut rows, mut order, filter, of, at } = list;
        if let Some(Value::Object(chosen)) = arguments.get("orderBy") {
            let (key, ascending) = chosen.iter().next().unwrap();
            let is_business_id = key == "code" && entity.kind == EntityKind::Parametric;
            let name = |name: &str| if is_business_id { name == "id" } else { camel_case(name) == *key };
            let column = entity.columns.iter().find(|column| name(column.name)).unwrap().name;
            order = vec![(column, *ascending != true)];
        }
        if !order.iter().any(|(column, _)| *column == "id") {
            order.push(("id", order.last().is_some_and(|(_, descending)| *descending)));
        }
        sort(&mut rows, &order);
        if let Some(message) = Page::fault(arguments) {
            return self.complain(at, &message, ("INVALID_ARGUMENT", 400), json!({}));
        }
        let list = Listing { table: entity.table, order, filter };
        let bounds = Bounds { of_relation: of.is_none(), list: &list, rows: &rows };
        let place = |cursor: &str| self.known.get(cursor).or_else(|| self.world.places.get(cursor));
        let Some((start, end)) = bounds.find(arguments, place) else {
            return self.fail(at, "INVALID_CURSOR", 400, json!({}));
        };
        let page = Page::of(rows.len(), start, end, arguments);
        let name = node.definition.name;
        let number = self.lists.len();
        self.lists.push(Made { list, of });
        let cursor = |at: usize| Value::from(format!("<@{number}|{}>", rows[at]["id"].as_str().unwrap())).to_string();
        let at: Vec<usize> = (page.start..page.end).collect();
        self.object(sets, &format!("{name}ListConnection"), false, |run, field, sets| {
            if field.node.name.node == "edges" {
                return run.list(&at, |run, at| {
                    run.object(sets, &format!("{name}Edge"), false, |run, field, sets| match &*field.node.name.node {
                        "cursor" => Ok(cursor(*at)),
                        _ => run.row(node, &rows[*at], sets),
                    })
                });
            }
            run.object(sets, "LysPageInfo", false, |_, field, _| {
                Ok(match field.node.name.node.as_str() {
                    "hasNextPage" => page.has_next.to_string(),
                    "hasPreviousPage" => page.has_previous.to_string(),
                    "startCursor" => at.first().map_or("null".to_owned(), |at| cursor(*at)),
                    "endCursor" => at.last().map_or("null".to_owned(), |at| cursor(*at)),
                    _ => rows.len().to_string(),
                })
            })
        })
    }
}
