//! Drafts become rows: new ones are inserted, edited ones updated.

use std::collections::{HashMap, HashSet};

use sea_orm::Value;
use serde_json::Value as Json;

use super::{
    Writer,
    holders::without,
    nested::{self, ChildLevel},
    rows::{Line, lookup_text},
};
use crate::{
    access::{Grant, scope::scope},
    data::{
        Draft,
        children::ChildEntity,
        values::{self, Change, Mistakes},
    },
    entity::{Entity, EntityDef, Key},
    error::{Error, Result, code},
};

/// Drafts, sorted by what they need.
struct Plan<E: Entity> {
    entity: EntityDef,
    created: Vec<Line>,
    edited: Vec<Line>,
    /// Rows without a change, and where they stand.
    unchanged: Vec<(E, Vec<Json>)>,
    /// What is written with the new rows, those that others belong to first.
    children: Vec<ChildLevel>,
    /// The key of each draft's row, in their order.
    keys: Vec<String>,
    known: HashSet<String>,
}

impl<E: Entity> Plan<E> {
    /// Checks the values of all drafts; `path` says where each stands.
    fn new(drafts: Vec<Draft<E>>, path: impl Fn(usize) -> Vec<Json>) -> Result<Self> {
        let entity = E::definition();
        let mut plan = Self {
            entity,
            created: vec![],
            edited: vec![],
            unchanged: vec![],
            children: vec![],
            keys: vec![],
            known: HashSet::new(),
        };
        let mut children = Vec::new();
        let mut mistakes = Mistakes::default();
        let mut refused = None;
        for (index, mut draft) in drafts.into_iter().enumerate() {
            let path = path(index);
            mistakes.enter(&path);
            let below = std::mem::take(&mut draft.children);
            if draft.original.is_none() {
                children.push(below);
            } else if !below.is_empty() {
                refused.get_or_insert_with(|| nested::not_new(&plan.entity));
            }
            if let Err(error) = plan.add(draft, path.clone(), &mut mistakes) {
                refused.get_or_insert(error.at(&path));
            }
        }
        let levels = nested::levels(&plan.entity, plan.created.iter().zip(children), &mut mistakes);
        plan.children = levels.unwrap_or_else(|error| {
            refused.get_or_insert(error);
            Vec::new()
        });
        mistakes.finish()?;
        refused.map_or(Ok(plan), Err)
    }

    fn add(&mut self, draft: Draft<E>, path: Vec<Json>, mistakes: &mut Mistakes) -> Result<()> {
        let Some(original) = draft.original else {
            let key = || E::Key::generate().map(Into::into);
            let line = Line::new(values::of_new_row(&self.entity, &draft.values, key, mistakes), path);
            let is_new = self.remember(line.key());
            self.created.push(line);
            return if is_new { Ok(()) } else { Err(Error::new(code::ALREADY_EXISTS, 409)) };
        };
        if !self.remember(&original.key().clone().into()) {
            mistakes.given_twice();
        }
        let before = original.clone().into_values();
        let Change { values, changed, version } =
            values::of_changed_row(&self.entity, &draft.values, before, mistakes)?;
        if changed.is_empty() {
            self.unchanged.push((original, path));
        } else {
            self.edited.push(Line { values, written: changed, version, path });
        }
        Ok(())
    }

    /// Notes the key of the next row; false when an earlier row has it.
    fn remember(&mut self, key: &Value) -> bool {
        let key = lookup_text(key).unwrap_or_default();
        self.keys.push(key.clone());
        self.known.insert(key)
    }
}

impl Writer<'_> {
    /// Writes drafts and answers with their rows in their order.
    pub(super) async fn save_drafts<E: Entity>(
        &self,
        drafts: Vec<Draft<E>>,
        path: impl Fn(usize) -> Vec<Json>,
    ) -> Result<Vec<E>> {
        let plan = Plan::new(drafts, path)?;
        let mut open = self.check_new(&plan.entity, &plan.created)?;
        open.extend(self.check_moves(&plan.entity, &plan.edited)?);
        let lines: Vec<&Line> = plan.created.iter().chain(&plan.edited).collect();
        self.check_references(&plan.entity, &lines).await?;
        let edited: Vec<&Line> = plan.edited.iter().collect();
        let held = self.check_new_holders(&plan.entity, &edited).await?;
        let open = self.check_holders(&plan.entity, without(open, &held), None).await?;
        let open_children = self.check_children(&plan.children).await?;

        let unchanged = self.unchanged(&plan).await?;
        let mut rows = match self.write(&plan).await {
            Ok(rows) => rows,
            Err(error) => {
                let error = self.name_reference(&plan.entity, &lines, error).await;
                let many = plan.keys.len() > 1;
                let values = ChildEntity::of::<E>().values;
                return Err(if many { self.name_taken(&plan.entity, values, &lines, error).await } else { error });
            }
        };
        self.write_children(&plan.children).await?;
        self.check_written(&plan.entity, &open).await?;
        for (level, open) in plan.children.iter().zip(&open_children) {
            self.check_written(level.entity(), open).await?;
        }
        rows.extend(unchanged);
        in_order(rows, &plan.keys)
    }

    async fn write<E: Entity>(&self, plan: &Plan<E>) -> Result<Vec<E>> {
        let mut rows: Vec<E> = self.insert(&plan.entity, &plan.created).await?;
        if !plan.edited.is_empty() {
            let edited: Vec<E> = self.update_lines(&plan.entity, &plan.edited).await?;
            if edited.len() < plan.edited.len() {
                let missing = self.name_missing(&plan.entity, &plan.edited, &edited).await?;
                if plan.keys.len() > 1 {
                    self.transaction.give_up();
                }
                return Err(missing);
            }
            rows.extend(edited);
        }
        Ok(rows)
    }

    /// Rows that a draft did not change, as they are now; where nothing hides rows, nothing has to be asked.
    async fn unchanged<E: Entity>(&self, plan: &Plan<E>) -> Result<Vec<E>> {
        let is_there = *self.decision.grant() == Grant::Full && plan.entity.soft_delete.is_none();
        if plan.unchanged.is_empty() || is_there {
            return Ok(plan.unchanged.iter().map(|(row, _)| row.clone()).collect());
        }
        let keys: Vec<E::Key> = plan.unchanged.iter().map(|(row, _)| row.key().clone()).collect();
        let rows: Vec<E> = self.get_multiple(&keys).await?;
        for (read, path) in &plan.unchanged {
            let row = rows.iter().find(|row| row.key() == read.key());
            let Some(row) = row else { return Err(Error::not_found().at(path)) };
            if version(&plan.entity, row) != version(&plan.entity, read) {
                return Err(Error::stale_version().at(path));
            }
        }
        Ok(rows)
    }

    /// Why an edited row was not written: it is gone from the scope, or it has changed.
    async fn name_missing<E: Entity>(&self, entity: &EntityDef, lines: &[Line], written: &[E]) -> Result<Error> {
        let written: Vec<String> = written.iter().filter_map(|row| lookup_text(&row.key().clone().into())).collect();
        let is_missing = |line: &&Line| lookup_text(line.key()).is_none_or(|key| !written.contains(&key));
        let missing: Vec<&Line> = lines.iter().filter(is_missing).collect();
        let keys = missing.iter().map(|line| line.key().clone()).collect();
        let there = self.known_keys(entity, keys, &scope(self.decision, entity, true)).await?;
        let is_there = |line: &Line| lookup_text(line.key()).is_some_and(|key| there.contains(&key));
        let path = |line: Option<&&Line>| line.map(|line| line.path.clone()).unwrap_or_default();
        Ok(match missing.iter().find(|line| !is_there(line)) {
            Some(line) => Error::not_found().at(&line.path),
            None if entity.version.is_some() => Error::stale_version().at(&path(missing.first())),
            None => Error::not_found().at(&path(missing.first())),
        })
    }
}

/// The version of a row, if it has one.
pub(super) fn version<E: Entity>(entity: &EntityDef, row: &E) -> Option<Value> {
    let version = usize::from(entity.version?);
    row.clone().into_values().into_iter().nth(version)
}

fn in_order<E: Entity>(rows: Vec<E>, keys: &[String]) -> Result<Vec<E>> {
    if keys.len() == 1 {
        return Ok(rows);
    }
    let mut by_key: HashMap<String, E> =
        rows.into_iter().filter_map(|row| Some((lookup_text(&row.key().clone().into())?, row))).collect();
    let ordered: Option<Vec<E>> = keys.iter().map(|key| by_key.remove(key)).collect();
    ordered.ok_or_else(|| Error::internal("a write of many rows answered with others"))
}
