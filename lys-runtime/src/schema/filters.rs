//! The input types of filters.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::inputs::{InputField, InputKind};
use crate::{
    app::filters::{FilterInput, FilterKind, OperatorInput},
    connection::Operators,
    data::condition::{Operator, Place, Quantifier, TextMatch},
    name::camel_case,
    output::TypeRef,
};

/// Joins filters of the same rows.
pub(crate) const AND: &str = "and";
/// Joins filters of which one suffices.
pub(crate) const OR: &str = "or";
/// Turns a filter round.
pub(crate) const NOT: &str = "not";

/// How many rows of a list satisfy a filter.
pub(crate) const QUANTIFIERS: [(&str, Quantifier, &str); 3] = [
    ("some", Quantifier::Some, "At least one row matches."),
    ("none", Quantifier::None, "No row matches."),
    ("every", Quantifier::Every, "All rows match, as those of an empty list do."),
];

/// One thing to ask of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    Compare(Operator),
    In,
    NotIn,
    Text(TextMatch),
    IsNull,
}

const EQUALITY: &[(&str, Question)] =
    &[("eq", Question::Compare(Operator::Equal)), ("ne", Question::Compare(Operator::NotEqual))];
const CHOICE: &[(&str, Question)] = &[("in", Question::In), ("not_in", Question::NotIn)];
const ORDER: &[(&str, Question)] = &[
    ("lt", Question::Compare(Operator::Less)),
    ("lte", Question::Compare(Operator::LessOrEqual)),
    ("gt", Question::Compare(Operator::Greater)),
    ("gte", Question::Compare(Operator::GreaterOrEqual)),
];
const TEXT: &[(&str, Question)] = &[
    ("contains", text(Place::Anywhere, false)),
    ("starts_with", text(Place::Start, false)),
    ("ends_with", text(Place::End, false)),
    ("contains_ci", text(Place::Anywhere, true)),
    ("starts_with_ci", text(Place::Start, true)),
    ("ends_with_ci", text(Place::End, true)),
];
const NULL: &[(&str, Question)] = &[("is_null", Question::IsNull)];

const fn text(place: Place, any_case: bool) -> Question {
    Question::Text(TextMatch { place, any_case })
}

impl OperatorInput {
    /// What may be asked, by `snake_case` name.
    pub(crate) fn questions(&self) -> impl Iterator<Item = (&'static str, Question)> {
        let nothing: &[_] = &[];
        let groups = match self.operators {
            Operators::Equality => [EQUALITY, nothing, nothing, nothing],
            Operators::Choice => [EQUALITY, CHOICE, nothing, nothing],
            Operators::Order => [EQUALITY, CHOICE, ORDER, nothing],
            Operators::Text => [EQUALITY, CHOICE, ORDER, TEXT],
        };
        let null = if self.nullable { NULL } else { nothing };
        groups.into_iter().chain([null]).flatten().copied()
    }

    fn declare(&self, kinds: &mut HashMap<String, InputKind>) {
        let fields = self.questions().map(|(name, question)| {
            let ty = match question {
                Question::Compare(_) | Question::Text(_) => self.ty.clone(),
                Question::In | Question::NotIn => TypeRef::list(self.ty.clone()),
                Question::IsNull => TypeRef::named("Boolean"),
            };
            (camel_case(name), field(ty, describe(question)))
        });
        let description = "Everything that is given must hold. NULL is neither equal to a value nor different from it.";
        kinds.insert(self.name(), object(fields.collect(), description));
    }
}

fn describe(question: Question) -> &'static str {
    match question {
        Question::Compare(Operator::Equal) => "Is equal to this.",
        Question::Compare(Operator::NotEqual) => "Is different from this.",
        Question::Compare(Operator::Less) => "Is less than this.",
        Question::Compare(Operator::LessOrEqual) => "Is less than this or equal.",
        Question::Compare(Operator::Greater) => "Is greater than this.",
        Question::Compare(Operator::GreaterOrEqual) => "Is greater than this or equal.",
        Question::In => "Is equal to one of these.",
        Question::NotIn => "Is different from all of these.",
        Question::Text(TextMatch { place: Place::Anywhere, any_case: false }) => "Contains this text.",
        Question::Text(TextMatch { place: Place::Start, any_case: false }) => "Starts with this text.",
        Question::Text(TextMatch { place: Place::End, any_case: false }) => "Ends with this text.",
        Question::Text(TextMatch { place: Place::Anywhere, any_case: true }) => {
            "Contains this text, whatever the case."
        }
        Question::Text(TextMatch { place: Place::Start, any_case: true }) => {
            "Starts with this text, whatever the case."
        }
        Question::Text(TextMatch { place: Place::End, any_case: true }) => "Ends with this text, whatever the case.",
        Question::IsNull => "Is NULL, or with false is not.",
    }
}

/// Adds the types that `filter` consists of.
pub(super) fn declare(filter: &FilterInput, kinds: &mut HashMap<String, InputKind>) {
    for input in filter.all() {
        let mut fields = IndexMap::new();
        let list = || TypeRef::list(TypeRef::named(input.name.clone()));
        fields.insert(AND.to_owned(), field(list(), "All of these match."));
        fields.insert(OR.to_owned(), field(list(), "At least one of these matches."));
        fields.insert(NOT.to_owned(), field(TypeRef::named(input.name.clone()), "This does not match."));
        for declared in &input.fields {
            let (name, description) = match &declared.kind {
                FilterKind::Column { operators, .. } => {
                    operators.declare(kinds);
                    (operators.name(), "")
                }
                FilterKind::ToOne { filter, .. } => (filter.name.clone(), "There is a row, and it matches."),
                FilterKind::ToMany { list, filter, .. } => {
                    declare_list(list, &filter.name, kinds);
                    (list.clone(), "")
                }
            };
            fields.insert(camel_case(declared.name), field(TypeRef::named(name), description));
        }
        kinds.insert(input.name.clone(), object(fields, "Everything that is given must match."));
    }
}

fn declare_list(list: &str, item: &str, kinds: &mut HashMap<String, InputKind>) {
    let fields = QUANTIFIERS
        .map(|(name, _, description)| (name.to_owned(), field(TypeRef::named(item.to_owned()), description)));
    kinds.insert(list.to_owned(), object(fields.into_iter().collect(), "Everything that is given must match."));
}

fn field(ty: TypeRef, description: &str) -> InputField {
    InputField { ty: ty.optional(), description: description.to_owned() }
}

fn object(fields: IndexMap<String, InputField>, description: &str) -> InputKind {
    InputKind::Object { fields, one_of: false, description: description.to_owned() }
}
