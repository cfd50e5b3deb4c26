//! What a selection set selects, and with which arguments.

use async_graphql::{
    Positioned,
    parser::types::{Directive, Field, Selection, SelectionSet},
};
use serde_json::{Map, Value};

use super::execute::Interpreter;

/// The fields of one response key.
pub struct Collected<'w> {
    pub key: &'w str,
    pub first: &'w Positioned<Field>,
    pub sets: Vec<&'w SelectionSet>,
}

impl<'w> Interpreter<'w> {
    pub(super) fn collect(&self, set: &'w SelectionSet, is_a: &dyn Fn(&str) -> bool, fields: &mut Vec<Collected<'w>>) {
        for selection in &set.items {
            if !selection.node.directives().iter().all(|directive| self.holds(directive)) {
                continue;
            }
            match &selection.node {
                Selection::Field(field) => {
                    let key = field.node.response_key().node.as_str();
                    let set = &field.node.selection_set.node;
                    match fields.iter_mut().find(|known| known.key == key) {
                        Some(known) => known.sets.push(set),
                        None => fields.push(Collected { key, first: field, sets: vec![set] }),
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref().map(|on| on.node.on.node.as_str());
                    if on.is_none_or(is_a) {
                        self.collect(&fragment.node.selection_set.node, is_a, fields);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = &self.document.fragments[&spread.node.fragment_name.node].node;
                    if is_a(&fragment.type_condition.node.on.node) {
                        self.collect(&fragment.selection_set.node, is_a, fields);
                    }
                }
            }
        }
    }

    fn holds(&self, directive: &Positioned<Directive>) -> bool {
        let condition = directive.node.get_argument("if").unwrap();
        let condition = self.value(&condition.node) == Some(Value::Bool(true));
        condition == (directive.node.name.node == "include")
    }

    /// What a value comes to. Fields of absent variables are absent.
    fn value(&self, value: &async_graphql_value::Value) -> Option<Value> {
        use async_graphql_value::Value as Literal;
        Some(match value {
            Literal::Variable(name) => self.variables.get(name.as_str())?.clone(),
            Literal::List(items) => items.iter().map(|item| self.value(item).unwrap_or_default()).collect(),
            Literal::Object(fields) => {
                let fields = fields.iter();
                fields.filter_map(|(name, value)| Some((name.to_string(), self.value(value)?))).collect()
            }
            other => other.clone().into_json().unwrap(),
        })
    }

    pub(super) fn arguments(&self, field: &Field) -> Map<String, Value> {
        let given = field.arguments.iter();
        given.filter_map(|(name, value)| Some((name.node.to_string(), self.value(&value.node)?))).collect()
    }
}
