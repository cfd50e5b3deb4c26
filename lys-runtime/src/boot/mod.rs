//! Boot: from a list of apps to a running process.
//!
//! [`Project`] is what a user writes. [`config`] gathers settings from file, environment and command line; `start` composes the
//! apps, opens the database and builds the engine; `command` and `cli` are the command line; `serve` listens. All faults of a
//! start are reported together.

mod access_table;
mod cli;
mod command;
pub mod config;
mod environment;
mod explain;
mod project;
mod sample;
pub mod secret;
mod serve;
pub mod settings;
mod start;
mod tokens;

pub use access_table::access_table;
pub use command::{Command, CommandCall};
pub use project::Project;
pub use start::Started;

/// What `main` returns: 0, 1 for a failure, 2 for a mistake on the command line.
pub type ExitCode = std::process::ExitCode;
