//! Writing: loaded rows become JSON bytes in selection order, with null propagation and error paths of the GraphQL specification.

use async_graphql::Pos;
use serde_json::Value as Json;

use super::{
    aggregate::AggregateFailure,
    cell,
    cursor::CursorWriter,
    failure::{Failure, Masking, PathStep, null_in_non_null},
    load::{LoadedLevel, Loader},
    page::PageView,
    plan::{
        ChildShape, EdgeFieldKind, Field, FieldKind, InfoFieldKind, Level, PageField, PageFieldKind, PageShape,
        RowShape,
    },
};
use crate::{
    data::Row,
    error::{Error, Result},
    output::{Nulled, ValueWriter, Written},
};

/// Writes the value of one root field behind what is already in `bytes`.
pub(crate) struct Writer<'a> {
    pub(crate) bytes: Vec<u8>,
    pub(crate) errors: Vec<Json>,
    scratch: Vec<u8>,
    /// Most bytes of the answer.
    limit: usize,
    /// Set when the limit was passed: nothing of the answer is of use then.
    pub(crate) overflowed: bool,
    path: Vec<PathStep<'a>>,
    location: Pos,
    operation: &'a str,
    masking: Masking<'a>,
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

    fn report(&mut self, failure: &Failure, location: Pos) {
        self.errors.push(failure.at(location, &self.path));
    }

    fn key(&mut self, index: usize, key: &[u8]) {
        if index > 0 {
            self.bytes.push(b',');
        }
        self.bytes.extend_from_slice(key);
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
        self.bytes.push(b'{');
        for (index, field) in view.iter().enumerate() {
            self.key(index, &field.key);
            self.field(field, plan, level, row, loader)?;
        }
        self.bytes.push(b'}');
        Ok(())
    }

    /// Writes a field; when it is nulled, null stands for it if the schema allows, else its parent is nulled too.
    fn field(
        &mut self,
        field: &'a Field,
        plan: &'a Level,
        level: &LoadedLevel,
        row: usize,
        loader: &Loader<'_>,
    ) -> Written {
        let start = self.bytes.len();
        let written = match &field.kind {
            FieldKind::Typename(name) => {
                self.bytes.extend_from_slice(name);
                Ok(())
            }
            FieldKind::Cell { slot, cell } => {
                let cell = row_of(level, row).and_then(|row| cell::write(row, *slot, cell, &mut self.bytes));
                match cell {
                    Ok(true) => Ok(()),
                    cell => self.missing_cell(cell, field, plan, loader),
                }
            }
            FieldKind::One(child) => self.one(field, *child, plan, level, row, loader),
            FieldKind::Many(child) => self.many(field, *child, plan, level, row, loader),
            FieldKind::Page(child) => self.child_page(field, *child, plan, level, row, loader),
            FieldKind::Computed(index) => self.computed(field, *index, plan, level, row),
            FieldKind::Denied(guarded) => match loader.check(*guarded) {
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
    fn missing_cell(&mut self, cell: Result<bool>, field: &'a Field, plan: &Level, loader: &Loader<'_>) -> Written {
        let error = match cell {
            Err(error) => error,
            Ok(_) if field.nullable => return Err(Nulled),
            Ok(_) => null_in_non_null(loader.entity(plan).name, &field.name),
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

    fn one(
        &mut self,
        field: &'a Field,
        child: usize,
        plan: &'a Level,
        level: &LoadedLevel,
        row: usize,
        loader: &Loader<'_>,
    ) -> Written {
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

    fn many(
        &mut self,
        field: &'a Field,
        child: usize,
        plan: &'a Level,
        level: &LoadedLevel,
        row: usize,
        loader: &Loader<'_>,
    ) -> Written {
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

    fn child_page(
        &mut self,
        field: &'a Field,
        child: usize,
        plan: &'a Level,
        level: &LoadedLevel,
        row: usize,
        loader: &Loader<'_>,
    ) -> Written {
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

    fn computed(
        &mut self,
        field: &'a Field,
        index: usize,
        plan: &'a Level,
        level: &LoadedLevel,
        row: usize,
    ) -> Written {
        let value = match &level.computed[index] {
            Ok(values) => values[row].as_ref(),
            Err(failure) => Err(failure),
        };
        match value {
            Ok(value) => {
                let selection = plan.computed[index].selection.as_ref();
                let written = value.write(&mut ValueWriter::new(selection, &mut self.bytes));
                written.or_else(|Nulled| self.field_error(field, &null_in_non_null("computed", &field.name)))
            }
            Err(failure) => self.field_failure(field, failure),
        }
    }

    /// Writes a page as a connection.
    pub(crate) fn page(&mut self, shape: &'a PageShape, page: &PageView<'_>, loader: &Loader<'_>) -> Written {
        self.bytes.push(b'{');
        for (index, field) in shape.fields.iter().enumerate() {
            self.key(index, &field.key);
            self.path.push(PathStep::Name(&field.name));
            let written = self.page_field(field, shape, page, loader);
            self.path.pop();
            written?;
        }
        self.bytes.push(b'}');
        Ok(())
    }

    fn page_field(
        &mut self,
        field: &'a PageField,
        shape: &'a PageShape,
        page: &PageView<'_>,
        loader: &Loader<'_>,
    ) -> Written {
        match &field.kind {
            PageFieldKind::Typename(name) => self.bytes.extend_from_slice(name),
            PageFieldKind::Aggregate(index) => {
                return match &page.aggregates[*index] {
                    Ok(loaded) => self.aggregate(&shape.aggregates[*index], loaded, page.list),
                    Err(AggregateFailure { failure, path }) => {
                        let above = self.path.len();
                        self.path.extend(path.iter().map(|key| PathStep::Key(key.clone())));
                        self.report(failure, self.location);
                        self.path.truncate(above);
                        Err(Nulled)
                    }
                };
            }
            PageFieldKind::Info(fields) => {
                self.bytes.push(b'{');
                for (index, field) in fields.iter().enumerate() {
                    self.key(index, &field.key);
                    self.page_info(&field.kind, page)?;
                }
                self.bytes.push(b'}');
            }
            PageFieldKind::Edges(fields) => {
                self.bytes.push(b'[');
                for (place, row) in page.rows.clone().enumerate() {
                    self.bytes.extend_from_slice(if place > 0 { b",{" } else { b"{" });
                    for (index, field) in fields.iter().enumerate() {
                        self.key(index, &field.key);
                        match &field.kind {
                            EdgeFieldKind::Typename(name) => self.bytes.extend_from_slice(name),
                            EdgeFieldKind::Cursor => self.cursor(page, row)?,
                            EdgeFieldKind::Node(view) => {
                                self.path.extend([PathStep::Index(place), PathStep::Name(&field.name)]);
                                let written = self.row(view, &shape.level, page.level, row, loader);
                                self.path.truncate(self.path.len() - 2);
                                written?;
                            }
                        }
                    }
                    self.bytes.push(b'}');
                }
                self.bytes.push(b']');
            }
        }
        Ok(())
    }

    fn page_info(&mut self, kind: &InfoFieldKind, page: &PageView<'_>) -> Written {
        let truth = |value: bool| if value { &b"true"[..] } else { &b"false"[..] };
        let end = match kind {
            InfoFieldKind::StartCursor => page.rows.clone().next(),
            InfoFieldKind::EndCursor => page.rows.clone().next_back(),
            _ => None,
        };
        match kind {
            InfoFieldKind::Typename(name) => self.bytes.extend_from_slice(name),
            InfoFieldKind::HasNextPage => self.bytes.extend_from_slice(truth(page.has_next)),
            InfoFieldKind::HasPreviousPage => self.bytes.extend_from_slice(truth(page.has_previous)),
            InfoFieldKind::StartCursor | InfoFieldKind::EndCursor => match end {
                Some(row) => return self.cursor(page, row),
                None => self.bytes.extend_from_slice(b"null"),
            },
            InfoFieldKind::TotalCount => match page.total_count {
                Some(count) => self.bytes.extend_from_slice(itoa::Buffer::new().format(count).as_bytes()),
                None => self.bytes.extend_from_slice(b"null"),
            },
        }
        Ok(())
    }

    fn cursor(&mut self, page: &PageView<'_>, row: usize) -> Written {
        let written =
            row_of(page.level, row).and_then(|row| page.cursors.write(row, &mut self.scratch, &mut self.bytes));
        written.map_err(|error| {
            self.fail(&error);
            Nulled
        })
    }
}

fn row_of(level: &LoadedLevel, row: usize) -> Result<Row<'_>> {
    level.rows.get(row).ok_or_else(|| Error::internal("a row beyond its level"))
}

fn other_shape(field: &str) -> Error {
    Error::internal(format!("`{field}` was loaded in another shape than it is shown in"))
}
