//! Whose rows are: `owner = …`, `tenant(…)` and `scope = …`, read and checked.

use darling::{Error, Result, error::Accumulator};
use syn::{Attribute, Ident, Meta};

use super::{
    args::{EntityArgs, FieldPath},
    def::EntityDef,
    relation::RelationKind,
};
use crate::names;

/// An owner or tenant at the end of relations.
pub(super) struct RelatedScope {
    /// Conditions of the first relation.
    pub(super) cfg: Vec<Attribute>,
    /// Organization level; `None` for the owner.
    pub(super) level: Option<String>,
    /// The relations that lead there.
    pub(super) relations: Vec<Ident>,
    /// The column of where the last one leads.
    pub(super) column: Ident,
}

impl EntityDef<'_> {
    /// Reads the options of the entity that say whose its rows are.
    pub(super) fn read_scopes(&mut self, args: &EntityArgs, errors: &mut Accumulator) {
        if let Some(owner) = &args.owner {
            if owner.relations.is_empty() {
                self.owner = errors.handle(self.scope_column("owner", &owner.column));
            } else {
                let related = errors.handle(self.related_scope("owner", None, owner));
                self.related_scopes.extend(related);
            }
        }
        for (level, field) in &args.tenant.0 {
            let level = names::unraw(level);
            if field.relations.is_empty() {
                let column = errors.handle(self.scope_column("tenant", &field.column));
                self.tenants.extend(column.map(|column| (level, column)));
            } else {
                let related = errors.handle(self.related_scope("tenant", Some(level), field));
                self.related_scopes.extend(related);
            }
        }
    }

    /// The relation that `option = relation.field` begins with holds a key of this entity: what others hold may come and go.
    fn related_scope(&self, option: &str, level: Option<String>, field: &FieldPath) -> Result<RelatedScope> {
        let FieldPath { relations, column } = field;
        let Some(first) = relations.first() else { return Err(Error::custom("a relation")) };
        let name = names::unraw(first);
        let Some(relation) = self.relations.iter().find(|relation| relation.name == name) else {
            let text = format!(
                "`{option}`: this entity has no relation `{name}`; relations have the name of their `#[belongs_to]` key without `_id`"
            );
            return Err(Error::custom(text).with_span(first));
        };
        if !matches!(relation.kind, RelationKind::BelongsTo { .. }) {
            let text = format!(
                "`{option}`: `{name}` is no key of this entity, so it does not say whose a row is; go along a `#[belongs_to]`"
            );
            return Err(Error::custom(text).with_span(first));
        }
        let is_cfg = |attribute: &&Attribute| matches!(&attribute.meta, Meta::List(list) if list.path.is_ident("cfg"));
        let cfg = relation.attributes.iter().filter(is_cfg).cloned().collect();
        Ok(RelatedScope { cfg, level, relations: relations.clone(), column: column.clone() })
    }

    /// Whether rows may have an owner.
    pub(super) fn has_owner(&self) -> bool {
        let related = || self.related_scopes.iter().any(|scope| scope.level.is_none());
        self.owner.is_some() || related() || !self.scope_rules.is_empty()
    }

    /// Whether rows may belong to an organization.
    pub(super) fn has_tenant(&self) -> bool {
        let related = || self.related_scopes.iter().any(|scope| scope.level.is_some());
        !self.tenants.is_empty() || related() || !self.scope_rules.is_empty()
    }
}
