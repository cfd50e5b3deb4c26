//! Rules on input values: `#[input(length(min = 1, max = 255), range(min = 0.01), email, url)]`.

use async_graphql_value::ConstValue;

/// One rule. Checked on the coerced value, before it is decoded.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Rule {
    /// Length of a text in characters, or of a list in items.
    Length {
        /// Shortest allowed.
        min: Option<u32>,
        /// Longest allowed.
        max: Option<u32>,
    },
    /// Value of a number.
    Range {
        /// Smallest allowed.
        min: Option<f64>,
        /// Largest allowed.
        max: Option<f64>,
    },
    /// An e-mail address (garde's rule).
    Email,
    /// An absolute URL (garde's rule).
    Url,
}

impl Rule {
    /// The broken rule's word and a text, or `None` when the value keeps it.
    #[must_use]
    pub fn check(&self, value: &ConstValue) -> Option<(&'static str, String)> {
        match (self, value) {
            (Self::Length { min, max }, ConstValue::String(text)) => {
                let count = text.chars().count() as f64;
                bounds(count, min.map(f64::from), max.map(f64::from))
                    .map(|text| ("length", format!("length must be {text}")))
            }
            (Self::Length { min, max }, ConstValue::List(items)) => {
                let count = items.len() as f64;
                bounds(count, min.map(f64::from), max.map(f64::from))
                    .map(|text| ("length", format!("length must be {text}")))
            }
            (Self::Range { min, max }, ConstValue::Number(number)) => {
                let number = number.as_f64().unwrap_or(f64::NAN);
                bounds(number, *min, *max).map(|text| ("range", format!("must be {text}")))
            }
            (Self::Email, ConstValue::String(text)) => {
                garde::rules::email::apply(text, ()).err().map(|_| ("email", "must be an e-mail address".to_owned()))
            }
            (Self::Url, ConstValue::String(text)) => {
                garde::rules::url::apply(text, ()).err().map(|_| ("url", "must be an absolute URL".to_owned()))
            }
            _ => None,
        }
    }
}

fn bounds(value: f64, min: Option<f64>, max: Option<f64>) -> Option<String> {
    let kept = min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max);
    if kept {
        return None;
    }
    Some(match (min, max) {
        (Some(min), Some(max)) => format!("between {min} and {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "a number".to_owned(),
    })
}
