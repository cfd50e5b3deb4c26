//! Rows that are written with those that they belong to: checked like rows of their own, then one statement for each relation.

use std::any::TypeId;

use sea_orm::Value;
use serde_json::Value as Json;

use super::{Writer, insert::insertion, lines_written, rows::Line};
use crate::{
    access::{audit::Action, scope::Holder},
    data::{
        children::{ChildEntity, Children},
        values::{self, Mistakes},
    },
    entity::{EntityDef, RelationDef},
    error::{Error, Result},
};

/// The new rows of one relation, of all rows of the level above.
pub(super) struct ChildLevel {
    entity: EntityDef,
    of: ChildEntity,
    lines: Vec<Line>,
    /// The values of each line's parent, where they may say whose the line is.
    parents: Vec<Vec<Value>>,
    parent: ParentKey,
    /// They have neither owner nor tenant, and the relation says that they are part of their parent: who may write that may write them.
    is_part: bool,
}

/// Along which key rows belong to their parents.
pub(super) struct ParentKey {
    entity: TypeId,
    /// The parent's columns.
    key: Vec<u16>,
    /// The names of the columns that hold them.
    pub(super) names: Vec<&'static str>,
}

impl ParentKey {
    /// Whether it is the key of `relation` of `child`.
    pub(super) fn is_along(&self, child: &EntityDef, relation: &RelationDef) -> bool {
        let there: Vec<u16> = relation.on.iter().map(|join| join.there).collect();
        let names = relation.on.iter().map(|join| child.columns[usize::from(join.here)].name);
        self.is_of(relation.target, &there) && names.eq(self.names.iter().copied())
    }

    /// Whether it refers to these columns of that entity.
    pub(super) fn is_of(&self, entity: TypeId, key: &[u16]) -> bool {
        self.entity == entity && self.key == key
    }
}

impl ChildLevel {
    /// Of `open`, some of these rows in their order, those that their new parent does not bring into the scope by the key that `holder`
    /// is, and whether only the database can tell of one; `None` where the parent's is another key.
    pub(super) fn not_held<'l>(&self, holder: &Holder<'_>, open: &[&'l Line]) -> Option<(Vec<&'l Line>, bool)> {
        if !self.parent.is_along(&self.entity, holder.relation) {
            return None;
        }
        // The parent is inside the scope itself, if only once it is written.
        if holder.is_implied {
            return Some((Vec::new(), false));
        }
        let mut parents = self.lines.iter().zip(&self.parents);
        let (mut left, mut later) = (Vec::new(), false);
        for line in open {
            let parent = parents.find(|(own, _)| std::ptr::eq(*own, *line));
            let is_held = parent.map_or(Some(false), |(_, parent)| holder.holds_by(parent));
            later |= is_held.is_none();
            if is_held != Some(true) {
                left.push(*line);
            }
        }
        Some((left, later))
    }

    /// What they are.
    pub(super) fn entity(&self) -> &EntityDef {
        &self.entity
    }

    /// Where the rows stand in the input: the only one, or their list.
    fn place(&self) -> &[Json] {
        match &self.lines[..] {
            [line] => &line.path,
            [line, ..] => line.path.split_last().map_or(&[], |(_, list)| list),
            [] => &[],
        }
    }
}

/// What is written with `parents`: the levels below each other, those that others belong to first.
///
/// # Errors
/// For a child that is no new row.
pub(super) fn levels<'l>(
    entity: &EntityDef,
    parents: impl Iterator<Item = (&'l Line, Vec<Children>)>,
    mistakes: &mut Mistakes,
) -> Result<Vec<ChildLevel>> {
    let mut by_relation: Vec<(u16, Vec<(&Line, Children)>)> = Vec::new();
    for (parent, children) in parents {
        for children in children {
            let relation = children.relation;
            match by_relation.iter_mut().find(|(known, _)| *known == relation) {
                Some((_, families)) => families.push((parent, children)),
                None => by_relation.push((relation, vec![(parent, children)])),
            }
        }
    }
    let mut levels = Vec::new();
    for (relation, families) in by_relation {
        levels.extend(level(entity, relation, families, mistakes)?);
    }
    Ok(levels)
}

/// The children of one relation, and what is below them.
fn level(
    entity: &EntityDef,
    relation: u16,
    families: Vec<(&Line, Children)>,
    mistakes: &mut Mistakes,
) -> Result<Vec<ChildLevel>> {
    let Some(of) = families.first().map(|(_, children)| children.entity) else { return Ok(Vec::new()) };
    let relation = &entity.relations[usize::from(relation)];
    let child = (of.definition)();
    let (mut lines, mut parents, mut below) = (Vec::new(), Vec::new(), Vec::new());
    for (parent, children) in families {
        for mut draft in children.drafts {
            let path = [&parent.path[..], &draft.path].concat();
            mistakes.enter(&path);
            if draft.is_edited {
                return Err(not_new(&child).at(&path));
            }
            draft.values.resize(child.columns.len(), None);
            for join in &relation.on {
                let key = &mut draft.values[usize::from(join.there)];
                if key.is_some() {
                    mistakes.filled_in(&child.columns[usize::from(join.there)]);
                }
                *key = Some(parent.value(join.here).clone());
            }
            lines.push(Line::new(values::of_new_row(&child, &draft.values, of.key, mistakes), path));
            below.push(draft.children);
            if child.is_scoped_beyond() {
                parents.push(parent.values.clone());
            }
        }
    }
    let deeper = levels(&child, lines.iter().zip(below), mistakes)?;
    let parent = ParentKey {
        entity: entity.type_id,
        key: relation.on.iter().map(|join| join.here).collect(),
        names: relation.on.iter().map(|join| child.columns[usize::from(join.there)].name).collect(),
    };
    let is_part = !child.is_scoped() && !relation.is_filtered(&child);
    let level = ChildLevel { entity: child, of, lines, parents, parent, is_part };
    Ok(std::iter::once(level).chain(deeper).collect())
}

pub(super) fn not_new(entity: &EntityDef) -> Error {
    Error::internal(format!(
        "rows are written together only when they are new: a `{}` may be there already",
        entity.name
    ))
}

impl Writer<'_> {
    /// Checks each row as if it were created by itself, but for the key of its parent, which is about to be written. Answers with the
    /// rows of each level of which only the database can tell then.
    pub(super) async fn check_children<'l>(&self, levels: &'l [ChildLevel]) -> Result<Vec<Vec<&'l Line>>> {
        let new = |level: &'l ChildLevel| {
            if level.is_part { Ok(Vec::new()) } else { self.check_new(&level.entity, &level.lines) }
        };
        let mut open = levels.iter().map(new).collect::<Result<Vec<_>>>()?;
        for (level, open) in levels.iter().zip(&mut open) {
            let lines: Vec<&Line> = level.lines.iter().collect();
            self.check_other_references(&level.entity, &lines, &level.parent).await?;
            *open = self.check_holders(&level.entity, std::mem::take(open), Some(level)).await?;
        }
        Ok(open)
    }

    /// Writes the rows of all levels, once those above are written.
    pub(super) async fn write_children(&self, levels: &[ChildLevel]) -> Result<()> {
        for level in levels {
            let ChildLevel { entity, lines, .. } = level;
            for lines in lines.chunks(self.dialect().rows_per_statement(entity.columns.len(), 0)) {
                let sql = insertion(self.dialect(), entity, "", lines);
                if let Err(error) = self.transaction.execute(sql.text, sql.values).await {
                    return Err(self.blame_child(level, error).await);
                }
                self.note(entity, Action::Create, lines_written(lines, lines.len())).await?;
            }
        }
        Ok(())
    }

    async fn blame_child(&self, level: &ChildLevel, error: Error) -> Error {
        let lines: Vec<&Line> = level.lines.iter().collect();
        let line = self.line_at_fault(&level.entity, level.of.values, &lines, &error).await;
        error.at(line.map_or_else(|| level.place(), |line| &line.path))
    }
}
