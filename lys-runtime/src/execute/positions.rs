//! Variables in their places: their types must fit (GraphQL spec §5.8.5), and literals around them are checked here already.

use async_graphql_value::{ConstValue, Value};

use super::coerce::{self, Mistake, Origin, Variable, Variables};
use crate::{
    output::TypeRef,
    schema::{
        InputTable,
        inputs::{InputKind, Scalar},
    },
};

/// Checks a literal with variables inside, or a variable alone, against the type that its place expects.
pub(crate) fn check(value: &Value, ty: &TypeRef, variables: &[Variable], table: &InputTable) -> Result<(), Mistake> {
    match (value, ty) {
        (Value::Variable(name), _) => match variables.iter().find(|variable| &*variable.name == name.as_str()) {
            Some(variable) => check_variable(variable, ty),
            None => Ok(()),
        },
        (Value::List(items), TypeRef::List { item, .. }) => items.iter().enumerate().try_for_each(|(index, value)| {
            check(value, item, variables, table).map_err(|mistake| mistake.below(index.to_string()))
        }),
        (Value::Null, _) => coerce::coerce(ConstValue::Null, ty, table, Origin::Literal, 0).map(drop),
        (value, TypeRef::List { item, .. }) => check(value, item, variables, table),
        (value, TypeRef::Named { name, .. }) => match (value, table.get(name)) {
            (_, Some(InputKind::Scalar(Scalar::Json))) => Ok(()),
            (Value::Object(given), Some(InputKind::Object { fields, one_of, .. })) => {
                given.iter().try_for_each(|(key, value)| {
                    let Some(field) = fields.get(key.as_str()) else {
                        return Err(Mistake::new(format!("a given field is not defined by type \"{name}\"")));
                    };
                    let ty = if *one_of { non_null(&field.ty) } else { field.ty.clone() };
                    check(value, &ty, variables, table).map_err(|mistake| mistake.below(key.as_str()))
                })
            }
            (literal, _) => {
                let literal = coerce::substitute(literal, &Variables::default()).unwrap_or(ConstValue::Null);
                coerce::coerce(literal, ty, table, Origin::Literal, 0).map(drop)
            }
        },
    }
}

/// Whether a variable may stand where `@skip` and `@include` expect their truth value.
pub(crate) fn check_switch(variable: &Variable) -> Result<(), Mistake> {
    check_variable(variable, &TypeRef::named("Boolean"))
}

fn check_variable(variable: &Variable, expected: &TypeRef) -> Result<(), Mistake> {
    let defaults = variable.default.as_ref().is_some_and(|default| *default != ConstValue::Null);
    let given = if defaults { non_null(&variable.ty) } else { variable.ty.clone() };
    if fits(&given, expected) {
        return Ok(());
    }
    let text =
        format!("variable \"${}\" of type \"{}\" stands where \"{expected}\" is expected", variable.name, variable.ty);
    Err(Mistake::new(text))
}

fn fits(given: &TypeRef, expected: &TypeRef) -> bool {
    if given.is_nullable() && !expected.is_nullable() {
        return false;
    }
    match (given, expected) {
        (TypeRef::Named { name, .. }, TypeRef::Named { name: expected, .. }) => name == expected,
        (TypeRef::List { item, .. }, TypeRef::List { item: expected, .. }) => fits(item, expected),
        _ => false,
    }
}

fn non_null(ty: &TypeRef) -> TypeRef {
    match ty {
        TypeRef::Named { name, .. } => TypeRef::named(name.clone()),
        TypeRef::List { item, .. } => TypeRef::list((**item).clone()),
    }
}
