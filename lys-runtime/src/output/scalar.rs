//! Scalars, options and lists as output.

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Timelike, Utc};
use rust_decimal::Decimal;

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
scalar!(Decimal, "Float", |value, writer| {
    write_decimal(*value, writer.bytes);
    Ok(())
});
scalar!(GlobalId, "ID", |value, writer| writer.text(&value.encode()));
scalar!(serde_json::Value, "JSON", |value, writer| writer.serialize(value));
scalar!(DateTime<Utc>, "DateTime", |value, writer| {
    write_time(value, writer.bytes);
    Ok(())
});
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

/// A JSON text in ISO 8601 with microseconds and offset: `"2026-03-31T10:15:30.123456+00:00"` (50 O4).
pub(crate) fn write_time(time: &DateTime<Utc>, bytes: &mut Vec<u8>) {
    bytes.push(b'"');
    let leap = time.timestamp_subsec_micros() >= 1_000_000;
    let year = u32::try_from(time.year()).ok().filter(|year| *year <= 9999 && !leap);
    let Some(year) = year else {
        bytes.extend_from_slice(time.to_rfc3339_opts(SecondsFormat::Micros, false).as_bytes());
        bytes.push(b'"');
        return;
    };
    let mut text = *b"0000-00-00T00:00:00.000000+00:00\"";
    let mut put = |end: usize, mut number: u32| {
        let mut at = end;
        while number > 0 {
            at -= 1;
            text[at] = b'0' + u8::try_from(number % 10).unwrap_or_default();
            number /= 10;
        }
    };
    put(4, year);
    put(7, time.month());
    put(10, time.day());
    put(13, time.hour());
    put(16, time.minute());
    put(19, time.second());
    put(26, time.timestamp_subsec_micros());
    bytes.extend_from_slice(&text);
}

/// All its digits, as a number of JSON: `20.49`, `3.0`.
pub(crate) fn write_decimal(value: Decimal, bytes: &mut Vec<u8>) {
    let value = value.normalize();
    let negative = value.is_sign_negative() && !value.is_zero();
    let mut buffer = itoa::Buffer::new();
    write_digits(negative, buffer.format(value.mantissa().unsigned_abs()), value.scale() as usize, bytes);
}

/// `digits` with a point before the last `scale` of them.
fn write_digits(negative: bool, digits: &str, scale: usize, bytes: &mut Vec<u8>) {
    if negative {
        bytes.push(b'-');
    }
    let (integer, fraction) = digits.split_at(digits.len().saturating_sub(scale));
    bytes.extend_from_slice(if integer.is_empty() { b"0" } else { integer.as_bytes() });
    bytes.push(b'.');
    bytes.resize(bytes.len() + scale.saturating_sub(fraction.len()), b'0');
    bytes.extend_from_slice(if scale == 0 { b"0" } else { fraction.as_bytes() });
}

/// A decimal that is stored as a float, at its column's scale, where it is exact again.
pub(crate) fn write_rounded(value: f64, scale: u32, bytes: &mut Vec<u8>) -> Written {
    /// Below this, digits and float tell each other.
    const EXACT: f64 = 1e15;
    const FACTORS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let factor = FACTORS.get(scale as usize).copied().unwrap_or_else(|| 10_f64.powi(scale.try_into().unwrap_or(308)));
    let scaled = (value * factor).round();
    if scaled.abs() >= EXACT || !scaled.is_finite() || scale as usize >= FACTORS.len() {
        let rounded = scaled / factor;
        return write_float(if rounded.is_finite() { rounded } else { value }, bytes);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number below 10^15")]
    let mut digits = scaled.abs() as u64;
    let mut scale = scale as usize;
    while scale > 0 && digits.is_multiple_of(10) {
        (digits, scale) = (digits / 10, scale - 1);
    }
    write_digits(scaled < 0.0, itoa::Buffer::new().format(digits), scale, bytes);
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut bytes = Vec::new();
        write(&mut bytes);
        String::from_utf8(bytes).expect("ASCII")
    }

    #[test]
    fn times_are_written_as_chrono_does() {
        for text in
            ["2026-03-31T10:15:30.123456+00:00", "0001-01-01T00:00:00.000000+00:00", "1969-12-31T23:59:59.999999+00:00"]
        {
            let time: DateTime<Utc> = text.parse().expect("a time");
            assert_eq!(written(|bytes| write_time(&time, bytes)), format!("\"{text}\""));
        }
        let far = DateTime::from_timestamp(1 << 40, 0).expect("far away");
        let text = format!("\"{}\"", far.to_rfc3339_opts(SecondsFormat::Micros, false));
        assert_eq!(written(|bytes| write_time(&far, bytes)), text);
    }

    #[test]
    fn stored_floats_are_written_as_the_decimals_they_stand_for() {
        let cases: [(f64, u32, &str); 12] = [
            (20.49, 2, "20.49"),
            (20.490_000_000_000_002, 2, "20.49"),
            (3.0, 2, "3.0"),
            (0.0, 2, "0.0"),
            (-0.001, 2, "0.0"),
            (-0.05, 2, "-0.05"),
            (100.0, 0, "100.0"),
            (0.000_000_1, 7, "0.0000001"),
            (-12.5, 10, "-12.5"),
            (999_999_999_999.99, 2, "999999999999.99"),
            (1e300, 2, "1e300"),
            (0.1, 20, "0.1"),
        ];
        for (value, scale, expected) in cases {
            assert_eq!(written(|bytes| write_rounded(value, scale, bytes).expect("finite")), expected);
        }
        for cents in (0..10_000_000_u32).step_by(37) {
            let value = f64::from(cents) / 100.0;
            let decimal = Decimal::new(cents.into(), 2);
            let expected = written(|bytes| write_decimal(decimal, bytes));
            assert_eq!(written(|bytes| write_rounded(value, 2, bytes).expect("finite")), expected);
            assert_eq!(written(|bytes| write_float(value, bytes).expect("finite")), expected);
        }
        assert_eq!(write_rounded(f64::NAN, 2, &mut Vec::new()), Err(Nulled));
        assert_eq!(write_rounded(f64::INFINITY, 2, &mut Vec::new()), Err(Nulled));
    }

    #[test]
    fn decimals_keep_their_digits_and_look_like_floats() {
        let cases = [
            ("20.490", "20.49"),
            ("3", "3.0"),
            ("0", "0.0"),
            ("-0.00", "0.0"),
            ("-0.05", "-0.05"),
            ("0.001", "0.001"),
            ("100", "100.0"),
            ("-12.5", "-12.5"),
            ("1234567890123456789012345.678", "1234567890123456789012345.678"),
        ];
        for (text, expected) in cases {
            let value: Decimal = text.parse().expect("a decimal");
            assert_eq!(written(|bytes| write_decimal(value, bytes)), expected);
        }
    }
}
