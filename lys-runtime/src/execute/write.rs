//! Writing: loaded rows become JSON bytes in selection order, with null propagation and error paths of the GraphQL specification.

use async_graphql::Pos;
use serde_json::Value as Json;

use super::{
    cell,
    cursor::CursorWriter,
    failure::{Failure, Masking, PathStep, null_in_non_null},
    load::{LoadedLevel, Loader},
    page::PageView,
    plan::{ChildShape, Field, FieldKind, Level, RowShape},
};
use crate::{
    data::Row,
    error::{Error, Result},
    output::{Nulled, ValueWriter, Written, key::close_object},
};

/// Writes the value of one root field behind what is already in `bytes`.
pub(crate) struct Writer<'a> {
    pub(crate) bytes: Vec<u8>,
    pub(crate) errors: Vec<Json>,
    pub(super) scratch: Vec<u8>,
    /// Most bytes of the answer.
    limit: usize,
    /// Set when the limit was passed: nothing of the answer is of use then.
    pub(crate) overflowed: bool,
    pub(super) path: Vec<PathStep<'a>>,
    pub(super) location: Pos,
    operation: &'a str,
    masking: Masking<'a>,
}

/// A row of a loaded level, while it is written.
#[derive(Clone, Copy)]
struct Place<'a, 'l> {
    plan: &'a Level,
    level: &'l LoadedLevel,
    row: usize,
    cells: Row<'l>,
    loader: &'l Loader<'l>,
}

impl<'a> Writer<'a> {
    /// A writer for the root field `name` at `location`, which goes on with `bytes`.
    pub(crate) fn new(name: &'a str, location: Pos, operation: &'a str, masking: Masking<'a>, bytes: Vec<u8>) -> Self {
        let path = vec![PathStep::Name(name)];
        let scratch = Vec::new();
        Self {
            bytes,
            errors: Vec::new(),
            scratch,
            limit: usize::MAX,
            overflowed: false,
            path,
            location,
            operation,
            masking,
        }
    }

    /// Stops once the answer has more than `limit` bytes.
    pub(crate) fn limited(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Reports that the root field itself failed.
    pub(crate) fn fail(&mut self, error: &Error) {
        let failure = Failure::of(error, self.operation, self.masking);
        self.report(&failure, self.location);
    }

    /// Reports why the root field, or the item of it that is being written, is null.
    pub(crate) fn fail_with(&mut self, failure: &Failure) {
        self.report(failure, self.location);
    }

    /// What follows is the item at `index` of the list that is being written.
    pub(crate) fn enter_item(&mut self, index: usize) {
        self.path.push(PathStep::Index(index));
    }

    /// The item has ended.
    pub(crate) fn leave_item(&mut self) {
        self.path.pop();
    }

    pub(super) fn report(&mut self, failure: &Failure, location: Pos) {
        self.errors.push(failure.at(location, &self.path));
    }

    /// Whether the answer has become too long.
    pub(super) fn overflows(&mut self) -> bool {
        self.overflowed |= self.bytes.len() > self.limit;
        self.overflowed
    }

    /// Writes row `row` of `level` as an object.
    pub(crate) fn row(
        &mut self,
        view: &'a [Field],
        plan: &'a Level,
        level: &LoadedLevel,
        row: usize,
        loader: &Loader<'_>,
    ) -> Written {
        if self.overflows() {
            return Err(Nulled);
        }
        let Some(cells) = level.rows.get(row) else {
            self.fail(&Error::internal("a row beyond its level"));
            return Err(Nulled);
        };
        let place = Place { plan, level, row, cells, loader };
        for (index, field) in view.iter().enumerate() {
            field.key.write(index, &mut self.bytes);
            self.field(field, place)?;
        }
        close_object(view.is_empty(), &mut self.bytes);
        Ok(())
    }

    /// Writes a field; when it is nulled, null stands for it if the schema allows, else its parent is nulled too.
    fn field(&mut self, field: &'a Field, place: Place<'a, '_>) -> Written {
        let start = self.bytes.len();
        let written = match &field.kind {
            FieldKind::Cell { slot, cell } => match cell::write(place.cells, *slot, cell, &mut self.bytes) {
                Ok(true) => return Ok(()),
                cell => self.missing_cell(cell, field, place),
            },
            FieldKind::One(child) | FieldKind::Many(child) | FieldKind::Page(child)
                if place.level.children[*child].denied.get(place.row) == Some(&true) =>
            {
                self.field_error(field, &Error::permission_denied())
            }
            FieldKind::Typename(name) => {
                self.bytes.extend_from_slice(name);
                Ok(())
            }
            FieldKind::One(child) => self.one(field, *child, place),
            FieldKind::Many(child) => self.many(field, *child, place),
            FieldKind::Page(child) => self.child_page(field, *child, place),
            FieldKind::Computed(index) => self.computed(field, *index, place),
            FieldKind::Denied(guarded) => match place.loader.check(*guarded) {
                Err(error) => self.field_error(field, &error),
                Ok(()) => self.field_error(field, &other_shape(&field.name)),
            },
        };
        match written {
            Err(Nulled) if field.nullable && !self.overflowed => {
                self.bytes.truncate(start);
                self.bytes.extend_from_slice(b"null");
                Ok(())
            }
            written => written,
        }
    }

    /// NULL is fine where null is allowed; anything else is an error of ours.
    #[cold]
    fn missing_cell(&mut self, cell: Result<bool>, field: &'a Field, place: Place<'_, '_>) -> Written {
        let error = match cell {
            Err(error) => error,
            Ok(_) if field.nullable => return Err(Nulled),
            Ok(_) => null_in_non_null(place.loader.entity(place.plan).name, &field.name),
        };
        self.field_error(field, &error)
    }

    fn field_error(&mut self, field: &'a Field, error: &Error) -> Written {
        let failure = Failure::of(error, self.operation, self.masking);
        self.field_failure(field, &failure)
    }

    fn field_failure(&mut self, field: &'a Field, failure: &Failure) -> Written {
        self.path.push(PathStep::Name(&field.name));
        self.report(failure, field.location);
        self.path.pop();
        Err(Nulled)
    }

    fn one(&mut self, field: &'a Field, child: usize, place: Place<'a, '_>) -> Written {
        let Place { plan, level, row, loader, .. } = place;
        let ChildShape::One(RowShape { level: below, view }) = &plan.children[child].shape else {
            return self.field_error(field, &other_shape(&field.name));
        };
        let loaded = &level.children[child];
        let (start, end) = loaded.spans[row];
        if start == end {
            // Outside the scope or gone: indistinguishable, and null where the schema allows it.
            return if field.nullable { Err(Nulled) } else { self.field_error(field, &Error::not_found()) };
        }
        self.path.push(PathStep::Name(&field.name));
        let written = self.row(view, below, &loaded.level, start as usize, loader);
        self.path.pop();
        written
    }

    fn many(&mut self, field: &'a Field, child: usize, place: Place<'a, '_>) -> Written {
        let Place { plan, level, row, loader, .. } = place;
        let ChildShape::Many(RowShape { level: below, view }) = &plan.children[child].shape else {
            return self.field_error(field, &other_shape(&field.name));
        };
        let loaded = &level.children[child];
        let (start, end) = loaded.spans[row];
        self.path.push(PathStep::Name(&field.name));
        self.bytes.push(b'[');
        for (index, child_row) in (start..end).enumerate() {
            if index > 0 {
                self.bytes.push(b',');
            }
            self.path.push(PathStep::Index(index));
            let written = self.row(view, below, &loaded.level, child_row as usize, loader);
            self.path.pop();
            if written.is_err() {
                self.path.pop();
                return written;
            }
        }
        self.bytes.push(b']');
        self.path.pop();
        Ok(())
    }

    fn child_page(&mut self, field: &'a Field, child: usize, place: Place<'a, '_>) -> Written {
        let Place { plan, level, row, loader, .. } = place;
        let loaded = &level.children[child];
        let (ChildShape::Page(page), Some(pages)) = (&plan.children[child].shape, &loaded.pages) else {
            return self.field_error(field, &other_shape(&field.name));
        };
        let pages = match pages {
            Ok(pages) => pages,
            Err(failure) => return self.field_failure(field, failure),
        };
        let (start, end) = loaded.spans[row];
        let cursors = CursorWriter::new(pages.list(loader.entity(&page.shape.level)), pages.slots.clone());
        let ends = pages.ends[row];
        let view = PageView {
            level: &loaded.level,
            rows: start as usize..end as usize,
            cursors: &cursors,
            has_next: ends.has_next,
            has_previous: ends.has_previous,
            total_count: ends.total_count,
            aggregates: &pages.aggregates,
            list: row,
        };
        self.path.push(PathStep::Name(&field.name));
        let written = self.page(&page.shape, &view, loader);
        self.path.pop();
        written
    }

    /// Writes rows as a list, each where its key stood; one that is gone or outside the scope is an error.
    pub(crate) fn list(
        &mut self,
        shape: &'a RowShape,
        level: &LoadedLevel,
        places: &[Option<usize>],
        loader: &Loader<'_>,
    ) -> Written {
        self.bytes.push(b'[');
        for (index, place) in places.iter().enumerate() {
            if index > 0 {
                self.bytes.push(b',');
            }
            self.path.push(PathStep::Index(index));
            let written = if let Some(row) = place {
                self.row(&shape.view, &shape.level, level, *row, loader)
            } else {
                self.fail(&Error::not_found());
                Err(Nulled)
            };
            self.path.pop();
            written?;
        }
        self.bytes.push(b']');
        Ok(())
    }

    fn computed(&mut self, field: &'a Field, index: usize, place: Place<'a, '_>) -> Written {
        let value = match &place.level.computed[index] {
            Ok(values) => values[place.row].as_ref(),
            Err(failure) => Err(failure),
        };
        match value {
            Ok(value) => {
                let selection = place.plan.computed[index].selection.as_ref();
                let written = value.write(&mut ValueWriter::new(selection, &mut self.bytes));
                written.or_else(|Nulled| self.field_error(field, &null_in_non_null("computed", &field.name)))
            }
            Err(failure) => self.field_failure(field, failure),
        }
    }
}

fn other_shape(field: &str) -> Error {
    Error::internal(format!("`{field}` was loaded in another shape than it is shown in"))
}
