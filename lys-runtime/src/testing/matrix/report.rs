//! What came of a matrix.

use std::fmt;

/// What came of an access matrix: how many cases each operation had, and where the project did otherwise than the matrix expects.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct MatrixReport {
    pub(super) operations: Vec<OperationReport>,
    pub(super) faults: Vec<String>,
    pub(super) left_out: Vec<(String, String)>,
}

/// The cases of one operation.
#[derive(Debug, Clone, Default)]
pub(super) struct OperationReport {
    pub(super) name: String,
    pub(super) kind: &'static str,
    /// Refused as they should be, with nothing changed.
    pub(super) refused: usize,
    /// Let through as they should be, with exactly their rows.
    pub(super) allowed: usize,
}

impl MatrixReport {
    /// How many cases were asked.
    #[must_use]
    pub fn cases(&self) -> usize {
        self.operations.iter().map(|operation| operation.refused + operation.allowed).sum::<usize>() + self.faults.len()
    }

    /// Where the project did otherwise than expected: the operation, who asked, and what came.
    #[must_use]
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// Fails when there is a fault, or no case at all.
    ///
    /// # Panics
    /// With all faults.
    pub fn assert_holds(&self) {
        assert!(self.cases() > 0, "the access matrix of this project has no case");
        assert!(self.faults.is_empty(), "{} faults of access:\n{}", self.faults.len(), self.faults.join("\n"));
    }
}

/// A line for each operation.
impl fmt::Display for MatrixReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.operations.iter().map(|operation| operation.name.len()).max().unwrap_or(0).max(9);
        writeln!(f, "{:width$}  KIND          REFUSED  ALLOWED", "OPERATION")?;
        for OperationReport { name, kind, refused, allowed } in &self.operations {
            writeln!(f, "{name:width$}  {kind:12}  {refused:7}  {allowed:7}")?;
        }
        for (name, reason) in &self.left_out {
            writeln!(f, "{name:width$}  left out: {reason}")?;
        }
        writeln!(f, "{} cases, {} faults", self.cases(), self.faults.len())
    }
}
