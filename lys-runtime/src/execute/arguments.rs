//! Arguments of a planned field with the variables of a request.

use async_graphql_value::ConstValue;

use super::{
    coerce::{self, Origin, Variables},
    plan::{ArgumentSource, PlannedArgument},
};
use crate::{
    error::{Error, Result},
    operation::ArgumentValues,
    schema::InputTable,
};

/// The coerced values of `arguments`. One whose variable was not given is not there.
pub(crate) fn values(
    arguments: &[PlannedArgument],
    variables: &Variables,
    inputs: &InputTable,
) -> Result<ArgumentValues> {
    let mut values = Vec::with_capacity(arguments.len());
    for argument in arguments {
        let value = match &argument.source {
            ArgumentSource::Literal(value) => Some(value.clone()),
            ArgumentSource::Variable(name) => variables.get(name).cloned(),
            ArgumentSource::Template(template) => {
                let value = coerce::substitute(template, variables).unwrap_or(ConstValue::Null);
                let coerced = coerce::coerce(value, &argument.ty, inputs, Origin::Variable, 0);
                Some(coerced.map_err(|mistake| invalid(argument, &mistake.describe()))?)
            }
        };
        match value {
            Some(ConstValue::Null) | None if !argument.ty.is_nullable() => {
                return Err(invalid(argument, &format!("expected non-null type \"{}\"", argument.ty)));
            }
            Some(value) => values.push((argument.name.clone(), value)),
            None => {}
        }
    }
    Ok(ArgumentValues(values))
}

fn invalid(argument: &PlannedArgument, mistake: &str) -> Error {
    let text = format!("Argument \"{}\" has an invalid value; {mistake}.", argument.name);
    Error::new(super::failure::BAD_USER_INPUT, 400).with_text(text)
}
