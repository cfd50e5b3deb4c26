//! Grants: what was decided on the guarded fields of a document, once for each field and before anything is loaded.

use super::{inspect::Inspection, plan::Plan};
use crate::{
    access::{Actor, Decision, Denial, PermissionChain},
    app::{Model, guards::Guarded},
    error::Result,
};

/// The decisions on guarded fields. What is not among them is denied.
#[derive(Default)]
pub(crate) struct Grants(Vec<(u16, Result<Decision>)>);

impl Grants {
    /// Decides on all guarded fields that `plan` may use.
    pub(super) fn decide(
        plan: &Plan,
        model: &Model,
        chain: &PermissionChain,
        actor: &Actor,
        inspection: Option<&Inspection>,
    ) -> Self {
        let decide = |guard: &u16| {
            let entry = model.guards.entry(*guard)?;
            let decision = match inspection {
                None => chain.authorize(actor, &entry.name, &entry.audience),
                Some(inspection) => inspection.decide_field(chain, actor, entry),
            };
            Some((*guard, decision))
        };
        Self(plan.guards.iter().filter_map(decide).collect())
    }

    /// Whether rows that `decision` lets through may show a guarded field.
    ///
    /// A right to the field of some rows is one where all rows at that place are such rows.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn check(&self, guarded: Guarded, decision: &Decision) -> Result<()> {
        match self.0.iter().find(|(guard, _)| *guard == guarded.guard) {
            Some((_, Ok(granted))) if granted.covers(decision, guarded.limited) => Ok(()),
            Some((_, Err(error))) => Err(error.again()),
            Some((_, Ok(_))) | None => Err(Denial::PERMISSION_DENIED.into()),
        }
    }
}
