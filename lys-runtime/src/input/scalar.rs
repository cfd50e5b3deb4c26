//! Scalars, options and lists as input. Values are coerced before (`execute::coerce`), so a mismatch here is a missing value.

use async_graphql_value::ConstValue;
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, Utc};
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

// Databases disagree on NUL: PostgreSQL refuses it, SQLite's patterns end at it.
scalar!(String, "String", |value, decoder| {
    let text = text(value, decoder, "text")?;
    checked((!text.contains('\0')).then(|| text.to_owned()), decoder, "text without NUL")
});
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
    checked(parse_date(text), decoder, "an ISO 8601 date")
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

/// ISO 8601 with an offset; a time without one is UTC, as the reference's SQLite answers are. Its year in UTC has four digits:
/// others can be written but not be read again, and sort wrongly as text.
pub(crate) fn parse_time(text: &str) -> Option<DateTime<Utc>> {
    let time = match DateTime::parse_from_rfc3339(text) {
        Ok(time) => time.to_utc(),
        Err(_) => text.parse::<NaiveDateTime>().or_else(|_| text.replace(' ', "T").parse()).ok()?.and_utc(),
    };
    has_four_digits(time.year()).then_some(time)
}

/// An ISO 8601 day of a year with four digits.
pub(crate) fn parse_date(text: &str) -> Option<NaiveDate> {
    text.parse().ok().filter(|date: &NaiveDate| has_four_digits(date.year()))
}

fn has_four_digits(year: i32) -> bool {
    (0..=9999).contains(&year)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::scalar::write_time;

    /// Those of other years could not be read again.
    #[test]
    fn a_time_that_is_taken_can_be_read_again() {
        for text in
            ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2016-12-31T23:59:60Z", "2026-03-31 10:15:30"]
        {
            let time = parse_time(text).unwrap_or_else(|| panic!("{text} is taken"));
            let mut written = Vec::new();
            write_time(&time, &mut written);
            let written = String::from_utf8(written).expect("ASCII");
            assert_eq!(parse_time(written.trim_matches('"')), Some(time), "{text}");
        }
        for text in
            ["0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "+10000-01-01T00:00:00", "-0001-01-01T00:00:00"]
        {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_has_a_year_of_four_digits() {
        assert!(parse_date("9999-12-31").is_some());
        assert_eq!(parse_date("+10000-01-01"), None);
        assert_eq!(parse_date("-0001-01-01"), None);
    }
}
