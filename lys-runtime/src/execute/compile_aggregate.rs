//! Compilation of aggregates: which values are read for a selection on them.

use async_graphql::parser::types::SelectionSet;

use super::{
    collect::Collected,
    compile::{Compiled, Compiler, json_text, unknown_field},
    level::cell,
    plan::{Aggregate, AggregateField, AggregateFieldKind, Cell, Grouping, Piece},
};
use crate::{
    app::{
        aggregates::{AggregateColumn, NodeAggregates},
        guards::Guarded,
    },
    entity::{ColumnDef, EntityDef},
    name::camel_case,
    node::CellOutput,
    output::key::Key,
    schema::aggregates::{BY, COUNT, aggregate_name, by_type, column_name, group_key_name, group_name},
};

/// Gathers what a selection needs.
struct Builder<'d> {
    compiler: Compiler<'d>,
    node: &'d str,
    entity: &'d EntityDef,
    aggregates: &'d NodeAggregates,
    pieces: Vec<Piece>,
    /// All rows are inside the decision's scope.
    limited: bool,
    /// Keys on the way to what is compiled.
    path: Vec<Box<str>>,
    guarded: Vec<(Guarded, Vec<Box<str>>)>,
}

type Sets<'s, 'd> = &'s [&'d SelectionSet];

impl<'d> Compiler<'d> {
    /// The selection on the field `aggregate` or `groups` of a connection; `None` when it is neither.
    pub(super) fn aggregate(
        &self,
        node: &'d str,
        limited: bool,
        collected: &Collected<'d>,
    ) -> Compiled<Option<Aggregate>> {
        let grouped = match collected.name() {
            "aggregate" => false,
            "groups" => true,
            _ => return Ok(None),
        };
        let Some(aggregates) = self.model.aggregates.get(node) else { return Ok(None) };
        let entity = &self.model.entities[self.node(node)?.entity].definition;
        let mut builder = Builder {
            compiler: *self,
            node,
            entity,
            aggregates,
            pieces: Vec::new(),
            limited,
            path: Vec::new(),
            guarded: Vec::new(),
        };
        let groups = if grouped {
            let arguments = self.arguments(&[(BY.to_owned(), by_type(node))], collected.first)?;
            let choices = aggregates.groups.iter().map(|column| (column.choice(), column.column)).collect();
            let guards: Vec<_> = aggregates.groups.iter().map(|column| builder.guard(column)).collect();
            self.may_show(guards.iter().flatten().copied());
            Some(Grouping { arguments, choices, guards })
        } else {
            None
        };
        let fields = if grouped { builder.group(&collected.sets)? } else { builder.whole(&collected.sets)? };
        self.may_show(builder.guarded.iter().map(|(guarded, _)| *guarded));
        Ok(Some(Aggregate { groups, pieces: builder.pieces, fields, guarded: builder.guarded }))
    }
}

impl<'d> Builder<'d> {
    /// The fields that `sets` select on the type `name`, each as `kind` says.
    fn fields(
        &mut self,
        name: &str,
        sets: Sets<'_, 'd>,
        mut kind: impl FnMut(&mut Self, &Collected<'d>) -> Compiled<Option<AggregateFieldKind>>,
    ) -> Compiled<Vec<AggregateField>> {
        let mut fields = Vec::new();
        for (key, collected) in &self.compiler.fields(sets, name)? {
            self.path.push((*key).into());
            let kind = match collected.name() {
                "__typename" => Some(AggregateFieldKind::Typename(json_text(name))),
                _ => kind(self, collected)?,
            };
            self.path.pop();
            let kind = kind.ok_or_else(|| unknown_field(collected.name(), name, collected.first.pos))?;
            fields.push(AggregateField { key: Key::new(key), kind });
        }
        Ok(fields)
    }

    fn group(&mut self, sets: Sets<'_, 'd>) -> Compiled<Vec<AggregateField>> {
        self.fields(&group_name(self.node), sets, |builder, collected| {
            Ok(Some(AggregateFieldKind::Object(match collected.name() {
                "key" => builder.shared(&collected.sets)?,
                "aggregate" => builder.whole(&collected.sets)?,
                _ => return Ok(None),
            })))
        })
    }

    fn shared(&mut self, sets: Sets<'_, 'd>) -> Compiled<Vec<AggregateField>> {
        self.fields(&group_key_name(self.node), sets, |builder, collected| {
            let aggregates = builder.aggregates;
            let mut groups = aggregates.groups.iter().enumerate();
            let found = groups.find(|(_, column)| camel_case(column.name) == collected.name());
            if let Some((_, column)) = found {
                builder.note(column);
            }
            let shared = |(choice, column): (usize, &AggregateColumn)| {
                let cell = cell(builder.column(column.column), column.output);
                AggregateFieldKind::Shared { choice, cell }
            };
            Ok(found.map(shared))
        })
    }

    fn whole(&mut self, sets: Sets<'_, 'd>) -> Compiled<Vec<AggregateField>> {
        self.fields(&aggregate_name(self.node), sets, |builder, collected| {
            if collected.name() == COUNT {
                return Ok(Some(AggregateFieldKind::Count { slot: builder.slot(Piece::Count) }));
            }
            let mut columns = builder.aggregates.columns.iter();
            let Some(column) = columns.find(|column| camel_case(column.name) == collected.name()) else {
                return Ok(None);
            };
            builder.note(column);
            Ok(Some(AggregateFieldKind::Object(builder.values(column, &collected.sets)?)))
        })
    }

    fn values(&mut self, column: &'d AggregateColumn, sets: Sets<'_, 'd>) -> Compiled<Vec<AggregateField>> {
        self.fields(&column_name(column), sets, |builder, collected| {
            let index = column.column;
            let definition = builder.column(index);
            let (piece, cell) = match collected.name() {
                "min" => (Piece::Min(index), cell(definition, column.output)),
                "max" => (Piece::Max(index), cell(definition, column.output)),
                "sum" => (Piece::Sum(index), number(definition, column.output, 0)),
                "avg" => (Piece::Average(index), number(definition, column.output, FURTHER_DIGITS)),
                _ => return Ok(None),
            };
            Ok(Some(AggregateFieldKind::Piece { slot: builder.slot(piece), cell }))
        })
    }

    fn guard(&self, column: &AggregateColumn) -> Option<Guarded> {
        let node = self.compiler.model.nodes.get(self.node)?.definition.name;
        self.compiler.model.guards.of_column(node, column.column, self.limited)
    }

    /// Notes what it takes to tell something of a column.
    fn note(&mut self, column: &AggregateColumn) {
        self.guarded.extend(self.guard(column).map(|guarded| (guarded, self.path.clone())));
    }

    fn column(&self, column: u16) -> &'d ColumnDef {
        &self.entity.columns[usize::from(column)]
    }

    /// Where `piece` is read to.
    fn slot(&mut self, piece: Piece) -> usize {
        self.pieces.iter().position(|known| *known == piece).unwrap_or_else(|| {
            self.pieces.push(piece);
            self.pieces.len() - 1
        })
    }
}

/// Digits that an average of decimals has behind those of the column.
pub(super) const FURTHER_DIGITS: u32 = 4;

/// How a sum or an average is written: one of decimals keeps its digits.
fn number(column: &ColumnDef, output: CellOutput, further: u32) -> Cell {
    match cell(column, output) {
        Cell::Decimal(scale) => Cell::Decimal(scale + further),
        _ => Cell::Float,
    }
}
