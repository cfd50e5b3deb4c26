//! Scalars, options and lists as input. Values are coerced before (`execute::coerce`), so a mismatch here is a missing value.

use async_graphql_value::ConstValue;
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::{Decimal, prelude::FromPrimitive};

use super::{Decoder, Input, InputTypes};
use crate::{global_id::GlobalId, output::TypeRef};

macro_rules! scalar {
    ($type:ty, $name:literal, |$value:ident, $decoder:ident| $decode:expr) => {
        impl Input for $type {
            fn type_ref() -> TypeRef {
                TypeRef::named($name)
            }

            fn declare(_: &mut InputTypes) {}

            fn decode(value: Option<&ConstValue>, $decoder: &mut Decoder) -> Option<Self> {
                let Some($value) = value.filter(|value| **value != ConstValue::Null) else {
                    $decoder.refuse("required", "a value is required");
                    return None;
                };
                $decode
            }
        }
    };
}

fn text<'v>(value: &'v ConstValue, decoder: &mut Decoder, expected: &str) -> Option<&'v str> {
    if let ConstValue::String(text) = value {
        return Some(text);
    }
    decoder.refuse("type", format!("must be {expected}"));
    None
}

fn checked<T>(value: Option<T>, decoder: &mut Decoder, expected: &str) -> Option<T> {
    if value.is_none() {
        decoder.refuse("type", format!("must be {expected}"));
    }
    value
}

fn number(value: &ConstValue) -> Option<&serde_json::Number> {
    if let ConstValue::Number(number) = value { Some(number) } else { None }
}

scalar!(String, "String", |value, decoder| text(value, decoder, "text").map(str::to_owned));
scalar!(bool, "Boolean", |value, decoder| checked(
    if let ConstValue::Boolean(value) = value { Some(*value) } else { None },
    decoder,
    "a truth value"
));
scalar!(i32, "Int", |value, decoder| checked(
    number(value).and_then(serde_json::Number::as_i64).and_then(|value| i32::try_from(value).ok()),
    decoder,
    "an integer"
));
scalar!(f64, "Float", |value, decoder| checked(
    number(value).and_then(serde_json::Number::as_f64),
    decoder,
    "a number"
));
scalar!(Decimal, "Float", |value, decoder| checked(
    number(value).and_then(serde_json::Number::as_f64).and_then(Decimal::from_f64),
    decoder,
    "a decimal number"
));
scalar!(serde_json::Value, "JSON", |value, decoder| checked(value.clone().into_json().ok(), decoder, "JSON"));
scalar!(DateTime<Utc>, "DateTime", |value, decoder| {
    let text = text(value, decoder, "an ISO 8601 time")?;
    checked(parse_time(text), decoder, "an ISO 8601 time")
});
scalar!(NaiveDate, "Date", |value, decoder| {
    let text = text(value, decoder, "an ISO 8601 date")?;
    checked(text.parse().ok(), decoder, "an ISO 8601 date")
});
scalar!(GlobalId, "ID", |value, decoder| {
    let text = text(value, decoder, "a global id")?;
    match Self::decode(text) {
        Ok(id) => Some(id),
        Err(error) => {
            decoder.fail(error);
            None
        }
    }
});

impl<T: Input> Input for Option<T> {
    fn type_ref() -> TypeRef {
        T::type_ref().optional()
    }

    fn declare(types: &mut InputTypes) {
        T::declare(types);
    }

    fn decode(value: Option<&ConstValue>, decoder: &mut Decoder) -> Option<Self> {
        match value {
            None | Some(ConstValue::Null) => Some(None),
            Some(value) => T::decode(Some(value), decoder).map(Some),
        }
    }
}

impl<T: Input> Input for Vec<T> {
    fn type_ref() -> TypeRef {
        TypeRef::list(T::type_ref())
    }

    fn declare(types: &mut InputTypes) {
        T::declare(types);
    }

    fn decode(value: Option<&ConstValue>, decoder: &mut Decoder) -> Option<Self> {
        let Some(ConstValue::List(items)) = value else {
            decoder.refuse("required", "a list is required");
            return None;
        };
        let decoded: Vec<Option<T>> = items.iter().enumerate().map(|(index, item)| decoder.item(index, item)).collect();
        decoded.into_iter().collect()
    }
}

/// ISO 8601 with an offset; a time without one is UTC, as the reference's SQLite answers are.
pub(crate) fn parse_time(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    let naive = text.parse::<chrono::NaiveDateTime>().or_else(|_| text.replace(' ', "T").parse()).ok()?;
    Some(naive.and_utc())
}
