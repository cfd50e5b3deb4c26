//! Writing a page of rows as a connection.

use super::{
    aggregate::AggregateFailure,
    failure::PathStep,
    load::Loader,
    page::PageView,
    plan::{EdgeField, EdgeFieldKind, InfoFieldKind, PageField, PageFieldKind, PageShape},
    write::Writer,
};
use crate::{
    error::Error,
    output::{Nulled, Written, key::close_object},
};

impl<'a> Writer<'a> {
    /// Writes a page as a connection.
    pub(crate) fn page(&mut self, shape: &'a PageShape, page: &PageView<'_>, loader: &Loader<'_>) -> Written {
        for (index, field) in shape.fields.iter().enumerate() {
            field.key.write(index, &mut self.bytes);
            self.path.push(PathStep::Name(&field.name));
            let written = self.page_field(field, shape, page, loader);
            self.path.pop();
            written?;
        }
        close_object(shape.fields.is_empty(), &mut self.bytes);
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
                for (index, field) in fields.iter().enumerate() {
                    field.key.write(index, &mut self.bytes);
                    self.page_info(&field.kind, page)?;
                }
                close_object(fields.is_empty(), &mut self.bytes);
            }
            PageFieldKind::Edges(fields) => return self.edges(fields, shape, page, loader),
        }
        Ok(())
    }

    fn edges(
        &mut self,
        fields: &'a [EdgeField],
        shape: &'a PageShape,
        page: &PageView<'_>,
        loader: &Loader<'_>,
    ) -> Written {
        self.bytes.push(b'[');
        for (place, row) in page.rows.clone().enumerate() {
            if place > 0 {
                self.bytes.push(b',');
            }
            for (index, field) in fields.iter().enumerate() {
                field.key.write(index, &mut self.bytes);
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
            close_object(fields.is_empty(), &mut self.bytes);
        }
        self.bytes.push(b']');
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
        let row = page.level.rows.get(row).ok_or_else(|| Error::internal("a row beyond its level"));
        let written = row.and_then(|row| page.cursors.write(row, &mut self.scratch, &mut self.bytes));
        written.map_err(|error| {
            self.fail(&error);
            Nulled
        })
    }
}
