//! A new row, or changes to the one that has its unique key already.
//!
//! Where the database answers a write with its rows this is one statement: what it is changed by and whose it must be are said beside
//! the row. MySQL fires on whichever unique key is taken and does not say which, so there the row is made unless a key is taken, then
//! looked at, and changed like any other.

use sea_orm::Value;

use super::{
    Writer,
    holders::{outside, without},
    insert::insertion,
    keyed,
    nested::not_new,
    rows::{Line, lookup_text},
};
use crate::{
    access::{
        audit::{Action, Rows},
        scope::{Deleted, Scope, scope},
    },
    data::{
        Draft,
        condition::{Operator, Term},
        draft::Upserted,
        reader::read,
        select::RowSelect,
        sql::{SqlWriter, is_null},
        values::{self, Change, Mistakes},
    },
    entity::{Entity, EntityDef, Key, Unique},
    error::{Error, Result},
};

/// What the row is called that could not be inserted.
const EXCLUDED: &str = "excluded";
/// What the row is called that is there: by its table's name it could not be told from the other where that is `excluded` too.
const THERE: &str = "lys_row";

/// A row to be written, and what it does to one that is there.
struct Upsert<'k> {
    entity: EntityDef,
    /// As a new row.
    line: Line,
    /// The unique columns.
    key: &'k [u16],
    /// The columns that it changes, the key not among them.
    changes: Vec<u16>,
}

impl Upsert<'_> {
    fn new<E: Entity>(draft: &Draft<E>, key: &'static [u16]) -> Result<Self> {
        let entity = E::definition();
        if !entity.has_unique_key(key) {
            return Err(Error::internal(format!("`{}` has no unique key of these columns", entity.name)));
        }
        let by_lys = |column: &u16| {
            let column = usize::from(*column);
            entity.is_version(column) || entity.is_deletion(column) || entity.columns[column].name == "created_at"
        };
        if !draft.children.is_empty() {
            return Err(not_new(&entity));
        }
        let given: Vec<u16> = (0_u16..).take(entity.columns.len()).filter(|it| draft.value(*it).is_some()).collect();
        if given.iter().any(by_lys) {
            let text = format!("the version and the times of a `{}` are not for an upsert to set", entity.name);
            return Err(Error::internal(text));
        }
        let mut mistakes = Mistakes::default();
        let made = || E::Key::generate().map(Into::into);
        let mut line = Line::new(values::of_new_row(&entity, &draft.values, made, &mut mistakes), Vec::new());
        for column in key {
            let definition = &entity.columns[usize::from(*column)];
            // Of the others a value has been asked for.
            if definition.nullable && is_null(line.value(*column)) {
                mistakes.required(definition);
            }
        }
        mistakes.finish()?;
        line.written.clone_from(&given);
        let changes = given.into_iter().filter(|column| *column != 0 && !key.contains(column)).collect();
        Ok(Self { entity, line, key, changes })
    }

    /// Whether `row` is the new one.
    fn is_new<E: Entity>(&self, row: &E) -> bool {
        let values = row.clone().into_values();
        let same = |column: u16| lookup_text(&values[usize::from(column)]) == lookup_text(self.line.value(column));
        same(0) && self.entity.column_index("created_at").is_none_or(same)
    }
}

impl Writer<'_> {
    pub(super) async fn upsert_draft<E: Entity>(&self, draft: &Draft<E>, key: Unique<E>) -> Result<Upserted<E>> {
        let upsert = Upsert::new(draft, key.columns())?;
        let Upsert { entity, line, .. } = &upsert;
        let lines = std::slice::from_ref(line);
        let open = self.check_new(entity, lines)?;
        self.check_tenants(entity, line)?;
        self.check_references(entity, &[line]).await?;
        let held = self.check_new_holders(entity, &[line]).await?;
        let is_open = !self.check_holders(entity, without(open, &held), None).await?.is_empty();
        let put = async {
            let scope = scope(self.decision, entity, true);
            let put = if self.dialect().answers_writes() {
                self.put(&upsert, &scope).await?
            } else {
                self.put_by_parts(draft, &upsert, &scope, is_open).await?
            };
            if let Some(put) = put {
                return Ok(put);
            }
            // Somebody else's row has one of the unique values: that is what a creation runs into.
            let row = self.insert(entity, lines).await?.pop();
            Ok(Upserted { row: row.ok_or_else(|| Error::internal("a write returned no row"))?, created: true })
        };
        match put.await {
            Ok(put) => {
                let keys = if is_open { vec![E::key(&put.row).clone().into()] } else { Vec::new() };
                let outside_of = self.first_outside(entity, keys, Deleted::Hidden).await?;
                outside_of.map_or(Ok(put), |_| Err(outside(entity)))
            }
            Err(error) => Err(self.name_reference(entity, &[line], error).await),
        }
    }

    /// All in one statement; `None` when a row that has the key is not inside the scope.
    async fn put<E: Entity>(&self, upsert: &Upsert<'_>, scope: &Scope<'_>) -> Result<Option<Upserted<E>>> {
        let mut sql = insertion(self.dialect(), &upsert.entity, THERE, std::slice::from_ref(&upsert.line));
        sql.or_change(upsert).filter(&upsert.entity, THERE, &[], scope);
        sql.returning("", &upsert.entity);
        let row: Option<E> = read(&self.transaction.read_all(sql.text, sql.values).await?)?.pop();
        let put = row.map(|row| Upserted { created: upsert.is_new(&row), row });
        if let Some(put) = &put {
            let action = if put.created { Action::Create } else { Action::Update };
            self.note(&upsert.entity, action, Rows::Key(put.row.key().clone().into())).await?;
        }
        Ok(put)
    }

    /// The same in statements after each other. The first leaves a row that has the key as it is, but nobody else changes it then.
    async fn put_by_parts<E: Entity>(
        &self,
        draft: &Draft<E>,
        upsert: &Upsert<'_>,
        scope: &Scope<'_>,
        is_open: bool,
    ) -> Result<Option<Upserted<E>>> {
        let Upsert { entity, line, key, .. } = upsert;
        let mut sql = insertion(self.dialect(), entity, "", std::slice::from_ref(line));
        let id = entity.columns[0].name;
        sql.push(" ON DUPLICATE KEY UPDATE ").name(id).push(" = ").name(id);
        self.transaction.execute(sql.text, sql.values).await?;

        let is_key = |column: &u16| Term::Compare(*column, Operator::Equal, line.value(*column).clone());
        let rows = RowSelect { conditions: key.iter().map(is_key).collect(), ..RowSelect::default() };
        let mut sql = SqlWriter::new(self.backend());
        sql.push("SELECT ").columns(entity).push(" FROM ").name(entity.table);
        sql.filter(entity, "", &rows.conditions, scope).lock_rows();
        let Some(row) = read::<E>(&self.transaction.read_all(sql.text, sql.values).await?)?.pop() else {
            // It may be the new row that is not inside the scope, and not one that was there.
            let new = if is_open { vec![line.key().clone()] } else { Vec::new() };
            let is_there = !new.is_empty()
                && self.has_row(entity, &[keyed(line.key().clone())], &Scope::all(self.decision)).await?;
            return if is_there && self.first_outside(entity, new, Deleted::Hidden).await?.is_some() {
                Err(outside(entity))
            } else {
                Ok(None)
            };
        };
        self.keep([&row]);
        if upsert.is_new(&row) {
            self.note(entity, Action::Create, Rows::Key(row.key().clone().into())).await?;
            return Ok(Some(Upserted { row, created: true }));
        }
        let changes: Vec<Option<Value>> = (0_u16..)
            .zip(&draft.values)
            .map(|(at, value)| value.clone().filter(|_| upsert.changes.contains(&at)))
            .collect();
        let before = row.clone().into_values();
        let Change { values, changed, version } =
            values::of_changed_row(entity, &changes, before, &mut Mistakes::default())?;
        if changed.is_empty() {
            return Ok(Some(Upserted { row, created: false }));
        }
        let line = Line { values, written: changed, version, path: Vec::new() };
        let row = self.update_lines(entity, std::slice::from_ref(&line)).await?.pop();
        Ok(row.map(|row| Upserted { row, created: false }))
    }
}

impl SqlWriter {
    /// ` ON CONFLICT (key) DO UPDATE SET …`: the row that is there changes only where it differs, and only then is dated and counted.
    fn or_change(&mut self, upsert: &Upsert<'_>) -> &mut Self {
        let Upsert { entity, key, changes, .. } = upsert;
        let name = |column: &u16| entity.columns[usize::from(*column)].name;
        self.push(" ON CONFLICT (");
        for (place, column) in key.iter().enumerate() {
            self.push(if place > 0 { ", " } else { "" }).name(name(column));
        }
        self.push(")");
        if let Some(deleted) = &entity.soft_delete {
            self.push(" WHERE ").name(name(deleted)).push(" IS NULL");
        }
        self.push(" DO UPDATE SET ");
        if changes.is_empty() {
            // Nothing to change, but only a row that is written is answered.
            return self.name(name(&key[0])).push(" = ").column(EXCLUDED, name(&key[0]));
        }
        for (place, column) in changes.iter().enumerate() {
            self.push(if place > 0 { ", " } else { "" }).name(name(column)).push(" = ").column(EXCLUDED, name(column));
        }
        if let Some(updated) = entity.column_index("updated_at").filter(|column| !changes.contains(column)) {
            self.push(", ").name(name(&updated)).push(" = CASE WHEN ").differs(upsert).push(" THEN ");
            self.bind_to(&entity.columns[usize::from(updated)], values::now().into());
            self.push(" ELSE ").column(THERE, name(&updated)).push(" END");
        }
        if let Some(version) = &entity.version {
            self.push(", ").name(name(version)).push(" = CASE WHEN ").differs(upsert).push(" THEN ");
            self.column(THERE, name(version)).push(" + 1 ELSE ");
            self.column(THERE, name(version)).push(" END");
        }
        self
    }

    fn differs(&mut self, upsert: &Upsert<'_>) -> &mut Self {
        let Upsert { entity, changes, .. } = upsert;
        for (place, column) in changes.iter().enumerate() {
            let name = entity.columns[usize::from(*column)].name;
            self.push(if place > 0 { " OR " } else { "" }).column(THERE, name);
            self.push(" IS DISTINCT FROM ").column(EXCLUDED, name);
        }
        self
    }
}
