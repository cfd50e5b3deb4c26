//! Enums as input. The input half of `#[derive(Enum)]`.

use async_graphql_value::ConstValue;

use super::{Decoder, InputTypes};
use crate::output::{EnumValue, enumeration::definition};

/// See [`Input::declare`](super::Input::declare).
pub fn declare<T: EnumValue>(types: &mut InputTypes) {
    types.declare_enum(definition::<T>, T::NAME);
}

/// See [`Input::decode`](super::Input::decode): a name in the document, or its text in the variables.
pub fn decode<T: EnumValue>(value: Option<&ConstValue>, decoder: &mut Decoder) -> Option<T> {
    let name = match value {
        Some(ConstValue::Enum(name)) => name.as_str(),
        Some(ConstValue::String(name)) => name.as_str(),
        Some(ConstValue::Null) | None => {
            decoder.refuse("required", "a value is required");
            return None;
        }
        Some(_) => "",
    };
    let decoded = T::from_name(name);
    if decoded.is_none() {
        decoder.refuse("enum", format!("must be a value of {}", T::NAME));
    }
    decoded
}
