//! Conditions on relations, as `EXISTS`: no join, so no row comes twice.

use super::{
    condition::{Quantifier, Term},
    sql::SqlWriter,
};
use crate::{
    access::{Decision, scope::along},
    entity::{EntityDef, RelationKind},
};

impl SqlWriter {
    /// How many rows of a relation satisfy `term`, of those that `decision` sees: a row outside its scope is none, whatever is asked.
    pub(super) fn related(
        &mut self,
        entity: &EntityDef,
        alias: &str,
        (relation, quantifier, term): (u16, Quantifier, &Term),
        decision: &Decision,
    ) -> &mut Self {
        let relation = &entity.relations[usize::from(relation)];
        let target = (relation.target_definition)();
        let below = self.alias();
        // Inside the subquery a bare column would be the target's.
        let above = if alias.is_empty() { entity.table } else { alias };
        let counterexample;
        let term = match quantifier {
            Quantifier::Some | Quantifier::None => term,
            Quantifier::Every => {
                counterexample = Term::Not(Box::new(term.clone()));
                &counterexample
            }
        };
        self.push(if quantifier == Quantifier::Some { "EXISTS (" } else { "NOT EXISTS (" });
        self.push("SELECT 1 FROM ").name(target.table).push(" AS ").name(&below).push(" WHERE ");
        self.tied(entity, above, relation.kind, &target, &below).push(" AND ");
        self.condition(&target, &below, term, decision);
        self.within(" AND ", &target, &below, &along(decision, relation, &target)).push(")")
    }

    /// The row of `target` belongs to the row of `entity`.
    fn tied(
        &mut self,
        entity: &EntityDef,
        above: &str,
        kind: RelationKind,
        target: &EntityDef,
        below: &str,
    ) -> &mut Self {
        let (own, others) = match kind {
            RelationKind::BelongsTo { column } => (column, 0),
            RelationKind::HasMany { column } => (0, column),
        };
        let (own, others) = (entity.columns[usize::from(own)].name, target.columns[usize::from(others)].name);
        self.column(below, others).push(" = ").column(above, own)
    }
}
