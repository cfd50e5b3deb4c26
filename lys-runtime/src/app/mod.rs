//! Apps: units to install, made of modules; and their composition into one model.

mod registration;

pub use registration::{Component, Registration, Source};

/// An app: its name, the modules whose components it has, and what it needs.
#[derive(Debug, Clone)]
pub struct App {
    name: &'static str,
    root: &'static str,
    modules: Vec<&'static str>,
    dependencies: Vec<&'static str>,
}

impl App {
    /// An app whose components stand below the Rust module `root`. Made by `lys::app!`.
    #[must_use]
    pub fn new(name: &'static str, root: &'static str) -> Self {
        Self { name, root, modules: Vec::new(), dependencies: Vec::new() }
    }

    /// Adds the next module, by its path below the root.
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
}

/// The composed apps: immutable, checked as a whole.
pub struct Model {}

impl Model {
    /// The service registered last for the trait `S`.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` when no app has it.
    pub fn service<S: ?Sized + Send + Sync + 'static>(&self) -> crate::Result<std::sync::Arc<S>> {
        Err(crate::Error::internal(format!("no service {}", std::any::type_name::<S>())))
    }
}
