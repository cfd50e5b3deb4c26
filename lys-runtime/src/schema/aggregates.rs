//! The types of aggregates.

use std::collections::HashMap;

use super::inputs::InputKind;
use crate::{
    app::{
        Model,
        aggregates::{AggregateColumn, NodeAggregates},
    },
    name::camel_case,
    output::TypeRef,
};

/// The field with the number of rows.
pub(crate) const COUNT: &str = "count";
/// The argument of `groups`.
pub(crate) const BY: &str = "by";

/// Name of the type of a node's aggregates.
pub(crate) fn aggregate_name(node: &str) -> String {
    format!("{node}Aggregate")
}

/// Name of the type of a node's groups.
pub(crate) fn group_name(node: &str) -> String {
    format!("{node}Group")
}

/// Name of the type of what the rows of a group share.
pub(crate) fn group_key_name(node: &str) -> String {
    format!("{node}GroupKey")
}

/// Name of the enum of what a node's rows can be grouped by.
pub(crate) fn group_by_name(node: &str) -> String {
    format!("{node}GroupBy")
}

/// Name of the type of a column's aggregates; columns that are alike share it.
pub(crate) fn column_name(column: &AggregateColumn) -> String {
    format!("Lys{}Aggregate", column.ty.name())
}

/// An object type.
pub(super) struct AggregateType {
    pub(super) name: String,
    pub(super) description: String,
    /// Name, type and description.
    pub(super) fields: Vec<(String, TypeRef, &'static str)>,
}

impl AggregateType {
    fn new(name: String, description: String, fields: Vec<(String, TypeRef, &'static str)>) -> Self {
        Self { name, description, fields }
    }

    /// What a column's values come to.
    fn of_column(column: &AggregateColumn) -> Self {
        let own = || TypeRef::named(column.ty.name().to_owned()).optional();
        let number = || TypeRef::named("Float").optional();
        let mut fields = vec![
            ("min".to_owned(), own(), "The smallest value; null where there is none."),
            ("max".to_owned(), own(), "The greatest value; null where there is none."),
        ];
        if column.is_number() {
            fields.push(("sum".to_owned(), number(), "The sum of the values; null where there is none."));
            fields.push(("avg".to_owned(), number(), "The average of the values; null where there is none."));
        }
        let description = format!("What values of `{}` come to. NULL is none of them.", column.ty.name());
        Self::new(column_name(column), description, fields)
    }

    /// The types of a node's aggregates.
    pub(super) fn of_node(node: &str, aggregates: &NodeAggregates) -> Vec<Self> {
        let mut types: Vec<Self> = aggregates.columns.iter().map(Self::of_column).collect();
        let number = (COUNT.to_owned(), TypeRef::named("Int"), "The number of rows.");
        let columns =
            aggregates.columns.iter().map(|column| (camel_case(column.name), TypeRef::named(column_name(column)), ""));
        let fields = std::iter::once(number).chain(columns).collect();
        types.push(Self::new(aggregate_name(node), format!("What rows of `{node}` come to."), fields));
        if !aggregates.groups.is_empty() {
            let shared = aggregates.groups.iter().map(|column| {
                let ty = TypeRef::named(column.ty.name().to_owned()).optional();
                (camel_case(column.name), ty, "")
            });
            let description = "What the rows of a group share; null for what they are not grouped by.";
            types.push(Self::new(group_key_name(node), description.to_owned(), shared.collect()));
            let fields = vec![
                ("key".to_owned(), TypeRef::named(group_key_name(node)), "What the rows share."),
                ("aggregate".to_owned(), TypeRef::named(aggregate_name(node)), "What they come to."),
            ];
            types.push(Self::new(group_name(node), format!("Rows of `{node}` that share something."), fields));
        }
        types
    }

    /// The fields of a node's connection that lead to them.
    pub(super) fn connection_fields(
        node: &str,
        aggregates: &NodeAggregates,
    ) -> Vec<(&'static str, TypeRef, &'static str)> {
        let aggregate = TypeRef::named(aggregate_name(node));
        let mut fields = vec![("aggregate", aggregate, "What all rows of the list come to, whatever the page.")];
        if !aggregates.groups.is_empty() {
            let text = "The same for each group of rows, in the order of what they share.";
            fields.push(("groups", TypeRef::list(TypeRef::named(group_name(node))), text));
        }
        fields
    }
}

/// The type of the argument `by`.
pub(crate) fn by_type(node: &str) -> TypeRef {
    TypeRef::list(TypeRef::named(group_by_name(node)))
}

/// Adds the enums of what rows can be grouped by.
pub(super) fn declare(model: &Model, kinds: &mut HashMap<String, InputKind>) {
    for (node, aggregates) in &model.aggregates {
        if !aggregates.groups.is_empty() {
            let values = aggregates.groups.iter().map(AggregateColumn::choice).collect();
            kinds.insert(group_by_name(node), InputKind::Enum(values));
        }
    }
}

/// Every type that aggregates add to the schema, and what it is.
pub(crate) fn type_names(model: &Model) -> Vec<(String, String)> {
    let mut names = Vec::new();
    for (node, aggregates) in &model.aggregates {
        let what = format!("the aggregates of `{node}`");
        let own = AggregateType::of_node(node, aggregates).into_iter().skip(aggregates.columns.len());
        names.extend(own.map(|ty| (ty.name, what.clone())));
        if !aggregates.groups.is_empty() {
            names.push((group_by_name(node), what));
        }
    }
    let columns = model.aggregates.values().flat_map(|aggregates| &aggregates.columns).map(column_name);
    let shared: std::collections::BTreeSet<String> = columns.collect();
    names.extend(shared.into_iter().map(|name| (name, "lys".to_owned())));
    names
}
