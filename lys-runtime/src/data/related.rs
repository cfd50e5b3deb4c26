//! Conditions on relations, as `EXISTS`: no join, so no row comes twice; and the number of their rows.

use super::{
    condition::{Quantifier, Term},
    sql::SqlWriter,
};
use crate::{
    access::{Decision, scope::along},
    entity::{EntityDef, Join, RelationDef},
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
        self.push(if quantifier == Quantifier::Some { "EXISTS (SELECT 1" } else { "NOT EXISTS (SELECT 1" });
        self.rows_of((entity, above), relation, (&target, &below), decision);
        self.push(" AND ").condition(&target, &below, term, decision);
        self.within(" AND ", &target, &below, &along(decision, relation, &target)).push(")")
    }

    /// `(SELECT COUNT(*) …)`: the number of rows of a relation that `decision` sees.
    pub(crate) fn number_of(
        &mut self,
        (entity, above): (&EntityDef, &str),
        relation: &RelationDef,
        decision: &Decision,
    ) -> &mut Self {
        let target = (relation.target_definition)();
        let below = self.alias();
        self.push("(SELECT COUNT(*)");
        self.rows_of((entity, above), relation, (&target, &below), decision);
        self.within(" AND ", &target, &below, &along(decision, relation, &target)).push(")")
    }

    /// ` FROM … WHERE …`: the rows of a relation, whose own scope is still to be added.
    fn rows_of(
        &mut self,
        (entity, above): (&EntityDef, &str),
        relation: &RelationDef,
        (target, below): (&EntityDef, &str),
        decision: &Decision,
    ) {
        self.push(" FROM ").name(target.table).push(" AS ").name(below);
        let Some(through) = &relation.through else {
            self.push(" WHERE ").tied((entity, above), (target, below), &relation.on);
            return;
        };
        let (link, between) = ((through.definition)(), self.alias());
        self.push(" JOIN ").name(link.table).push(" AS ").name(&between).push(" ON ");
        self.tied((&link, &between), (target, below), &through.on);
        self.within(" AND ", &link, &between, &along(decision, relation, &link)).push(" WHERE ");
        self.tied((entity, above), (&link, &between), &relation.on);
    }

    /// The far row belongs to the near one.
    pub(crate) fn tied(
        &mut self,
        (near, above): (&EntityDef, &str),
        (far, below): (&EntityDef, &str),
        on: &[Join],
    ) -> &mut Self {
        for (index, join) in on.iter().enumerate() {
            if index > 0 {
                self.push(" AND ");
            }
            self.column(below, far.columns[usize::from(join.there)].name).push(" = ");
            self.column(above, near.columns[usize::from(join.here)].name);
        }
        self
    }
}
