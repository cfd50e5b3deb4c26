//! Faults found at start-up, all of them together.

use std::fmt;

/// Why a project does not start. Every fault is listed, each naming the token to edit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StartError {
    faults: Vec<String>,
}

impl StartError {
    /// The faults, in the order they were found.
    #[must_use]
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    pub(crate) fn add(&mut self, fault: impl Into<String>) {
        let fault = fault.into();
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// One fault.
    #[must_use]
    pub fn of(fault: impl Into<String>) -> Self {
        Self { faults: vec![fault.into()] }
    }

    pub(crate) fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.faults.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.faults.len();
        writeln!(f, "the project does not start: {count} fault{}", if count == 1 { "" } else { "s" })?;
        for fault in &self.faults {
            writeln!(f, "  - {fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for StartError {}
