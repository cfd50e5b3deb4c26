//! Cursors: the place of a row in an order. Ours hold the row's order values; the reference's `arrayconnection:<n>` are accepted.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sea_orm::Value;
use serde_json::Value as Json;

use super::cell;
use crate::{
    data::{Row, condition::ColumnOrder},
    entity::EntityDef,
    error::{Error, Result, code},
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

/// Reads the cursor in argument `argument`. It must come from a list with the same `order`.
pub(crate) fn decode(text: &str, argument: &str, entity: &EntityDef, order: &[ColumnOrder]) -> Result<Cursor> {
    let malformed = || Error::new(code::INVALID_CURSOR, 400);
    let foreign = || malformed().with_text(format!("Argument '{argument}' contains a non-existing value."));
    let decoded = STANDARD.decode(text).map_err(|_| malformed())?;
    let decoded = String::from_utf8(decoded).map_err(|_| malformed())?;
    if let Some(offset) = decoded.strip_prefix(REFERENCE) {
        return offset.parse().map(Cursor::Offset).map_err(|_| malformed());
    }
    let own = decoded.strip_prefix(OWN).ok_or_else(foreign)?;
    let Ok(Json::Array(parts)) = serde_json::from_str(own) else {
        return Err(malformed());
    };
    let [mark, values @ ..] = parts.as_slice() else {
        return Err(malformed());
    };
    if mark.as_u64() != Some(u64::from(order_mark(entity, order))) || values.len() != order.len() {
        return Err(malformed().with_detail("the cursor belongs to another list or order"));
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
    pub(crate) entity: &'a EntityDef,
    pub(crate) order: &'a [ColumnOrder],
    slots: Vec<usize>,
    /// What all cursors of the list begin with.
    start: Vec<u8>,
}

impl<'a> CursorWriter<'a> {
    pub(crate) fn new(entity: &'a EntityDef, order: &'a [ColumnOrder], slots: Vec<usize>) -> Self {
        let start = format!("{OWN}[{}", order_mark(entity, order)).into_bytes();
        Self { entity, order, slots, start }
    }

    /// Appends the cursor of `row` as a JSON string. `scratch` is only there to be used again.
    pub(crate) fn write(&self, row: Row<'_>, scratch: &mut Vec<u8>, bytes: &mut Vec<u8>) -> Result<()> {
        scratch.clear();
        scratch.extend_from_slice(&self.start);
        for (slot, term) in self.slots.iter().zip(self.order) {
            scratch.push(b',');
            cell::write_cursor_value(row, *slot, &self.entity.columns[usize::from(term.column)], scratch)?;
        }
        scratch.push(b']');
        bytes.push(b'"');
        cell::write_base64(&[scratch], bytes);
        bytes.push(b'"');
        Ok(())
    }

    /// The order values of `row`, as a cursor would hold them.
    pub(crate) fn place(&self, row: Row<'_>) -> Result<Vec<Option<Value>>> {
        let values = self.slots.iter().zip(self.order).map(|(slot, term)| {
            let column = &self.entity.columns[usize::from(term.column)];
            let mut json = Vec::new();
            cell::write_cursor_value(row, *slot, column, &mut json)?;
            let json: Json = serde_json::from_slice(&json).map_err(Error::internal)?;
            Ok(cell::cursor_value(&json, column))
        });
        values.collect()
    }
}

/// Tells lists and orders apart: FNV-1a over the table and the order terms.
fn order_mark(entity: &EntityDef, order: &[ColumnOrder]) -> u32 {
    let mut hash = 0x811c_9dc5_u32;
    let mut add = |byte: u8| hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    entity.table.bytes().for_each(&mut add);
    for term in order {
        add(if term.descending { b'-' } else { b'+' });
        entity.columns[usize::from(term.column)].name.bytes().for_each(&mut add);
    }
    hash
}
