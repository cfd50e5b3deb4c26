//! A project for tests: apps on a database of their own, asked without HTTP. Needs the feature `testing`.
//!
//! ```no_run
//! # async fn test(app: lys::App) -> lys::Result<()> {
//! use lys::testing::{TestProject, super_user};
//!
//! let project = TestProject::new([app]).await?;
//! let answer = project.execute(&super_user(), "{ allProducts { edges { node { name } } } }", "{}").await;
//! assert_eq!(answer["data"]["allProducts"]["edges"][0]["node"]["name"], "Desk lamp");
//!
//! // What a request may cost, whatever the number of rows.
//! let nested = "{ allProducts { edges { node { name reviews { rating } } } } }";
//! project.statements_of(&super_user(), nested, "{}").await.assert_exactly(2);
//! # Ok(())
//! # }
//! ```

mod again;
mod matrix;
mod place;
mod rows;
mod server;
mod statements;

use std::{fmt, sync::Arc};

use futures_util::{FutureExt as _, future::BoxFuture};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::{
    access::{Actor, Claims, PermissionChain, audit::AuditEntry},
    app::{App, Model},
    context::Request,
    data::{Database, DatabaseOptions, StatementLog, create_tables},
    entity::Entity as _,
    environment::Environment,
    error::{Error, Result},
    execute::{Answer, Engine, EngineOptions, GraphqlRequest},
    fixture::load_fixtures,
};

pub(crate) use place::Place;

#[doc(hidden)]
pub use again::run_again;
pub use matrix::{AccessMatrix, MatrixReport};
pub use place::TestDatabase;
pub use statements::{Statements, statements};

/// Apps on a database of their own, with tables and the fixtures of dev. It goes when the project does. It is an SQLite file, unless
/// the tests run on a server (see [`TestDatabase`] and [`test_on_servers!`](crate::test_on_servers)).
pub struct TestProject {
    engine: Engine,
    statements: StatementLog,
    place: Place,
}

impl TestProject {
    /// The apps with generous limits: introspection is on, any depth, any number of aliases, any cost.
    ///
    /// # Errors
    /// Faults of the composition, and what the database or a fixture says.
    pub async fn new(apps: impl IntoIterator<Item = App>) -> Result<Self> {
        let unlimited = EngineOptions {
            introspection: true,
            depth_limit: usize::MAX,
            alias_limit: usize::MAX,
            cycle_limit: usize::MAX,
            cost_limit: u64::MAX,
            ..EngineOptions::default()
        };
        Self::with_options(apps, unlimited).await
    }

    /// The apps with the limits of a real project, or others.
    ///
    /// # Errors
    /// Faults of the composition, and what the database or a fixture says.
    pub async fn with_options(apps: impl IntoIterator<Item = App>, options: EngineOptions) -> Result<Self> {
        Self::build(apps.into_iter().collect(), options).await
    }

    /// Without its type, so that the futures of tests stay small and flat.
    fn build(apps: Vec<App>, options: EngineOptions) -> BoxFuture<'static, Result<Self>> {
        async move {
            let model = Model::build(&apps).map_err(|faults| Error::internal(faults.to_string()))?;
            let mut entities: Vec<_> = model.entities().iter().map(|entry| &entry.definition).collect();
            let audit = AuditEntry::definition();
            if options.audit_table {
                entities.push(&audit);
            }
            let place = Place::make(async |database| {
                create_tables(database, &entities).await?;
                load_fixtures(database, model.fixtures(), Environment::Dev).await.map(drop)
            });
            let (place, database) = place.await?;
            let statements = database.statement_log();
            let _ = statements.take();
            let engine = Engine::new(Arc::new(model), database, PermissionChain::default(), options);
            Ok(Self { engine, statements, place })
        }
        .boxed()
    }

    /// A second engine on the same model and database: nothing is cached in it.
    #[must_use]
    pub fn cold_engine(&self, options: EngineOptions) -> Engine {
        let model = Arc::clone(self.engine.model());
        Engine::new(model, self.database().clone(), PermissionChain::default(), options)
    }

    /// A second engine on the same model, with connections of its own to the same database.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub async fn reopened(&self, database: &DatabaseOptions, options: EngineOptions) -> Result<Engine> {
        let database = Database::connect(self.url(), database).await?;
        Ok(Engine::new(Arc::clone(self.engine.model()), database, PermissionChain::default(), options))
    }

    /// What runs GraphQL.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &Database {
        self.engine.database()
    }

    /// The URL of the database.
    #[must_use]
    pub fn url(&self) -> &str {
        self.place.url()
    }

    /// Every row of every table as text: what a test compares to show that nothing has changed.
    ///
    /// # Panics
    /// When a table cannot be read.
    pub async fn rows(&self) -> Vec<String> {
        rows::of(self.engine.model(), self.database()).await.expect("tables can be read")
    }

    /// The statements that the database ran since the last call of [`StatementLog::take`].
    #[must_use]
    pub fn statements(&self) -> &StatementLog {
        &self.statements
    }

    /// The answer of `actor`'s request as JSON. `variables` is a JSON object.
    ///
    /// # Panics
    /// When `variables` is no JSON object.
    pub async fn execute(&self, actor: &Actor, query: &str, variables: &str) -> Json {
        let answer = self.execute_raw(actor, query, variables).await;
        serde_json::from_str(&answer).expect("the engine answers with JSON")
    }

    /// The bytes of the answer of `actor`'s request. `variables` is a JSON object.
    ///
    /// # Panics
    /// When `variables` is no JSON object.
    pub async fn execute_raw(&self, actor: &Actor, query: &str, variables: &str) -> String {
        let variables: Map<String, Json> = serde_json::from_str(variables).expect("variables are a JSON object");
        let graphql = GraphqlRequest { query: query.to_owned(), variables, ..GraphqlRequest::default() };
        self.answer(&Request::of(actor.clone()), &graphql).await
    }

    /// The statements of `actor`'s request, and its answer as JSON. `variables` is a JSON object.
    ///
    /// # Panics
    /// When `variables` is no JSON object.
    pub async fn statements_of(&self, actor: &Actor, query: &str, variables: &str) -> Statements<Json> {
        statements(self.database(), async || self.execute(actor, query, variables).await).await
    }

    /// The answer to a request as the client reads it; a refused document has no `data`.
    pub async fn answer(&self, request: &Request, graphql: &GraphqlRequest) -> String {
        // Without its type it is small, and so is whatever awaits it.
        text(self.engine.execute(request, graphql).boxed().await)
    }
}

impl fmt::Debug for TestProject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestProject").field("url", &self.place.url()).finish_non_exhaustive()
    }
}

/// An answer as the client reads it: a refused document has no `data`.
///
/// # Panics
/// When the answer is not UTF-8, which would be a fault of the engine.
#[must_use]
pub fn text(answer: Answer) -> String {
    let bytes = match answer {
        Answer::Executed(response) => response,
        Answer::Refused(errors)
        | Answer::ReadOnly(errors)
        | Answer::NotStreamed(errors)
        | Answer::RateLimited { errors, .. } => [b"{\"errors\":", &errors[..], b"}"].concat(),
    };
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

/// Nobody.
#[must_use]
pub fn anonymous() -> Actor {
    Actor::Anonymous
}

/// A user who may do everything.
#[must_use]
pub fn super_user() -> Actor {
    user(1).super_user().into()
}

/// The user with this number, without any right: add some with the methods of [`Claims`].
#[must_use]
pub fn user(number: u128) -> Claims {
    Claims::user(Uuid::from_u128(number))
}
