//! Lists in order and their pages, on rows in memory.

use std::cmp::Ordering;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

use super::world::{Listing, Place, Row};

/// NULL is the smallest value.
pub fn sort(rows: &mut [Row], order: &[(&'static str, bool)]) {
    rows.sort_by(|left, right| order_of(left, right, order));
}

fn order_of(left: &Row, right: &Row, order: &[(&'static str, bool)]) -> Ordering {
    let compare = |(column, descending): &(&str, bool)| {
        let ordering = compare(&left[column], &right[column]);
        if *descending { ordering.reverse() } else { ordering }
    };
    order.iter().map(compare).find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
}

pub fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => left.as_f64().partial_cmp(&right.as_f64()).unwrap(),
        (Value::String(left), Value::String(right)) => left.as_bytes().cmp(right.as_bytes()),
        _ => panic!("two types in one column"),
    }
}

/// Where a list is entered and left.
pub struct Bounds<'r> {
    pub of_relation: bool,
    pub list: &'r Listing,
    pub rows: &'r [Row],
}

impl Bounds<'_> {
    /// Where the rows behind `after` begin and those before `before` end; `None` when a cursor is none of this list.
    pub fn find<'p>(
        &self,
        arguments: &Map<String, Value>,
        place: impl Fn(&str) -> Option<&'p Place>,
    ) -> Option<(Option<usize>, Option<usize>)> {
        let count = self.rows.len();
        let cursor = |name: &str| arguments.get(name).and_then(Value::as_str).filter(|cursor| !cursor.is_empty());
        let bound = |name: &str, most: Ordering| match cursor(name) {
            None => Some(None),
            Some(cursor) => match offset(cursor) {
                Some(_) if self.of_relation || self.list.filter.is_some() => None,
                // The row at that offset, which is not there behind the end.
                Some(offset) if most.is_eq() => Some(Some((offset + 1).min(count))),
                Some(offset) => Some(Some(offset).filter(|offset| *offset < count)),
                None => {
                    let place = place(cursor).filter(|place| place.list == *self.list)?;
                    Some(Some(self.until(&place.row, most)))
                }
            },
        };
        Some((bound("after", Ordering::Equal)?, bound("before", Ordering::Less)?))
    }

    /// How many rows stand before a place, or on it.
    fn until(&self, place: &Row, most: Ordering) -> usize {
        self.rows.iter().filter(|row| order_of(row, place, &self.list.order) <= most).count()
    }
}

/// What a cursor of the reference says.
fn offset(cursor: &str) -> Option<usize> {
    let text = String::from_utf8(STANDARD.decode(cursor).ok()?).ok()?;
    text.strip_prefix("arrayconnection:")?.parse().ok()
}

/// A page by positions in the whole list: first the cursors, then `first`, then `last` (Relay), never more than `limit` and 100.
pub struct Page {
    pub start: usize,
    pub end: usize,
    pub has_next: bool,
    pub has_previous: bool,
}

impl Page {
    /// What is wrong with the sizes that are asked for.
    pub fn fault(arguments: &Map<String, Value>) -> Option<String> {
        let size = |name: &str| arguments.get(name).and_then(Value::as_i64);
        let mut negative = ["first", "last", "limit"].into_iter().filter(|name| size(name).is_some_and(|it| it < 0));
        let mut large = ["first", "last"].into_iter().filter(|name| size(name).is_some_and(|it| it > 100));
        match (negative.next(), large.next()) {
            (Some(name), _) => Some(format!("Argument '{name}' must be a non-negative integer.")),
            (None, Some(name)) => Some(format!("Argument '{name}' cannot be higher than 100.")),
            (None, None) => None,
        }
    }

    pub fn of(count: usize, after: Option<usize>, before: Option<usize>, arguments: &Map<String, Value>) -> Self {
        let size = |name: &str| arguments.get(name).and_then(Value::as_u64).map(|size| usize::try_from(size).unwrap());
        let start = after.unwrap_or(0);
        let end = before.unwrap_or(count).max(start);
        let (first, last) = (size("first"), size("last"));
        let most = first.or(last).unwrap_or(100).min(size("limit").unwrap_or(100));
        let (mut from, mut to) = (start, end);
        match (first, last) {
            (None, Some(_)) => from = end - most.min(end - start),
            _ => to = start + most.min(end - start),
        }
        if let (Some(_), Some(last)) = (first, last) {
            from = to - last.min(to - from);
        }
        let has_next = to < end || before.is_some();
        let has_previous = from > start || after.is_some();
        Self { start: from, end: to, has_next, has_previous }
    }
}
