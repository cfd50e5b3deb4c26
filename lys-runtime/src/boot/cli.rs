//! The command line: `serve` and its siblings, and the project's own commands.

use std::{ffi::OsString, sync::Arc, time::Instant};

use std::io::{IsTerminal as _, Write as _};

use clap::{Arg, ArgMatches, Command as Clap, value_parser};
use tracing_subscriber::{
    EnvFilter, Layer as _, filter::filter_fn, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use super::{
    Command, CommandCall, ExitCode, Project, Started,
    access_table::access_table,
    config::{Config, Sources},
    explain::{self, Explanation},
    serve,
    settings::TokenMode,
    signing,
    start::{self, Opening},
    tokens,
};
use crate::{
    access::{MemoryRevocations, Sessions, audit},
    app::{Model, StartError},
    schema,
};

/// Runs a command line; what went wrong is on standard error.
pub(super) fn run(project: Project, arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> ExitCode {
    let started = Instant::now();
    let matches = match commands(&project).try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            // Help and version are errors of clap too, with code 0.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match dispatch(project, &matches, started) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(project: Project, matches: &ArgMatches, started: Instant) -> Result<(), StartError> {
    if let Some(("keys", matches)) = matches.subcommand() {
        // Where settings name keys that are not there yet, too.
        return signing::generate(matches);
    }
    let config = configured(&project, matches)?;
    log(&config);
    match matches.subcommand() {
        None | Some(("serve", _)) => serve::serve(project, config, started),
        Some(("schema", _)) => print_schema(&project, &config),
        Some(("access", _)) => printed(&access_table(&start::compose(&project, &config)?)),
        Some(("explain", matches)) => explain(project, config, matches),
        Some(("token", matches)) => token(project, config, matches.get_one::<String>("as")),
        Some((name, matches)) => run_own(project, config, name, matches),
    }
}

fn configured(project: &Project, matches: &ArgMatches) -> Result<Config, StartError> {
    let mut sources = Sources::of_process()?;
    let given = |argument: &str| matches.try_get_one::<String>(argument).ok().flatten().cloned();
    // Given after a subcommand, they stand in its matches.
    let inner = matches.subcommand().map(|(_, matches)| matches);
    for argument in ["host", "port"] {
        let inside = inner.and_then(|matches| matches.try_get_one::<String>(argument).ok().flatten().cloned());
        if let Some(value) = inside.or_else(|| given(argument)) {
            sources.command_line.push((argument, value));
        }
    }
    Config::load(project.name, &sources)
}

fn print_schema(project: &Project, config: &Config) -> Result<(), StartError> {
    let model = Arc::new(start::compose(project, config)?);
    let inputs = Arc::new(schema::InputTable::of(&model));
    printed(&format!("{}\n", schema::sdl(&schema::build(&model, &inputs, true, false)).trim_end()))
}

/// Prints; a reader who has seen enough (`| head`) is no failure.
fn printed(text: &str) -> Result<(), StartError> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(StartError::of(format!("cannot print: {error}")))
        }
        _ => Ok(()),
    }
}

fn run_own(project: Project, config: Config, name: &str, matches: &ArgMatches) -> Result<(), StartError> {
    let model = start::compose(&project, &config)?;
    let command = project.commands.iter().find(|command| command.clap.get_name() == name).cloned();
    let Some(Command { run, .. }) = command else { return Err(StartError::of(format!("no command `{name}`"))) };
    opened(project, model, config, async |started| {
        let call = CommandCall { started: Arc::clone(started), matches: matches.clone() };
        run(call).await.map_err(|error| start::fault(name, &error))
    })
}

/// Tokens of demo accounts: signed ones need no database.
fn token(project: Project, config: Config, account: Option<&String>) -> Result<(), StartError> {
    tokens::check(&config)?;
    let demos = project.demos.clone();
    if config.auth.tokens == TokenMode::Opaque {
        let model = start::compose(&project, &config)?;
        return opened(project, model, config, async |started| {
            tokens::print(&demos, started.sessions(), account).await
        });
    }
    let tokens = Arc::new(signing::tokens(&config)?);
    let sessions = Sessions::signed(tokens, Arc::new(MemoryRevocations::default()));
    actix_web::rt::System::new().block_on(tokens::print(&demos, &sessions, account))
}

fn explain(project: Project, config: Config, matches: &ArgMatches) -> Result<(), StartError> {
    let model = start::compose(&project, &config)?;
    let explanation = Explanation::of(matches, &config, &signing::tokens(&config)?, &project.demos)?;
    opened(project, model, config, async |started| printed(&explanation.tree(started).await?))
}

/// Opens the project, works and closes it.
fn opened(
    project: Project,
    model: Model,
    config: Config,
    work: impl AsyncFnOnce(&Arc<Started>) -> Result<(), StartError>,
) -> Result<(), StartError> {
    let opening = Opening {
        name: project.name,
        chain: project.chain,
        preparations: project.preparations,
        pub_sub: project.pub_sub,
    };
    actix_web::rt::System::new().block_on(async {
        let started = start::open(opening, model, config).await?;
        let worked = work(&started).await;
        let closed = started.database().close().await.map_err(|error| start::fault("closing the database", &error));
        worked.and(closed)
    })
}

/// Sets up what is logged.
fn log(config: &Config) {
    let directives = config.log.as_deref().unwrap_or_else(|| config.environment.log_filter());
    // A second project in the process logs where the first does.
    let _ = subscriber(directives, std::io::stderr, std::io::stderr().is_terminal()).try_init();
}

/// `LYS_LOG` or `log` takes `tracing` directives. Logs go to standard error, so that output can be piped. Audit records have a layer of
/// their own, which no directive silences.
fn subscriber<W>(directives: &str, writer: W, colours: bool) -> impl tracing::Subscriber + Send + Sync
where
    W: for<'w> tracing_subscriber::fmt::MakeWriter<'w> + Clone + Send + Sync + 'static,
{
    let is_audit = |metadata: &tracing::Metadata<'_>| metadata.target() == audit::TARGET;
    let log = tracing_subscriber::fmt::layer().with_ansi(colours).with_writer(writer.clone());
    let records = tracing_subscriber::fmt::layer().with_ansi(colours).with_writer(writer);
    tracing_subscriber::registry()
        .with(log.with_filter(EnvFilter::new(directives)).with_filter(filter_fn(move |metadata| !is_audit(metadata))))
        .with(records.with_filter(filter_fn(is_audit)))
}

fn commands(project: &Project) -> Clap {
    Clap::new(project.name)
        .about(format!("The {} server. Without a command it serves.", project.name))
        .after_help(AFTER_HELP)
        .arg(Arg::new("host").long("host").value_name("ADDRESS").global(true).help("Address to listen on [127.0.0.1]"))
        .arg(
            Arg::new("port")
                .long("port")
                .value_name("PORT")
                .global(true)
                .help("Port to listen on; 0 takes a free one [8000]"),
        )
        .subcommand(
            Clap::new("serve").visible_alias("run").about("Creates tables and fixtures, then serves GraphQL (default)"),
        )
        .subcommand(Clap::new("schema").about("Prints the GraphQL schema in SDL"))
        .subcommand(Clap::new("access").about("Prints who may call what: every operation and endpoint with its levels"))
        .subcommand(explain::command())
        .subcommand(signing::command())
        .subcommand(Clap::new("token").about("Prints a token of a demo account, or lists the accounts (dev only)").arg(
            Arg::new("as").long("as").value_name("ACCOUNT").value_parser(value_parser!(String)).help("Which account"),
        ))
        .subcommands(project.commands.iter().map(|command| command.clap.clone()))
}

const AFTER_HELP: &str = "\
Settings come from the command line, then the environment, then lys.toml:
  LYS_ENV              dev (default), demo, preprod or prod
  LYS_SECRET_KEY       at least 32 bytes; in dev one is made and kept in .lys/secret
  LYS_DATABASE__URL    default sqlite://.lys/<project>.db
  LYS_HOST, LYS_PORT   where to listen
  LYS_APPS             only these apps of the project, separated by commas
  LYS_LOG              what to log, e.g. info or lys=debug

Exit codes: 0 done, 1 failed, 2 wrong usage.";

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex, PoisonError},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Whatever is logged in production, and whatever an operator writes: audit records are told, once.
    #[test]
    fn no_log_level_silences_the_audit() {
        for directives in ["error", "off", "lys::audit=off", "info", "lys=error,lys::audit=error", ""] {
            let lines = Lines::default();
            let to_lines = lines.clone();
            tracing::subscriber::with_default(subscriber(directives, move || to_lines.clone(), false), || {
                tracing::info!(target: audit::TARGET, "a record");
                tracing::debug!(target: "lys::execute", "a detail");
            });
            let text = lines.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let text = String::from_utf8_lossy(&text).into_owned();
            assert_eq!(text.matches("a record").count(), 1, "{directives}: {text}");
            assert!(!text.contains("a detail"), "{directives}: {text}");
        }
    }
}
