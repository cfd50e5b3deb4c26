//! Scalars, options and lists as output.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{Nulled, Output, OutputTypes, TypeRef, ValueWriter, Written};
use crate::global_id::GlobalId;

macro_rules! scalar {
    ($type:ty, $name:literal, |$value:ident, $writer:ident| $write:expr) => {
        impl Output for $type {
            fn type_ref() -> TypeRef {
                TypeRef::named($name)
            }

            fn declare(_: &mut OutputTypes) {}

            fn write(&self, $writer: &mut ValueWriter<'_, '_>) -> Written {
                let $value = self;
                $write
            }
        }
    };
}

scalar!(String, "String", |value, writer| writer.text(value));
scalar!(bool, "Boolean", |value, writer| writer.raw(if *value { "true" } else { "false" }));
scalar!(i32, "Int", |value, writer| writer.raw(itoa::Buffer::new().format(*value)));
scalar!(f64, "Float", |value, writer| write_float(*value, writer.bytes));
scalar!(Decimal, "Float", |value, writer| write_float(value.to_f64().ok_or(Nulled)?, writer.bytes));
scalar!(GlobalId, "ID", |value, writer| writer.text(&value.encode()));
scalar!(serde_json::Value, "JSON", |value, writer| writer.serialize(value));
scalar!(DateTime<Utc>, "DateTime", |value, writer| writer.text(&format_time(value)));
scalar!(NaiveDate, "Date", |value, writer| writer.text(&value.to_string()));

impl<T: Output> Output for Option<T> {
    fn type_ref() -> TypeRef {
        T::type_ref().optional()
    }

    fn declare(types: &mut OutputTypes) {
        T::declare(types);
    }

    fn write(&self, writer: &mut ValueWriter<'_, '_>) -> Written {
        match self {
            Some(value) => writer.optional(|writer| value.write(writer)),
            None => writer.null(),
        }
    }
}

impl<T: Output> Output for Vec<T> {
    fn type_ref() -> TypeRef {
        TypeRef::list(T::type_ref())
    }

    fn declare(types: &mut OutputTypes) {
        T::declare(types);
    }

    fn write(&self, writer: &mut ValueWriter<'_, '_>) -> Written {
        writer.list(self, T::write)
    }
}

/// ISO 8601 with microseconds and offset: `2026-03-31T10:15:30.123456+00:00` (50 O4).
pub(crate) fn format_time(time: &DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, false)
}

/// A float as JSON writes it; one that is not finite has no JSON form.
pub(crate) fn write_float(value: f64, bytes: &mut Vec<u8>) -> Written {
    if !value.is_finite() {
        return Err(Nulled);
    }
    let mut buffer = ryu::Buffer::new();
    let text = buffer.format_finite(value);
    bytes.extend_from_slice(text.as_bytes());
    Ok(())
}
