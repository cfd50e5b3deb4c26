//! Coercion of values by the input types of the schema (GraphQL spec §3, "Input Coercion"; §6.1.2).
//!
//! Literals are coerced when a plan is compiled, variables on every request, so a cached plan never trusts a value. Messages name
//! the place and the expected type and never repeat the value.

use async_graphql::Pos;
use async_graphql_value::{ConstValue, Name, Value, indexmap::IndexMap};
use serde_json::{Map, Number, Value as Json};

use super::failure::{BAD_USER_INPUT, document_error};
use crate::{
    input::scalar::{parse_date, parse_time},
    output::TypeRef,
    schema::{
        InputTable,
        inputs::{InputField, InputKind, Scalar},
    },
};

/// A declared variable.
#[derive(Debug)]
pub(crate) struct Variable {
    pub(crate) name: Box<str>,
    pub(crate) ty: TypeRef,
    pub(crate) default: Option<ConstValue>,
    pub(crate) location: Pos,
}

/// Coerced variables; one that was neither given nor has a default is not there.
#[derive(Debug, Default)]
pub(crate) struct Variables(Vec<(Box<str>, ConstValue)>);

impl Variables {
    pub(crate) fn get(&self, name: &str) -> Option<&ConstValue> {
        self.0.iter().find(|(known, _)| &**known == name).map(|(_, value)| value)
    }
}

/// What is wrong with a value, and where in it.
#[derive(Debug)]
pub(crate) struct Mistake {
    path: Vec<String>,
    text: String,
}

impl Mistake {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { path: Vec::new(), text: text.into() }
    }

    pub(crate) fn below(mut self, step: impl Into<String>) -> Self {
        self.path.insert(0, step.into());
        self
    }

    /// ` at "inputs.price"; …`, or only the text.
    pub(crate) fn describe(&self) -> String {
        if self.path.is_empty() { self.text.clone() } else { format!("at \"{}\": {}", self.path.join("."), self.text) }
    }
}

/// Where a value was written: strings name enum values only in variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Literal,
    Variable,
}

/// Deepest nesting of lists and input objects.
const DEPTH_LIMIT: usize = 32;

/// Coerces all variables of a request.
pub(crate) fn variables(
    declared: &[Variable],
    given: &Map<String, Json>,
    table: &InputTable,
) -> Result<Variables, Vec<Json>> {
    let mut coerced = Variables::default();
    let mut errors = Vec::new();
    for variable in declared {
        match given.get(&*variable.name) {
            None => match (&variable.default, variable.ty.is_nullable()) {
                (Some(default), _) => coerced.0.push((variable.name.clone(), default.clone())),
                (None, true) => {}
                (None, false) => {
                    let text = format!(
                        "Variable \"${}\" of required type \"{}\" was not provided.",
                        variable.name, variable.ty
                    );
                    errors.push(document_error(BAD_USER_INPUT, &text, &[variable.location]));
                }
            },
            Some(value) => {
                let result = ConstValue::from_json(value.clone())
                    .map_err(|_| Mistake::new("expected a JSON value"))
                    .and_then(|value| coerce(value, &variable.ty, table, Origin::Variable, 0));
                match result {
                    Ok(value) => coerced.0.push((variable.name.clone(), value)),
                    Err(mistake) => {
                        let text =
                            format!("Variable \"${}\" got an invalid value; {}.", variable.name, mistake.describe());
                        errors.push(document_error(BAD_USER_INPUT, &text, &[variable.location]));
                    }
                }
            }
        }
    }
    if errors.is_empty() { Ok(coerced) } else { Err(errors) }
}

/// Coerces one value to `ty`.
pub(crate) fn coerce(
    value: ConstValue,
    ty: &TypeRef,
    table: &InputTable,
    origin: Origin,
    depth: usize,
) -> Result<ConstValue, Mistake> {
    if depth > DEPTH_LIMIT {
        return Err(Mistake::new(format!("nested deeper than {DEPTH_LIMIT} levels")));
    }
    if value == ConstValue::Null {
        return if ty.is_nullable() {
            Ok(value)
        } else {
            Err(Mistake::new(format!("expected non-null type \"{ty}\"")))
        };
    }
    match ty {
        TypeRef::List { item, .. } => match value {
            ConstValue::List(items) => items
                .into_iter()
                .enumerate()
                .map(|(index, value)| {
                    coerce(value, item, table, origin, depth + 1).map_err(|mistake| mistake.below(index.to_string()))
                })
                .collect::<Result<Vec<_>, _>>()
                .map(ConstValue::List),
            // A single value stands for a list of one.
            value => Ok(ConstValue::List(vec![coerce(value, item, table, origin, depth + 1)?])),
        },
        TypeRef::Named { name, .. } => match table.get(name) {
            Some(InputKind::Scalar(scalar)) => coerce_scalar(value, *scalar),
            Some(InputKind::Enum(values)) => coerce_enum(value, name, values, origin),
            Some(InputKind::Object { fields, one_of, .. }) => {
                coerce_object(value, name, fields, *one_of, table, origin, depth)
            }
            None => Err(Mistake::new(format!("unknown type \"{name}\""))),
        },
    }
}

fn coerce_scalar(value: ConstValue, scalar: Scalar) -> Result<ConstValue, Mistake> {
    let expected = |name: &str| Err(Mistake::new(format!("expected type \"{name}\"")));
    match (scalar, value) {
        (Scalar::Json, value)
        | (Scalar::Boolean, value @ ConstValue::Boolean(_))
        | (Scalar::String | Scalar::Id | Scalar::Upload, value @ ConstValue::String(_)) => Ok(value),
        (Scalar::Id, ConstValue::Number(number)) if number.is_i64() || number.is_u64() => {
            Ok(ConstValue::String(number.to_string()))
        }
        (Scalar::Int, ConstValue::Number(number)) => match whole(&number) {
            Some(whole) => Ok(ConstValue::Number(whole.into())),
            None => Err(Mistake::new("expected type \"Int\", a whole number of 32 bits")),
        },
        (Scalar::Float, ConstValue::Number(number)) if number.as_f64().is_some_and(f64::is_finite) => {
            Ok(ConstValue::Number(number))
        }
        (Scalar::DateTime, ConstValue::String(text)) if parse_time(&text).is_some() => Ok(ConstValue::String(text)),
        (Scalar::Date, ConstValue::String(text)) if parse_date(&text).is_some() => Ok(ConstValue::String(text)),
        (Scalar::Boolean, _) => expected("Boolean"),
        (Scalar::String, _) => expected("String"),
        (Scalar::Id, _) => expected("ID"),
        (Scalar::Int, _) => expected("Int"),
        (Scalar::Float, _) => expected("Float"),
        (Scalar::DateTime, _) => expected("DateTime"),
        (Scalar::Date, _) => expected("Date"),
        (Scalar::Upload, _) => expected("Upload"),
    }
}

/// The number as a 32-bit integer, also when it is written `1.0`.
fn whole(number: &Number) -> Option<i32> {
    if let Some(integer) = number.as_i64() {
        return i32::try_from(integer).ok();
    }
    let float = number.as_f64()?;
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
    let whole = float as i64;
    if float.fract().abs() > 0.0 { None } else { i32::try_from(whole).ok() }
}

fn coerce_enum(value: ConstValue, name: &str, values: &[String], origin: Origin) -> Result<ConstValue, Mistake> {
    let given = match value {
        ConstValue::Enum(name) => name,
        ConstValue::String(text) if origin == Origin::Variable => Name::new(text),
        _ => return Err(Mistake::new(format!("expected type \"{name}\""))),
    };
    if values.iter().any(|value| *value == given.as_str()) {
        Ok(ConstValue::Enum(given))
    } else {
        Err(Mistake::new(format!("value does not exist in \"{name}\" enum")))
    }
}

fn coerce_object(
    value: ConstValue,
    name: &str,
    fields: &IndexMap<String, InputField>,
    one_of: bool,
    table: &InputTable,
    origin: Origin,
    depth: usize,
) -> Result<ConstValue, Mistake> {
    let ConstValue::Object(mut given) = value else {
        return Err(Mistake::new(format!("expected type \"{name}\"")));
    };
    if one_of {
        check_one_of(name, &given)?;
    }
    let mut coerced = IndexMap::new();
    for (field, definition) in fields {
        match given.swap_remove(field.as_str()) {
            Some(value) => {
                let value =
                    coerce(value, &definition.ty, table, origin, depth + 1).map_err(|mistake| mistake.below(field))?;
                coerced.insert(Name::new(field), value);
            }
            None if definition.ty.is_nullable() => {}
            None => {
                return Err(Mistake::new(format!(
                    "field \"{field}\" of required type \"{}\" was not provided",
                    definition.ty
                )));
            }
        }
    }
    match given.keys().next() {
        Some(_) => Err(Mistake::new(format!("a given field is not defined by type \"{name}\""))),
        None => Ok(ConstValue::Object(coerced)),
    }
}

/// The texts of 10-core §10.5.
fn check_one_of(name: &str, given: &IndexMap<Name, ConstValue>) -> Result<(), Mistake> {
    match (given.len(), given.first()) {
        (1, Some((key, ConstValue::Null))) => Err(Mistake::new(format!("Field '{name}.{key}' must be non-null"))),
        (1, _) => Ok(()),
        _ => Err(Mistake::new(format!("OneOf Input Object '{name}' must specify exactly one key"))),
    }
}

/// Puts variables into a literal. An absent variable is an absent field of an object, null in a list, and `None` alone.
pub(crate) fn substitute(value: &Value, variables: &Variables) -> Option<ConstValue> {
    Some(match value {
        Value::Variable(name) => variables.get(name)?.clone(),
        Value::Null => ConstValue::Null,
        Value::Number(number) => ConstValue::Number(number.clone()),
        Value::String(text) => ConstValue::String(text.clone()),
        Value::Boolean(boolean) => ConstValue::Boolean(*boolean),
        Value::Binary(bytes) => ConstValue::Binary(bytes.clone()),
        Value::Enum(name) => ConstValue::Enum(name.clone()),
        Value::List(items) => {
            ConstValue::List(items.iter().map(|item| substitute(item, variables).unwrap_or(ConstValue::Null)).collect())
        }
        Value::Object(fields) => ConstValue::Object(
            fields.iter().filter_map(|(name, value)| Some((name.clone(), substitute(value, variables)?))).collect(),
        ),
    })
}

/// Whether a literal mentions a variable.
pub(crate) fn has_variable(value: &Value) -> bool {
    match value {
        Value::Variable(_) => true,
        Value::List(items) => items.iter().any(has_variable),
        Value::Object(fields) => fields.values().any(has_variable),
        _ => false,
    }
}
