//! Settings of the audit of `sensitive` entities.

/// Where records go beside the tracing target `lys::audit`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditSettings {
    /// `audit.table`: into the table `lys_audit`, which is made at the start; writes with their own transaction, reads after the answer.
    pub table: bool,
}
