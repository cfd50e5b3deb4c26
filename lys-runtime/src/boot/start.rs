//! The start: apps become a model, the database opens, tables and fixtures are there, the engine runs.

use std::{path::Path, sync::Arc};

use super::{
    Project,
    command::{CommandCall, RunFn},
    config::Config,
    sessions, signing,
};
use crate::{
    access::{PermissionChain, Sessions, Tokens, audit::AuditEntry},
    app::{App, Model, StartError},
    data::{Database, create_tables},
    entity::{Entity as _, EntityDef},
    environment::Environment,
    error::Error,
    execute::{Engine, EngineOptions, TrustedDocuments},
    fixture::load_fixtures,
    subscription::{LocalPubSub, PubSub},
};

/// A project that is ready to work.
pub struct Started {
    pub(super) name: &'static str,
    pub(super) config: Config,
    pub(super) engine: Arc<Engine>,
    pub(super) tokens: Arc<Tokens>,
    pub(super) sessions: Arc<Sessions>,
}

impl Started {
    /// The settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Where the project runs.
    #[must_use]
    pub fn environment(&self) -> Environment {
        self.config.environment
    }

    /// The composed apps.
    #[must_use]
    pub fn model(&self) -> &Arc<Model> {
        self.engine.model()
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &Database {
        self.engine.database()
    }

    /// What runs GraphQL.
    #[must_use]
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// Makes and verifies tokens.
    #[must_use]
    pub fn tokens(&self) -> &Arc<Tokens> {
        &self.tokens
    }

    /// Gives access tokens, checks them and calls them back.
    #[must_use]
    pub fn sessions(&self) -> &Arc<Sessions> {
        &self.sessions
    }
}

/// What of a project is needed to open it.
pub(super) struct Opening {
    pub(super) name: &'static str,
    pub(super) chain: PermissionChain,
    pub(super) preparations: Vec<RunFn>,
    pub(super) pub_sub: Option<Arc<dyn PubSub>>,
}

/// The apps that `config` asks for, composed.
pub(super) fn compose(project: &Project, config: &Config) -> Result<Model, StartError> {
    Model::build(&apps_of(project, config)?)
}

fn apps_of(project: &Project, config: &Config) -> Result<Vec<App>, StartError> {
    let mut apps = chosen(&project.apps, config.apps.as_deref())?;
    for operation in &project.disabled {
        apps = match apps.pop() {
            Some(last) => apps.into_iter().chain([last.disable(operation)]).collect(),
            None => apps,
        };
    }
    Ok(apps)
}

fn chosen(apps: &[App], names: Option<&[String]>) -> Result<Vec<App>, StartError> {
    let Some(names) = names else { return Ok(apps.to_vec()) };
    let mut faults = StartError::default();
    if names.is_empty() {
        faults.add("apps: the list is empty; name an app, or drop the setting to have all");
    }
    for name in names {
        if !apps.iter().any(|app| app.name() == name) {
            let suggestion = closest(name, apps.iter().map(App::name))
                .map_or_else(String::new, |known| format!("; did you mean `{known}`?"));
            faults.add(format!("apps: the project has no app `{name}`{suggestion}"));
        }
    }
    let chosen = apps.iter().filter(|app| names.iter().any(|name| name == app.name())).cloned().collect();
    faults.into_result(chosen)
}

/// Opens the database and everything on it.
pub(super) async fn open(opening: Opening, model: Model, config: Config) -> Result<Arc<Started>, StartError> {
    let (tokens, chain) = deciders(opening.chain, &config)?;
    let database = Database::connect(&config.database_url, &config.database)
        .await
        .map_err(|error| fault("the database cannot be opened", &error))?;
    let environment = config.environment;
    let options = EngineOptions {
        introspection: environment.introspects(),
        suggestions: environment.is_dev(),
        expose_causes: environment.is_dev(),
        plans: environment.is_dev(),
        depth_limit: config.query_depth_limit,
        alias_limit: config.query_alias_limit,
        cycle_limit: config.query_cycle_limit,
        cost_limit: config.query_cost_limit,
        list_rows: config.query_list_rows,
        max_page: config.relay_max_results,
        max_ids: config.relay_max_ids,
        consistency: config.consistency,
        lanes: config.connections_per_request,
        audit_table: config.audit.table,
        ..EngineOptions::default()
    };
    let sessions = Arc::new(sessions::open(&config, Arc::clone(&tokens), &database).await?);
    let pub_sub = opening.pub_sub.unwrap_or_else(|| Arc::new(LocalPubSub::new(config.subscriptions.buffer)));
    let engine = Engine::new(Arc::new(model), database, chain, options).with_pub_sub(pub_sub);
    let engine = Arc::new(match &config.boundary.trusted_documents {
        Some(path) => engine.trusting(trusted_documents(path)?).await?,
        None => engine,
    });
    let started = Arc::new(Started { name: opening.name, config, engine, tokens, sessions });
    make_tables(&started).await?;
    prepare(&started, opening.preparations).await?;
    Ok(started)
}

/// What is made of settings alone: how callers are known, and who decides about them.
fn deciders(chain: PermissionChain, config: &Config) -> Result<(Arc<Tokens>, PermissionChain), StartError> {
    let chain = match &config.auth.permissions {
        Some(names) => chain.ordered(names),
        None => Ok(chain),
    };
    match (signing::tokens(config), chain) {
        (Ok(tokens), Ok(chain)) => Ok((Arc::new(tokens), chain)),
        (tokens, chain) => {
            let mut faults = tokens.err().unwrap_or_default();
            chain.err().into_iter().flatten().for_each(|fault| faults.add(fault));
            Err(faults)
        }
    }
}

fn trusted_documents(path: &Path) -> Result<TrustedDocuments, StartError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| StartError::of(format!("trusted_documents: {} cannot be read: {error}", path.display())))?;
    TrustedDocuments::parse(&text)
}

async fn make_tables(started: &Started) -> Result<(), StartError> {
    let mut entities: Vec<&EntityDef> = started.model().entities().iter().map(|entry| &entry.definition).collect();
    let audit = AuditEntry::definition();
    if started.config.audit.table {
        entities.push(&audit);
    }
    create_tables(started.database(), &entities).await.map_err(|error| fault("the tables cannot be made", &error))?;
    load_fixtures(started.database(), started.model().fixtures(), started.environment())
        .await
        .map_err(|error| fault("the fixtures cannot be loaded", &error))?;
    Ok(())
}

async fn prepare(started: &Arc<Started>, preparations: Vec<RunFn>) -> Result<(), StartError> {
    for run in preparations {
        let call = CommandCall { started: Arc::clone(started), matches: clap::ArgMatches::default() };
        run(call).await.map_err(|error| fault("the project cannot be prepared", &error))?;
    }
    Ok(())
}

/// An error with all its causes: start-up is read by the operator, not by a client.
pub(super) fn fault(what: &str, error: &Error) -> StartError {
    StartError::of(format!("{what}: {}", explained(error)))
}

/// The error and its causes in one line.
pub(super) fn explained(error: &Error) -> String {
    let mut text = if error.is_internal() { String::new() } else { error.to_string() };
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let line = error.to_string();
        // Many causes repeat what they wrap.
        if !text.contains(&line) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&line);
        }
        cause = error.source();
    }
    if text.is_empty() { error.to_string() } else { text }
}

/// The known word that `word` was probably meant to be.
pub(super) fn closest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|known| (strsim::damerau_levenshtein(word, known), known))
        .filter(|(distance, known)| *distance <= 1 + known.len() / 4)
        .min()
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_narrows_the_apps_in_project_order() {
        let apps = [App::new("base", "a"), App::new("catalog", "b"), App::new("shop", "c")];
        let names = ["shop".to_owned(), "base".to_owned()];
        let chosen = chosen(&apps, Some(&names)).expect("both exist");
        assert_eq!(chosen.iter().map(App::name).collect::<Vec<_>>(), ["base", "shop"]);
        let error = super::chosen(&apps, Some(&["catlog".to_owned()])).expect_err("a typo");
        assert!(error.to_string().contains("did you mean `catalog`"), "{error}");
    }

    #[test]
    fn a_list_without_apps_is_refused() {
        let error = chosen(&[App::new("base", "a")], Some(&[])).expect_err("nothing would be served");
        assert!(error.to_string().contains("the list is empty"), "{error}");
    }

    #[test]
    fn a_dependency_that_was_narrowed_away_is_missing() {
        let project = Project::new("shop").apps([App::new("base", "a"), App::new("shop", "b").depends_on("base")]);
        let config = Config { apps: Some(vec!["shop".to_owned()]), ..Config::of("shop") };
        let error = compose(&project, &config).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("app `shop` needs app `base`"), "{error}");
        assert!(compose(&project, &Config::of("shop")).is_ok());
    }

    #[test]
    fn faults_of_keys_and_of_permissions_are_told_together() {
        let mut config = Config::of("shop");
        config.auth.permissions = Some(vec!["Jwt".to_owned(), "Oracle".to_owned()]);
        config.auth.keys = vec![super::super::settings::KeySource::file("nowhere.pem")];
        let faults = deciders(PermissionChain::default(), &config).err().expect("two faults");
        let [keys, permissions] = faults.faults() else { panic!("{faults}") };
        assert!(keys.starts_with("auth.keys: nowhere.pem cannot be read"), "{keys}");
        assert!(
            permissions.starts_with("permissions: there is no `Oracle`; there are InternalService"),
            "{permissions}"
        );
    }

    #[test]
    fn only_near_words_are_suggested() {
        assert_eq!(closest("prot", ["host", "port"].into_iter()), Some("port"));
        assert_eq!(closest("nonsense", ["host", "port"].into_iter()), None);
    }

    #[test]
    fn causes_are_told_once() {
        let error = Error::internal(std::io::Error::other("disk full"));
        assert_eq!(explained(&error), "disk full");
    }
}
