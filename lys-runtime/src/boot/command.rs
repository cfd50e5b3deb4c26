//! Commands that a project adds to its command line.

use std::{fmt, sync::Arc};

use clap::{Arg, ArgMatches};
use futures_util::future::LocalBoxFuture;

use super::Started;
use crate::error::Result;

pub(super) type RunFn = Arc<dyn Fn(CommandCall) -> LocalBoxFuture<'static, Result<()>>>;

/// A command of the project, beside `serve` and the others.
///
/// ```
/// use lys::{Command, clap::Arg};
///
/// let command = Command::new("greet", "Greets somebody")
///     .arg(Arg::new("name").long("name").default_value("world"))
///     .run(async |call| {
///         println!("hello {}", call.get::<String>("name")?);
///         Ok(())
///     });
/// ```
#[derive(Clone)]
pub struct Command {
    pub(super) clap: clap::Command,
    pub(super) run: RunFn,
}

impl Command {
    /// A command that does nothing yet.
    #[must_use]
    pub fn new(name: &'static str, about: &'static str) -> Self {
        Self { clap: clap::Command::new(name).about(about), run: Arc::new(|_| Box::pin(async { Ok(()) })) }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: Arg) -> Self {
        self.clap = self.clap.arg(arg);
        self
    }

    /// What it does, on the opened project: tables exist, nothing is served.
    #[must_use]
    pub fn run<F>(mut self, run: F) -> Self
    where
        F: AsyncFn(CommandCall) -> Result<()> + 'static,
    {
        let run = Arc::new(run);
        self.run = Arc::new(move |call| {
            let run = Arc::clone(&run);
            Box::pin(async move { run(call).await })
        });
        self
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Command").field("name", &self.clap.get_name()).finish_non_exhaustive()
    }
}

/// A command at work: the opened project and the arguments.
#[derive(Clone)]
pub struct CommandCall {
    pub(super) started: Arc<Started>,
    pub(super) matches: ArgMatches,
}

impl CommandCall {
    /// The value of an argument that has one.
    ///
    /// # Errors
    /// When the argument is absent, unknown or of another type.
    pub fn get<T: Clone + Send + Sync + 'static>(&self, argument: &str) -> Result<T> {
        self.find(argument)?.ok_or_else(|| crate::Error::internal(format!("the argument `{argument}` is missing")))
    }

    /// The value of an argument, if it was given.
    ///
    /// # Errors
    /// When the argument is unknown or of another type.
    pub fn find<T: Clone + Send + Sync + 'static>(&self, argument: &str) -> Result<Option<T>> {
        Ok(self.matches.try_get_one::<T>(argument).map_err(crate::Error::internal)?.cloned())
    }

    /// All arguments.
    #[must_use]
    pub fn matches(&self) -> &ArgMatches {
        &self.matches
    }
}

/// A call reaches everything of the opened project.
impl std::ops::Deref for CommandCall {
    type Target = Started;

    fn deref(&self) -> &Started {
        &self.started
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn named(_: CommandCall) -> Result<()> {
        Ok(())
    }

    #[test]
    fn functions_and_closures_are_commands() {
        let _ = Command::new("a", "A").run(named);
        let _ = Command::new("b", "B").run(async |call| call.get::<String>("x").map(drop));
    }
}
