//! What is on at a start of the engine.

use crate::data::Consistency;

/// What is on at this start; from the configuration.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct EngineOptions {
    /// Answer `__schema` and `__type`.
    pub introspection: bool,
    /// "Did you mean …" in validation errors.
    pub suggestions: bool,
    /// Causes of internal errors in answers: dev only.
    pub expose_causes: bool,
    /// `extensions.plan` for requests that ask for it: dev only.
    pub plans: bool,
    /// Deepest selection; root fields are at depth 0.
    pub depth_limit: usize,
    /// Most aliases in a document.
    pub alias_limit: usize,
    /// How often an entity may occur on one path through the document.
    pub cycle_limit: usize,
    /// Most rows that a document may read, as estimated before it runs.
    pub cost_limit: u64,
    /// What a list without paging counts in that estimate, for each row above it.
    pub list_rows: u32,
    /// Largest page (`relay_max_results`).
    pub max_page: u32,
    /// Most ids that `nodes` takes.
    pub max_ids: u32,
    /// Most rows that a relation may give for all rows above it together.
    pub max_rows: u32,
    /// Most bytes of an answer.
    pub max_answer_bytes: usize,
    /// Bytes that cached plans may take.
    pub plan_cache_bytes: u64,
    /// Whether all that a query reads is of one moment, unless its operations say otherwise.
    pub consistency: Consistency,
    /// Most connections that one request reads on at the same time.
    pub lanes: usize,
    /// Records of sensitive rows are rows of the table `lys_audit`, too.
    pub audit_table: bool,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            introspection: false,
            suggestions: false,
            expose_causes: false,
            plans: false,
            depth_limit: 10,
            alias_limit: 10,
            cycle_limit: 5,
            cost_limit: 100_000,
            list_rows: 20,
            max_page: 100,
            max_ids: 100,
            max_rows: 10_000,
            max_answer_bytes: 16 << 20,
            plan_cache_bytes: 16 << 20,
            consistency: Consistency::Statement,
            lanes: 4,
            audit_table: false,
        }
    }
}
