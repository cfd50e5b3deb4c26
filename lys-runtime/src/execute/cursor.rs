//! Cursors: the place of a row in a list. Ours hold the row's order values and a mark of the list; the reference's
//! `arrayconnection:<n>` are accepted in lists that the reference could have made.

use async_graphql_value::ConstValue;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sea_orm::Value;
use serde_json::Value as Json;

use super::{cell, sort::GivenSort};
use crate::{
    data::{Row, condition::ColumnOrder},
    entity::EntityDef,
    error::{Error, Result, code},
    output::base64::Base64Start,
};

const OWN: &str = "lys1:";
const REFERENCE: &str = "arrayconnection:";

/// A decoded cursor.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cursor {
    /// The row with these order values, one for each term; `None` is NULL.
    Row(Vec<Option<Value>>),
    /// The row at this offset of the whole list.
    Offset(u64),
}

/// What a cursor belongs to: rows, their order, and what they are filtered by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listing<'a> {
    pub(crate) entity: &'a EntityDef,
    pub(crate) order: &'a [ColumnOrder],
    /// The coerced `filter`, if one was given.
    pub(crate) filter: Option<&'a ConstValue>,
    /// The `sort`, if one was given: its order is this list's.
    pub(crate) sort: Option<&'a GivenSort<'a>>,
}

/// Reads the cursor in argument `argument`. It must come from the same list.
pub(crate) fn decode(text: &str, argument: &str, list: Listing<'_>) -> Result<Cursor> {
    let Listing { entity, order, filter, sort } = list;
    let malformed = || Error::new(code::INVALID_CURSOR, 400);
    let foreign = || malformed().with_text(format!("Argument '{argument}' contains a non-existing value."));
    let decoded = STANDARD.decode(text).map_err(|_| malformed())?;
    let decoded = String::from_utf8(decoded).map_err(|_| malformed())?;
    if let Some(offset) = decoded.strip_prefix(REFERENCE) {
        if filter.is_some() || sort.is_some() {
            return Err(malformed().with_detail("an offset does not tell which filter or sort it belongs to"));
        }
        return offset.parse().map(Cursor::Offset).map_err(|_| malformed());
    }
    let own = decoded.strip_prefix(OWN).ok_or_else(foreign)?;
    let Ok(Json::Array(parts)) = serde_json::from_str(own) else {
        return Err(malformed());
    };
    let [mark, values @ ..] = parts.as_slice() else {
        return Err(malformed());
    };
    if mark.as_u64() != Some(u64::from(list.mark())) || values.len() != order.len() {
        return Err(malformed().with_detail("the cursor belongs to another list, order or filter"));
    }
    let values = values.iter().zip(order).map(|(json, term)| {
        let column = &entity.columns[usize::from(term.column)];
        match cell::cursor_value(json, column) {
            None if json.is_null() && column.nullable => Ok(None),
            None => Err(malformed()),
            value => Ok(value),
        }
    });
    values.collect::<Result<_>>().map(Cursor::Row)
}

/// Where the order columns are in the rows of a page.
#[derive(Debug)]
pub(crate) struct CursorWriter<'a> {
    pub(crate) list: Listing<'a>,
    slots: Vec<usize>,
    /// What all cursors of the list begin with.
    start: Base64Start,
}

impl<'a> CursorWriter<'a> {
    pub(crate) fn new(list: Listing<'a>, slots: Vec<usize>) -> Self {
        let start = Base64Start::new(format!("{OWN}[{}", list.mark()).as_bytes());
        Self { list, slots, start }
    }

    /// Appends the cursor of `row` as a JSON string. `scratch` is only there to be used again.
    pub(crate) fn write(&self, row: Row<'_>, scratch: &mut Vec<u8>, bytes: &mut Vec<u8>) -> Result<()> {
        scratch.clear();
        for (slot, term) in self.slots.iter().zip(self.list.order) {
            scratch.push(b',');
            cell::write_cursor_value(row, *slot, &self.list.entity.columns[usize::from(term.column)], scratch)?;
        }
        scratch.push(b']');
        bytes.push(b'"');
        self.start.write(scratch, bytes);
        bytes.push(b'"');
        Ok(())
    }

    /// The order values of `row`, as a cursor would hold them.
    pub(crate) fn place(&self, row: Row<'_>) -> Result<Vec<Option<Value>>> {
        let values = self.slots.iter().zip(self.list.order).map(|(slot, term)| {
            let column = &self.list.entity.columns[usize::from(term.column)];
            let mut json = Vec::new();
            cell::write_cursor_value(row, *slot, column, &mut json)?;
            let json: Json = serde_json::from_slice(&json).map_err(Error::internal)?;
            Ok(cell::cursor_value(&json, column))
        });
        values.collect()
    }
}

impl Listing<'_> {
    /// Tells lists apart: FNV-1a over the table, the order terms and the filter.
    fn mark(self) -> u32 {
        let mut mark = Mark(0x811c_9dc5);
        mark.text(self.entity.table);
        for term in self.order {
            mark.byte(if term.descending { b'-' } else { b'+' });
            mark.text(self.entity.columns[usize::from(term.column)].name);
        }
        if let Some(filter) = self.filter {
            mark.value(filter);
        }
        if let Some(sort) = self.sort {
            mark.byte(b's');
            mark.value(sort.value);
        }
        mark.0
    }
}

struct Mark(u32);

impl Mark {
    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }

    fn text(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.byte(byte));
    }

    /// Coerced values have their fields in the order of the schema, so equal filters look alike.
    fn value(&mut self, value: &ConstValue) {
        match value {
            ConstValue::List(items) => {
                self.byte(b'[');
                for item in items {
                    self.value(item);
                }
                self.byte(b']');
            }
            ConstValue::Object(fields) => {
                self.byte(b'{');
                for (name, value) in fields {
                    self.text(name);
                    self.byte(b':');
                    self.value(value);
                }
                self.byte(b'}');
            }
            ConstValue::String(text) => {
                self.byte(b'"');
                self.text(text);
                // No text has this byte, so none can go on as another value.
                self.byte(0xff);
            }
            ConstValue::Enum(name) => self.text(name),
            other => self.text(&other.to_string()),
        }
        self.byte(b',');
    }
}
