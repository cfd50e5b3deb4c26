//! Writing what rows come to.

use super::{
    aggregate::LoadedAggregate,
    cell,
    plan::{Aggregate, AggregateField, AggregateFieldKind, Cell},
    write::Writer,
};
use crate::{
    data::Row,
    error::Result,
    output::{Nulled, Written, key::close_object},
};

impl<'a> Writer<'a> {
    /// Writes what the rows of list `list` come to, or a list of that for each group.
    pub(super) fn aggregate(&mut self, aggregate: &'a Aggregate, loaded: &LoadedAggregate, list: usize) -> Written {
        let (start, end) = loaded.spans[list];
        let written = if aggregate.groups.is_some() {
            self.groups(aggregate, loaded, start as usize..end as usize)
        } else {
            // A list without rows comes to nothing.
            let row = if start < end { loaded.rows.get(start as usize) } else { None };
            self.summary(&aggregate.fields, loaded, row)
        };
        if self.overflows() {
            return Err(Nulled);
        }
        written.map_err(|error| {
            self.fail(&error);
            Nulled
        })
    }

    fn groups(&mut self, aggregate: &Aggregate, loaded: &LoadedAggregate, rows: std::ops::Range<usize>) -> Result<()> {
        self.bytes.push(b'[');
        for (index, row) in rows.enumerate() {
            if index > 0 {
                self.bytes.push(b',');
            }
            self.summary(&aggregate.fields, loaded, loaded.rows.get(row))?;
        }
        self.bytes.push(b']');
        Ok(())
    }

    fn summary(&mut self, fields: &[AggregateField], loaded: &LoadedAggregate, row: Option<Row<'_>>) -> Result<()> {
        for (index, field) in fields.iter().enumerate() {
            field.key.write(index, &mut self.bytes);
            match &field.kind {
                AggregateFieldKind::Typename(name) => self.bytes.extend_from_slice(name),
                AggregateFieldKind::Object(fields) => self.summary(fields, loaded, row)?,
                AggregateFieldKind::Count { slot } => {
                    let count = row.map(|row| row.int(*slot)).transpose()?.flatten().unwrap_or_default();
                    self.bytes.extend_from_slice(itoa::Buffer::new().format(count).as_bytes());
                }
                AggregateFieldKind::Piece { slot, cell } => self.value(row, Some(*slot), cell)?,
                AggregateFieldKind::Shared { choice, cell } => self.value(row, loaded.choices[*choice], cell)?,
            }
        }
        close_object(fields.is_empty(), &mut self.bytes);
        Ok(())
    }

    fn value(&mut self, row: Option<Row<'_>>, slot: Option<usize>, cell: &Cell) -> Result<()> {
        let written = match (row, slot) {
            (Some(row), Some(slot)) => cell::write(row, slot, cell, &mut self.bytes)?,
            _ => false,
        };
        if !written {
            self.bytes.extend_from_slice(b"null");
        }
        Ok(())
    }
}
