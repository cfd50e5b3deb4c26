//! Input types by name: what the coercion of values reads.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::order_name;
use crate::{app::Model, name::camel_case, operation::OrderKeyDef, output::TypeRef};

/// An input type.
#[derive(Debug, Clone)]
pub(crate) enum InputKind {
    /// A built-in scalar.
    Scalar(Scalar),
    /// An enum with these values.
    Enum(Vec<String>),
    /// An input object.
    Object {
        /// Fields by `camelCase` name.
        fields: IndexMap<String, InputField>,
        /// Exactly one field must be given.
        one_of: bool,
        /// Doc comment.
        description: String,
    },
}

/// A field of an input object.
#[derive(Debug, Clone)]
pub(crate) struct InputField {
    pub(crate) ty: TypeRef,
    pub(crate) description: String,
}

/// Built-in scalars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scalar {
    Int,
    Float,
    String,
    Boolean,
    Id,
    DateTime,
    Date,
    Json,
    /// In a schema that takes files.
    Upload,
}

impl Scalar {
    pub(crate) const ALL: [(&'static str, Self); 8] = [
        ("Int", Self::Int),
        ("Float", Self::Float),
        ("String", Self::String),
        ("Boolean", Self::Boolean),
        ("ID", Self::Id),
        ("DateTime", Self::DateTime),
        ("Date", Self::Date),
        ("JSON", Self::Json),
    ];
}

/// All input types of a model.
#[derive(Debug, Default)]
pub(crate) struct InputTable {
    kinds: HashMap<String, InputKind>,
}

impl InputTable {
    /// The input types of `model`.
    pub(crate) fn of(model: &Model) -> Self {
        let mut kinds: HashMap<String, InputKind> = HashMap::new();
        for (name, scalar) in Scalar::ALL {
            kinds.insert(name.to_owned(), InputKind::Scalar(scalar));
        }
        if model.inputs.uploads {
            kinds.insert("Upload".to_owned(), InputKind::Scalar(Scalar::Upload));
        }
        for definition in model.inputs.enums.values() {
            let values = definition.values.iter().map(|value| value.name.to_owned()).collect();
            kinds.insert(definition.name.to_owned(), InputKind::Enum(values));
        }
        for definition in model.inputs.objects.values() {
            let fields = definition.fields.iter().map(|field| {
                (camel_case(field.name), InputField { ty: field.ty.clone(), description: field.description.to_owned() })
            });
            let description = definition.description.to_owned();
            let object = InputKind::Object { fields: fields.collect(), one_of: false, description };
            kinds.insert(definition.name.to_owned(), object);
        }
        for (node, keys) in &model.orders {
            kinds.insert(order_name(node), order(keys));
        }
        for (name, node, field) in model.own_orders() {
            if let Some((_, keys)) = model.order_of(node, field) {
                kinds.insert(name, order(keys));
            }
        }
        for filter in model.filters.values() {
            super::filters::declare(filter, &mut kinds);
        }
        super::aggregates::declare(model, &mut kinds);
        for sorting in model.sorts.values() {
            super::sorts::declare(&sorting.input, &mut kinds);
        }
        Self { kinds }
    }

    /// The input type called `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&InputKind> {
        self.kinds.get(name)
    }

    /// All input objects and enums, sorted by name.
    pub(crate) fn named(&self) -> Vec<(&str, &InputKind)> {
        let mut named: Vec<(&str, &InputKind)> = self
            .kinds
            .iter()
            .filter(|(_, kind)| !matches!(kind, InputKind::Scalar(_)))
            .map(|(name, kind)| (name.as_str(), kind))
            .collect();
        named.sort_by_key(|(name, _)| *name);
        named
    }
}

/// One of these keys, ascending or descending.
fn order(keys: &[OrderKeyDef]) -> InputKind {
    let fields = keys.iter().map(|key| {
        let ty = TypeRef::named("Boolean").optional();
        (camel_case(key.name), InputField { ty, description: String::new() })
    });
    InputKind::Object { fields: fields.collect(), one_of: true, description: String::new() }
}
