//! Fixtures: seed data that an app ships. Loading it twice changes nothing.

use std::{fmt, panic::Location, sync::Arc};

use futures_util::future::BoxFuture;

use crate::{
    access::{Decision, scope::Deleted},
    app::Source,
    data::{Database, Draft, Writer, condition::Term, sql::is_null},
    entity::Entity,
    environment::Environment,
    error::{Error, Result},
};

/// Rows of one entity, and where they are wanted.
#[derive(Clone)]
pub struct Fixture {
    name: &'static str,
    environments: Vec<Environment>,
    source: Source,
    load: Load,
}

type Load = Arc<dyn for<'w> Fn(&'w Writer<'w>) -> BoxFuture<'w, Result<Counts>> + Send + Sync>;

/// What became of the rows of one fixture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that were not there.
    pub created: usize,
    /// Rows that differed.
    pub updated: usize,
    /// Rows that were as they should be.
    pub unchanged: usize,
}

/// What became of all fixtures, in the order they were given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FixtureReport {
    /// Each fixture by name; `None` when it is not for this environment.
    pub fixtures: Vec<(&'static str, Option<Counts>)>,
}

impl Fixture {
    /// Reference data, in every environment. Rows that exist get the values that differ; rows are never deleted.
    #[must_use]
    #[track_caller]
    pub fn parametric<E: Entity>(name: &'static str, rows: fn() -> Vec<Draft<E>>) -> Self {
        Self::new(name, Environment::ALL.to_vec(), rows, Existing::Update)
    }

    /// Sample data, in `environments` but never in production. Each row carries its own id; rows that exist are left alone.
    #[must_use]
    #[track_caller]
    pub fn business<E: Entity>(name: &'static str, environments: &[Environment], rows: fn() -> Vec<Draft<E>>) -> Self {
        let environments =
            environments.iter().copied().filter(|environment| *environment != Environment::Prod).collect();
        Self::new(name, environments, rows, Existing::Keep)
    }

    #[track_caller]
    fn new<E: Entity>(
        name: &'static str,
        environments: Vec<Environment>,
        rows: fn() -> Vec<Draft<E>>,
        existing: Existing,
    ) -> Self {
        let caller = Location::caller();
        let load: Load = Arc::new(move |writer| Box::pin(load_rows(writer, rows(), existing)));
        Self { name, environments, source: Source { file: caller.file(), line: caller.line() }, load }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Where it was declared.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Whether it is wanted in `environment`.
    #[must_use]
    pub fn is_for(&self, environment: Environment) -> bool {
        self.environments.contains(&environment)
    }
}

impl fmt::Debug for Fixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fixture").field("name", &self.name).field("source", &self.source).finish_non_exhaustive()
    }
}

/// Loads the fixtures that `environment` wants, in order, each in a transaction of its own.
///
/// # Errors
/// When a row cannot be written: the error names the fixture and its place. Fixtures before it stay loaded.
pub async fn load_fixtures(
    database: &Database,
    fixtures: &[Fixture],
    environment: Environment,
) -> Result<FixtureReport> {
    let mut report = FixtureReport::default();
    for fixture in fixtures {
        let mut counts = None;
        if fixture.is_for(environment) {
            counts = Some(load(database, fixture).await.map_err(|error| of_fixture(fixture, &error))?);
        }
        tracing::info!(fixture = fixture.name, %environment, ?counts, "fixture");
        report.fixtures.push((fixture.name, counts));
    }
    Ok(report)
}

async fn load(database: &Database, fixture: &Fixture) -> Result<Counts> {
    let decision = Decision::system("fixtures");
    let transaction = database.begin().await?;
    let counts = (fixture.load)(&Writer::new(database, &transaction, &decision)).await?;
    transaction.commit().await?;
    Ok(counts)
}

fn of_fixture(fixture: &Fixture, error: &Error) -> Error {
    let mut text = format!("fixture `{}` ({}): {error}", fixture.name, fixture.source);
    if let Some(fields) = error.extensions().get("fields") {
        text = format!("{text} {fields}");
    }
    if let Some(cause) = std::error::Error::source(error) {
        text = format!("{text}: {cause}");
    }
    Error::internal(text)
}

/// What happens to a row whose id is already there.
#[derive(Debug, Clone, Copy)]
enum Existing {
    Update,
    Keep,
}

async fn load_rows<E: Entity>(writer: &Writer<'_>, drafts: Vec<Draft<E>>, existing: Existing) -> Result<Counts> {
    let keys = drafts.iter().map(|draft| draft.value(0).cloned()).collect::<Option<Vec<_>>>();
    let keys = keys.ok_or_else(|| Error::internal("every row of a fixture needs its `id`"))?;
    let mut select = E::select().filter(Term::In(0, keys).into());
    // A row that somebody has deleted is there: it stays deleted.
    select.rows.deleted = Deleted::Shown;
    let known: Vec<E> = writer.list(select).await?;

    let deleted_at = E::definition().soft_delete.map(usize::from);
    let is_deleted =
        |row: &E| deleted_at.is_some_and(|column| row.clone().into_values().get(column).is_some_and(|at| !is_null(at)));
    let mut counts = Counts::default();
    for mut draft in drafts {
        let row = known.iter().find(|row| draft.value(0) == Some(&row.key().clone().into()));
        match (row, existing) {
            (None, _) => {
                writer.create(draft).await?;
                counts.created += 1;
            }
            (Some(row), _) if is_deleted(row) => counts.unchanged += 1,
            (Some(_), Existing::Keep) => counts.unchanged += 1,
            (Some(row), Existing::Update) => {
                draft.original = Some(row.clone());
                let saved = writer.save(draft).await?;
                if saved.into_values() == row.clone().into_values() {
                    counts.unchanged += 1;
                } else {
                    counts.updated += 1;
                }
            }
        }
    }
    Ok(counts)
}

#[cfg(test)]
#[path = "fixture_tests.rs"]
mod tests;
