//! Cells of PostgreSQL read without detours.

use rust_decimal::Decimal;
use sqlx::{Decode, Postgres, error::BoxDynError, postgres::PgValueRef};

/// A `numeric`. sqlx multiplies its digits as decimals, which takes longer than all else of a row.
pub(crate) struct Numeric(pub(crate) Decimal);

impl Decode<'_, Postgres> for Numeric {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        decimal(value.as_bytes()?).map(Self).ok_or_else(|| "a number with more digits than a decimal holds".into())
    }
}

/// Digits to the base of 10,000 behind their number, the weight of the first, the sign and the decimal places.
fn decimal(bytes: &[u8]) -> Option<Decimal> {
    let part = |index: usize| Some(i16::from_be_bytes(bytes.get(index * 2..index * 2 + 2)?.try_into().ok()?));
    let (count, weight, sign, scale) = (part(0)?, i32::from(part(1)?), part(2)?, i32::from(part(3)?));
    let mut mantissa = 0_i128;
    for index in 0..usize::try_from(count).ok()? {
        mantissa = mantissa.checked_mul(10_000)?.checked_add(part(4 + index)?.into())?;
    }
    // The last group of digits ends this many decimal places behind the point.
    let places = (i32::from(count) - 1 - weight) * 4;
    let shift = 10_i128.checked_pow((scale - places).unsigned_abs())?;
    let mantissa = if scale >= places { mantissa.checked_mul(shift)? } else { mantissa / shift };
    let mantissa = match sign {
        0 => mantissa,
        0x4000 => -mantissa,
        _ => return None,
    };
    Decimal::try_from_i128_with_scale(mantissa, scale.try_into().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numeric(parts: &[i16]) -> Option<String> {
        let bytes: Vec<u8> = parts.iter().flat_map(|part| part.to_be_bytes()).collect();
        decimal(&bytes).map(|decimal| decimal.to_string())
    }

    #[test]
    fn numerics_are_read_digit_by_digit() {
        // What PostgreSQL sends for each of them.
        assert_eq!(numeric(&[0, 0, 0, 0]).as_deref(), Some("0"));
        assert_eq!(numeric(&[0, 0, 0, 2]).as_deref(), Some("0.00"));
        assert_eq!(numeric(&[2, 0, 0, 2, 20, 4900]).as_deref(), Some("20.49"));
        assert_eq!(numeric(&[1, -1, 0x4000, 2, 500]).as_deref(), Some("-0.05"));
        assert_eq!(numeric(&[1, -2, 0, 5, 1000]).as_deref(), Some("0.00001"));
        assert_eq!(numeric(&[1, 1, 0, 0, 1]).as_deref(), Some("10000"));
        assert_eq!(numeric(&[3, 1, 0, 3, 1, 2345, 6780]).as_deref(), Some("12345.678"));
        assert_eq!(numeric(&[0, 0, -0x4000, 0]), None, "NaN");
        assert_eq!(numeric(&[1, 9, 0, 0, 1]), None, "10^36");
    }
}
