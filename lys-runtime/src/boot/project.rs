//! What a user writes in `main`.

use std::{ffi::OsString, fmt, sync::Arc};

use super::{Command, CommandCall, ExitCode, cli, command::RunFn};
use crate::{
    access::{Claims, Permission, PermissionChain},
    app::App,
    error::Result,
    subscription::PubSub,
};

/// A project: its name, its apps in order, and what it adds to them.
///
/// ```no_run
/// fn main() -> lys::ExitCode {
///     lys::Project::new("catalog").apps([/* catalog::app() */]).main()
/// }
/// ```
pub struct Project {
    pub(super) name: &'static str,
    pub(super) apps: Vec<App>,
    pub(super) chain: PermissionChain,
    pub(super) commands: Vec<Command>,
    pub(super) demos: Vec<(&'static str, Claims)>,
    pub(super) disabled: Vec<&'static str>,
    pub(super) preparations: Vec<RunFn>,
    pub(super) pub_sub: Option<Arc<dyn PubSub>>,
}

impl Project {
    /// A project without apps.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            apps: Vec::new(),
            chain: PermissionChain::default(),
            commands: Vec::new(),
            demos: Vec::new(),
            disabled: Vec::new(),
            preparations: Vec::new(),
            pub_sub: None,
        }
    }

    /// Adds apps; their order decides who overrides whom.
    #[must_use]
    pub fn apps(mut self, apps: impl IntoIterator<Item = App>) -> Self {
        self.apps.extend(apps);
        self
    }

    /// Who decides about access, instead of the usual chain and what was added to it.
    #[must_use]
    pub fn permissions(mut self, chain: PermissionChain) -> Self {
        self.chain = chain;
        self
    }

    /// Adds a permission of the project's own, asked after the others unless the setting `permissions` says another order.
    #[must_use]
    pub fn permission(mut self, permission: impl Permission) -> Self {
        self.chain = self.chain.with(permission);
        self
    }

    /// What carries the events of subscriptions, instead of queues inside the process: needed where several processes serve.
    #[must_use]
    pub fn pub_sub(mut self, pub_sub: impl PubSub) -> Self {
        self.pub_sub = Some(Arc::new(pub_sub));
        self
    }

    /// Adds a command.
    #[must_use]
    pub fn command(mut self, command: Command) -> Self {
        self.commands.push(command);
        self
    }

    /// Adds a demo account: in dev, `token --as <name>` prints a token with these claims. The first one stands in the examples
    /// that `serve` prints.
    #[must_use]
    pub fn demo(mut self, name: &'static str, claims: Claims) -> Self {
        self.demos.push((name, claims));
        self
    }

    /// Disables an operation: it stays in the schema and answers `UNKNOWN_WEBSERVICE`.
    #[must_use]
    pub fn disable(mut self, operation: &'static str) -> Self {
        self.disabled.push(operation);
        self
    }

    /// Runs `prepare` at every start, once the tables are there and before anything is served.
    #[must_use]
    pub fn prepare<F>(mut self, prepare: F) -> Self
    where
        F: AsyncFn(CommandCall) -> Result<()> + 'static,
    {
        self.preparations.push(Command::new("prepare", "").run(prepare).run);
        self
    }

    /// Runs the command line of the process.
    #[must_use]
    pub fn main(self) -> ExitCode {
        self.main_with(std::env::args_os())
    }

    /// Runs a command line, the program's name first.
    #[must_use]
    pub fn main_with(self, arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> ExitCode {
        cli::run(self, arguments)
    }
}

impl fmt::Debug for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Project").field("name", &self.name).field("apps", &self.apps).finish_non_exhaustive()
    }
}
