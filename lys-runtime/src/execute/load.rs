//! Loading: one statement for each level of a plan, inside the decision's scope.

use futures_util::future::{BoxFuture, join_all};
use hashbrown::HashMap;
use sea_orm::Value;

use super::{
    EngineOptions, arguments,
    child_page::LoadedPages,
    coerce::Variables,
    failure::{Failure, Masking},
    grants::Grants,
    inspect, order,
    plan::{Child, Computed, KeySlot, Level, PageShape},
    row_key::RowKey,
};
use crate::{
    access::{
        audit::{self, Action},
        scope::{Scope, scope},
    },
    app::guards::Guarded,
    context::Context,
    data::{
        Rows,
        condition::{Operator, Term},
        sql::SqlWriter,
        trace::{About, within},
    },
    entity::EntityDef,
    error::Result,
    node::computed::{ComputedCall, ErasedOutput},
    operation::{ArgumentValues, OrderKeyDef},
    schema::InputTable,
};

/// What loading reads beside the plan.
#[derive(Clone, Copy)]
pub(crate) struct Loader<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) variables: &'a Variables,
    pub(crate) inputs: &'a InputTable,
    pub(crate) operation: &'a str,
    pub(crate) options: &'a EngineOptions,
    pub(crate) masking: Masking<'a>,
    pub(crate) grants: &'a Grants,
}

/// Rows of a level with everything below them.
pub(crate) struct LoadedLevel {
    pub(crate) rows: Rows,
    pub(crate) children: Vec<LoadedChild>,
    pub(crate) computed: Vec<LoadedComputed>,
}

/// A loaded relation: the target's rows, and which of them belong to which parent.
pub(crate) struct LoadedChild {
    pub(crate) level: LoadedLevel,
    /// Start and end of the rows of each parent row.
    pub(crate) spans: Vec<(u32, u32)>,
    /// Whether the field is denied, for each parent row; empty where it is to none.
    pub(crate) denied: Vec<bool>,
    /// What a connection shows beside its rows, or what is wrong with its arguments; nothing for a list.
    pub(crate) pages: Option<std::result::Result<LoadedPages, Failure>>,
}

/// The values of a computed field, or what went wrong: for one row, or for the level.
pub(crate) type LoadedComputed = std::result::Result<Vec<std::result::Result<Box<dyn ErasedOutput>, Failure>>, Failure>;

impl LoadedLevel {
    /// No rows, and so nothing below them.
    pub(super) fn empty() -> Self {
        Self { rows: Rows::none(), children: Vec::new(), computed: Vec::new() }
    }
}

impl<'a> Loader<'a> {
    pub(crate) fn entity(&self, level: &Level) -> &'a EntityDef {
        &self.context.model.entities[level.entity].definition
    }

    /// Whether the rows of this decision may show a guarded field.
    pub(crate) fn check(&self, guarded: Guarded) -> Result<()> {
        self.grants.check(guarded, self.context.decision)
    }

    /// Whether rows may be sorted by the keys that `orderBy` chooses.
    pub(super) fn check_order(
        &self,
        shape: &PageShape,
        arguments: &ArgumentValues,
        keys: Option<&Vec<OrderKeyDef>>,
    ) -> Result<()> {
        let guards = &self.context.model.guards;
        if guards.is_empty() {
            return Ok(());
        }
        let guarded = |key: &OrderKeyDef| guards.of_column(shape.node, key.column, shape.limited);
        order::chosen(arguments, keys).filter_map(|(key, _)| guarded(key)).try_for_each(|guarded| self.check(guarded))
    }

    /// The row with this key, if it is inside the decision's scope.
    pub(crate) async fn row(&self, level: &'a Level, key: Value) -> Result<Option<LoadedLevel>> {
        let entity = self.entity(level);
        let mut sql = self.select(entity, &level.columns);
        let term = [Term::Compare(0, Operator::Equal, key.clone())];
        sql.filter(entity, "", &term, &scope(self.context.decision, entity, true));
        let rows = self.read(sql).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        self.context.audit.read(entity, Action::Read, audit::Rows::Key(key));
        Ok(Some(self.below(level, rows).await?))
    }

    /// The rows with these keys inside the decision's scope, and where each key's row is; `key` holds their own.
    pub(crate) async fn list(
        &self,
        level: &'a Level,
        key: KeySlot,
        keys: &[Value],
    ) -> Result<(LoadedLevel, Vec<Option<usize>>)> {
        let entity = self.entity(level);
        let mut sql = self.select(entity, &level.columns);
        sql.filter(entity, "", &[Term::In(0, keys.to_vec())], &self.root_scope(level));
        let rows = if keys.is_empty() { Rows::none() } else { self.read(sql).await? };
        self.note(entity, &rows);
        let mut places = HashMap::with_capacity(rows.len());
        for (place, row) in rows.iter().enumerate() {
            places.extend(RowKey::read(row, &[key])?.map(|key| (key, place)));
        }
        let place = |key: &Value| RowKey::of(key).and_then(|key| places.get(&key).copied());
        let places = keys.iter().map(place).collect();
        Ok((self.below(level, rows).await?, places))
    }

    /// `SELECT columns FROM table`.
    pub(crate) fn select(&self, entity: &EntityDef, columns: &[u16]) -> SqlWriter {
        let mut sql = SqlWriter::new(self.context.database.backend());
        sql.push("SELECT ").listed("", entity, columns).push(" FROM ").name(entity.table);
        sql
    }

    /// Notes that rows of `entity` were read, if it is sensitive.
    pub(super) fn note(&self, entity: &EntityDef, rows: &Rows) {
        self.context.audit.read(entity, Action::Read, audit::Rows::Number(rows.len() as u64));
    }

    /// Runs a query; in a mutation before its commit, inside the transaction.
    pub(crate) async fn read(&self, sql: SqlWriter) -> Result<Rows> {
        match self.context.transaction {
            Some(transaction) => transaction.read_all(sql.text, sql.values).await,
            None => self.context.database.read_all(sql.text, sql.values).await,
        }
    }

    /// Loads what is below `rows`: relations beside each other at the same time, where the database is asked on several connections.
    pub(crate) fn below(&self, level: &'a Level, rows: Rows) -> BoxFuture<'a, Result<LoadedLevel>> {
        let loader = *self;
        Box::pin(async move {
            let trace = loader.context.database.trace();
            let load = async |child| {
                let about = || loader.about_child(child);
                within(trace, about, loader.child(child, &rows)).await
            };
            let children = if level.children.len() > 1 && loader.context.is_parallel() {
                // All end before the first failure is told, so that it is the same one every time.
                join_all(level.children.iter().map(load)).await.into_iter().collect::<Result<_>>()?
            } else {
                let mut children = Vec::with_capacity(level.children.len());
                for child in &level.children {
                    children.push(load(child).await?);
                }
                children
            };
            let mut computed = Vec::with_capacity(level.computed.len());
            for field in &level.computed {
                let about = || inspect::part(&field.name);
                computed.push(within(trace, about, loader.computed(field, &rows)).await);
            }
            Ok(LoadedLevel { rows, children, computed })
        })
    }

    /// What an inspection says of a level.
    pub(crate) fn about(&self, name: &str, level: &Level, scope: &Scope<'_>) -> About {
        inspect::level(name, self.entity(level), scope, self.context.database)
    }

    fn about_child(&self, child: &Child) -> About {
        self.about(&child.name, child.level(), &self.child_scope(child))
    }

    /// The rows of the operation's own level that the decision allows.
    pub(crate) fn root_scope(&self, level: &Level) -> Scope<'a> {
        scope(self.context.decision, self.entity(level), true)
    }

    /// The rows of a relation that the decision allows.
    pub(super) fn child_scope(&self, child: &Child) -> Scope<'a> {
        let entity = self.entity(child.level());
        if child.filter { scope(self.context.decision, entity, false) } else { Scope::all(self.context.decision) }
    }

    async fn computed(&self, field: &'a Computed, rows: &Rows) -> LoadedComputed {
        let failure = |error| Failure::of(&error, self.operation, self.masking);
        let arguments = arguments::values(&field.arguments, self.variables, self.inputs).map_err(failure)?;
        let call = ComputedCall { context: self.context, rows, slots: &field.slots, arguments };
        let values = (field.compute)(call).await.map_err(failure)?;
        Ok(values.into_iter().map(|value| value.map_err(failure)).collect())
    }
}
