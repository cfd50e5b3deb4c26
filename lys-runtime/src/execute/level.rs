//! Levels: which columns, relations and computed fields a selection on a node needs.

use async_graphql::{Pos, parser::types::SelectionSet};

use super::{
    collect::{Collected, collect},
    compile::{Compiled, Compiler, json_text, unknown_field},
    failure::{VALIDATION_FAILED, document_error},
    plan::{
        Cell, Child, ChildPage, ChildShape, Computed, Field, FieldKind, Item, KeySlot, Level, Link, PlannedArgument,
        RowShape, Through,
    },
};
use crate::{
    app::{NodeEntry, guards},
    entity::{ColumnDef, ColumnKind, ItemKind, RelationAccess, RelationDef},
    name::camel_case,
    node::{CellOutput, ItemOutput, NodeFieldDef, NodeFieldKind},
    output::{base64::Base64Start, key::Key},
    schema::arguments,
};

/// Gathers what several selections on the same rows need.
pub(crate) struct LevelBuilder<'d> {
    compiler: Compiler<'d>,
    level: Level,
    /// The entities of the levels above, outermost first.
    above: Vec<usize>,
    /// All rows are inside the decision's scope.
    pub(crate) limited: bool,
}

impl<'d> LevelBuilder<'d> {
    /// A level of an entity's rows; nothing is read yet.
    pub(crate) fn new(compiler: Compiler<'d>, entity: usize) -> Self {
        let level = Level { entity, columns: Vec::new(), children: Vec::new(), computed: Vec::new() };
        let limited = guards::limits_root(&compiler.model.entities[entity].definition);
        Self { compiler, level, above: Vec::new(), limited }
    }

    /// The level. A statement needs a column, so an empty one reads the key.
    pub(crate) fn finish(mut self) -> Level {
        if self.level.columns.is_empty() {
            self.slot(0);
        }
        self.level
    }

    /// Where `column` is read to.
    fn slot(&mut self, column: u16) -> usize {
        if let Some(slot) = self.level.columns.iter().position(|known| *known == column) {
            return slot;
        }
        self.level.columns.push(column);
        self.level.columns.len() - 1
    }

    /// The fields that `sets` select on `node`.
    pub(crate) fn view(&mut self, node: &'d NodeEntry, sets: &[&'d SelectionSet]) -> Compiled<Vec<Field>> {
        let name = node.definition.name;
        let fields = collect(self.compiler.source, sets, &|condition| condition == name || condition == "Node")?;
        fields.iter().map(|(key, collected)| self.field(node, key, collected)).collect()
    }

    fn field(&mut self, node: &'d NodeEntry, key: &str, collected: &Collected<'d>) -> Compiled<Field> {
        let (kind, nullable) = if collected.name() == "__typename" {
            (FieldKind::Typename(json_text(node.definition.name)), false)
        } else {
            let declared = node.definition.fields.iter().find(|field| camel_case(field.name) == collected.name());
            let declared =
                declared.ok_or_else(|| unknown_field(collected.name(), node.definition.name, collected.first.pos))?;
            let guarded = self.compiler.model.guards.of_field(node, declared, self.limited);
            let kind = match guarded {
                Some(guarded) if !self.compiler.shows(guarded) => FieldKind::Denied(guarded),
                _ => self.kind(node, declared, collected)?,
            };
            (kind, declared.ty.is_nullable())
        };
        Ok(Field { key: Key::new(key), name: key.into(), location: collected.first.pos, nullable, kind })
    }

    fn kind(&mut self, node: &'d NodeEntry, field: &'d NodeFieldDef, collected: &Collected<'d>) -> Compiled<FieldKind> {
        Ok(match &field.kind {
            NodeFieldKind::Column { column, output } => {
                let definition = &self.entity().columns[usize::from(*column)];
                FieldKind::Cell { slot: self.slot(*column), cell: cell(definition, *output) }
            }
            NodeFieldKind::ToOne { .. } => FieldKind::One(self.child(node, field, collected)?),
            NodeFieldKind::ToMany { .. } => FieldKind::Many(self.child(node, field, collected)?),
            NodeFieldKind::Connection { .. } => FieldKind::Page(self.child(node, field, collected)?),
            NodeFieldKind::Computed { columns, compute } => {
                let slots = columns.iter().map(|column| self.slot(*column)).collect();
                let arguments = self.arguments(node, field, collected)?;
                let selection = self.compiler.object(&field.ty, &collected.sets)?;
                self.level.computed.push(Computed {
                    name: collected.name().into(),
                    compute: *compute,
                    slots,
                    arguments,
                    selection,
                });
                FieldKind::Computed(self.level.computed.len() - 1)
            }
        })
    }

    fn arguments(
        &self,
        node: &'d NodeEntry,
        field: &'d NodeFieldDef,
        collected: &Collected<'d>,
    ) -> Compiled<Vec<PlannedArgument>> {
        let declared = arguments::of_field(node, field, self.compiler.model).into_iter();
        let declared: Vec<_> = declared.map(|argument| (argument.name, argument.ty)).collect();
        self.compiler.arguments(&declared, collected.first)
    }

    fn entity(&self) -> &'d crate::entity::EntityDef {
        &self.compiler.model.entities[self.level.entity].definition
    }

    /// Each selected relation is a level of its own, even when it is selected twice under different keys.
    fn child(&mut self, node: &'d NodeEntry, field: &'d NodeFieldDef, collected: &Collected<'d>) -> Compiled<usize> {
        let name = collected.name();
        let (relation, target) =
            field.kind.relation().ok_or_else(|| unknown_field(name, node.definition.name, collected.first.pos))?;
        let target = self.compiler.node(target)?;
        let relation: &RelationDef = &self.entity().relations[usize::from(relation)];
        let mut below = self.below(target, collected.first.pos)?;
        let link = self.link(relation, &mut below)?;
        let filter = relation.is_filtered(below.entity());
        below.limited = guards::limits_along(relation, below.entity());
        let shape = if let NodeFieldKind::Connection { .. } = field.kind {
            let order = self.compiler.model.order_of(node, field);
            ChildShape::Page(Box::new(ChildPage {
                arguments: self.arguments(node, field, collected)?,
                order_keys: order.map(|(_, keys)| keys.to_vec()).unwrap_or_default(),
                shape: self.compiler.page(target.definition.name, below, &collected.sets)?,
            }))
        } else {
            let view = below.view(target, &collected.sets)?;
            let rows = RowShape { level: below.finish(), view };
            if let NodeFieldKind::ToOne { .. } = field.kind { ChildShape::One(rows) } else { ChildShape::Many(rows) }
        };
        let check = relation.access == Some(RelationAccess::Check);
        self.level.children.push(Child { name: name.into(), link, filter, check, shape });
        Ok(self.level.children.len() - 1)
    }

    /// A level of `node`'s rows inside this one. A path that comes back to the same rows again and again multiplies them.
    fn below(&self, node: &NodeEntry, location: Pos) -> Compiled<Self> {
        let mut above = self.above.clone();
        above.push(self.level.entity);
        let times = 1 + above.iter().filter(|entity| **entity == node.entity).count();
        let limit = self.compiler.cycle_limit;
        if times > limit {
            let name = node.definition.name;
            let text = format!("{name} occurs {times} times on one path. Allowed: {limit}");
            return Err(document_error(VALIDATION_FAILED, &text, &[location]));
        }
        Ok(Self { above, ..Self::new(self.compiler, node.entity) })
    }

    fn link(&mut self, relation: &RelationDef, below: &mut LevelBuilder<'d>) -> Compiled<Link> {
        let parent = relation.on.iter().map(|join| self.key_slot(join.here)).collect();
        let columns: Vec<u16> = relation.on.iter().map(|join| join.there).collect();
        let (child, through) = match &relation.through {
            None => (columns.iter().map(|column| below.key_slot(*column)).collect(), None),
            Some(through) => {
                let entity = self.compiler.model.entity_index(through.entity);
                let entity = entity.ok_or_else(|| unknown_field(relation.name, through.name, Pos::default()))?;
                let definition = &self.compiler.model.entities[entity].definition;
                let filter = relation.is_filtered(definition);
                let kinds = columns.iter().map(|column| definition.columns[usize::from(*column)].kind);
                let child = kinds.enumerate().map(|(slot, kind)| KeySlot { slot, kind }).collect();
                (child, Some(Through { entity, on: through.on.clone(), filter }))
            }
        };
        Ok(Link { parent, child, columns, through })
    }

    pub(crate) fn key_slot(&mut self, column: u16) -> KeySlot {
        KeySlot { slot: self.slot(column), kind: self.entity().columns[usize::from(column)].kind }
    }
}

pub(super) fn cell(column: &ColumnDef, output: CellOutput) -> Cell {
    match output {
        CellOutput::Text => Cell::Text,
        CellOutput::Bool => Cell::Bool,
        CellOutput::Int => Cell::Int,
        CellOutput::Float => Cell::Float,
        CellOutput::DecimalFloat => Cell::Decimal(column.decimal.map_or(15, |(_, scale)| scale)),
        CellOutput::DateTime => Cell::DateTime,
        CellOutput::Date => Cell::Date,
        CellOutput::Json => Cell::Json,
        CellOutput::GlobalId(node) => {
            let prefix = Base64Start::new(format!("{node}:").as_bytes());
            if column.kind == ColumnKind::Uuid { Cell::GlobalUuid(prefix) } else { Cell::GlobalText(prefix) }
        }
        CellOutput::List(ItemOutput::GlobalId(node)) => {
            Cell::List(ItemKind::Uuid, Item::GlobalUuid(Base64Start::new(format!("{node}:").as_bytes())))
        }
        CellOutput::List(ItemOutput::Text) => Cell::List(ItemKind::String, Item::Plain),
        CellOutput::List(ItemOutput::Bool) => Cell::List(ItemKind::Bool, Item::Plain),
        CellOutput::List(ItemOutput::Int) => Cell::List(ItemKind::Int, Item::Plain),
        CellOutput::List(ItemOutput::Float) => Cell::List(ItemKind::Float, Item::Plain),
    }
}
