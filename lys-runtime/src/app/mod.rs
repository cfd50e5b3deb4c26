//! Apps: units to install, made of modules; and their composition into one checked model.
//!
//! `registration` collects what macros left behind, `compose` folds the apps in order (last registered wins), `checks` validates
//! the whole, `model` is the immutable result that everything else reads.

pub(crate) mod aggregates;
mod checks;
mod compose;
pub(crate) mod filters;
pub(crate) mod getters;
pub(crate) mod guards;
mod implicit;
mod model;
mod orders;
mod registration;
mod shown;
pub(crate) mod sorts;
mod start_error;

pub use guards::GuardEntry;
pub use model::{EndpointEntry, EntityEntry, Model, NodeEntry, OperationEntry};
pub use registration::{Component, Registration, Source};
pub use start_error::StartError;

use crate::{access::AccessLevel, fixture::Fixture, operation::PublicType};

/// An app: its name, the modules whose components it has, and what it needs. Made by `lys::app!`.
#[derive(Debug, Clone)]
pub struct App {
    pub(crate) name: &'static str,
    pub(crate) root: &'static str,
    pub(crate) modules: Vec<&'static str>,
    pub(crate) dependencies: Vec<&'static str>,
    pub(crate) adjustments: Vec<Adjustment>,
    pub(crate) fixtures: Vec<Fixture>,
}

/// Changed metadata of an earlier app's operation; checked again like a new one.
#[derive(Debug, Clone)]
pub(crate) struct Adjustment {
    pub(crate) operation: &'static str,
    pub(crate) change: Change,
}

#[derive(Debug, Clone)]
pub(crate) enum Change {
    Levels(Vec<&'static str>),
    Public(Option<PublicType>),
    Licensed(bool),
    Enabled(bool),
}

impl App {
    /// An app whose components stand below the Rust module `root`.
    #[must_use]
    pub fn new(name: &'static str, root: &'static str) -> Self {
        Self {
            name,
            root,
            modules: Vec::new(),
            dependencies: Vec::new(),
            adjustments: Vec::new(),
            fixtures: Vec::new(),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Adds the next module, by its path below the root. An app without modules has everything below its root.
    #[must_use]
    pub fn module(mut self, module: &'static str) -> Self {
        self.modules.push(module);
        self
    }

    /// Needs another app, which must come before.
    #[must_use]
    pub fn depends_on(mut self, app: &'static str) -> Self {
        self.dependencies.push(app);
        self
    }

    /// Ships rows: loaded at start, in the order of apps and of these calls.
    #[must_use]
    pub fn fixture(mut self, fixture: Fixture) -> Self {
        self.fixtures.push(fixture);
        self
    }

    /// Opens an operation to exactly one level instead of its own ones; call again for more.
    #[must_use]
    pub fn open_to<L: AccessLevel>(mut self, operation: &'static str) -> Self {
        let known = self.adjustments.iter_mut().find_map(|adjustment| match &mut adjustment.change {
            Change::Levels(levels) if adjustment.operation == operation => Some(levels),
            _ => None,
        });
        match known {
            Some(levels) => levels.push(L::ID),
            None => return self.adjust(operation, Change::Levels(vec![L::ID])),
        }
        self
    }

    /// Makes an operation public, or private with `None`.
    #[must_use]
    pub fn publish(self, operation: &'static str, public: Option<PublicType>) -> Self {
        self.adjust(operation, Change::Public(public))
    }

    /// Sets whether an operation needs a licence.
    #[must_use]
    pub fn license(self, operation: &'static str, licensed: bool) -> Self {
        self.adjust(operation, Change::Licensed(licensed))
    }

    /// Disables an operation: it stays in the schema and answers `UNKNOWN_WEBSERVICE`.
    #[must_use]
    pub fn disable(self, operation: &'static str) -> Self {
        self.adjust(operation, Change::Enabled(false))
    }

    fn adjust(mut self, operation: &'static str, change: Change) -> Self {
        self.adjustments.push(Adjustment { operation, change });
        self
    }

    /// Place of `module` in this app's order, if the app has it.
    pub(crate) fn place_of(&self, module: &str) -> Option<usize> {
        let below = module.strip_prefix(self.root)?;
        let below = if below.is_empty() { "" } else { below.strip_prefix("::")? };
        if self.modules.is_empty() || below.is_empty() {
            return Some(0);
        }
        self.modules
            .iter()
            .position(|module| below.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::")))
            .map(|place| place + 1)
    }

    /// Whether `module` stands below this app's root.
    pub(crate) fn holds(&self, module: &str) -> bool {
        module.strip_prefix(self.root).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    }
}
