//! Groups of settings, each in a file of its own; `boot::config` reads them.

mod audit;

pub use audit::AuditSettings;
