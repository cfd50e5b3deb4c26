//! Decoding: the position in the input, the rules on its fields, and all mistakes together.

use async_graphql_value::{ConstValue, Name, indexmap::IndexMap};
use serde_json::{Value as Json, json};

use super::{Input, rules::Rule};
use crate::{
    error::{Error, Result, code},
    name::camel_case,
};

/// Collects the mistakes of all arguments of an operation. Values never enter a message.
#[derive(Debug, Default)]
pub struct Decoder {
    path: Vec<PathSegment>,
    mistakes: Vec<Json>,
    error: Option<Error>,
}

/// [`Input::decode`] of a type.
pub type Decode<T> = fn(Option<&ConstValue>, &mut Decoder) -> Option<T>;

#[derive(Debug)]
enum PathSegment {
    Name(&'static str),
    Index(usize),
}

impl Decoder {
    /// Decodes the argument or field `name`.
    pub fn field<T: Input>(&mut self, name: &'static str, value: Option<&ConstValue>, rules: &[Rule]) -> Option<T> {
        self.field_by(name, value, rules, T::decode)
    }

    fn field_by<T>(
        &mut self,
        name: &'static str,
        value: Option<&ConstValue>,
        rules: &[Rule],
        decode: Decode<T>,
    ) -> Option<T> {
        self.path.push(PathSegment::Name(name));
        let before = self.mistakes.len();
        if let Some(value) = value.filter(|value| **value != ConstValue::Null) {
            for rule in rules {
                if let Some((mistake, text)) = rule.check(value) {
                    self.refuse(mistake, text);
                }
            }
        }
        let decoded = if self.mistakes.len() == before { decode(value, self) } else { None };
        self.path.pop();
        decoded
    }

    /// Decodes the item at `index` of a list.
    pub(crate) fn item<T: Input>(&mut self, index: usize, value: &ConstValue) -> Option<T> {
        self.enter_item(index);
        let decoded = T::decode(Some(value), self);
        self.leave();
        decoded
    }

    /// Goes to the argument or field `name`, until [`leave`](Self::leave).
    pub(crate) fn enter(&mut self, name: &'static str) {
        self.path.push(PathSegment::Name(name));
    }

    /// Goes to the item at `index` of a list, until [`leave`](Self::leave).
    pub(crate) fn enter_item(&mut self, index: usize) {
        self.path.push(PathSegment::Index(index));
    }

    /// Goes back to where it was.
    pub(crate) fn leave(&mut self) {
        self.path.pop();
    }

    /// Reports a broken rule at the current position: a stable word and a text that does not repeat the value.
    pub fn refuse(&mut self, rule: &str, text: impl Into<String>) {
        let path: Vec<Json> = self
            .path
            .iter()
            .map(|segment| match segment {
                PathSegment::Name(name) => Json::from(camel_case(name)),
                PathSegment::Index(index) => Json::from(*index),
            })
            .collect();
        self.mistakes.push(json!({ "path": path, "rule": rule, "message": text.into() }));
    }

    /// Reports a domain error, such as a foreign id: it wins over broken rules only when there are none.
    pub fn fail(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }

    /// The decoded value if nothing was reported.
    ///
    /// # Errors
    /// `INVALID_INPUT` with every broken rule in `extensions.fields`, or the domain error.
    pub fn finish<T>(self, decoded: Option<T>) -> Result<T> {
        if !self.mistakes.is_empty() {
            return Err(Error::new(code::INVALID_INPUT, 400).with_extension("fields", Json::from(self.mistakes)));
        }
        match (self.error, decoded) {
            (Some(error), _) => Err(error),
            (None, Some(decoded)) => Ok(decoded),
            (None, None) => Err(Error::new(code::INVALID_INPUT, 400)),
        }
    }
}

/// The fields of an input object while it is decoded.
pub struct Fields<'v, 'd> {
    object: Option<&'v IndexMap<Name, ConstValue>>,
    decoder: &'d mut Decoder,
}

impl<'v, 'd> Fields<'v, 'd> {
    /// The fields of `value`; anything but an object is a mistake.
    pub fn new(value: Option<&'v ConstValue>, decoder: &'d mut Decoder) -> Self {
        let object = if let Some(ConstValue::Object(object)) = value {
            Some(object)
        } else {
            decoder.refuse("required", "an input object is required");
            None
        };
        Self { object, decoder }
    }

    /// Decodes the field `name` under `rules` with its type's [`Input::decode`]; `None` after a mistake.
    pub fn take<T>(&mut self, name: &'static str, rules: &[Rule], decode: Decode<T>) -> Option<T> {
        let object = self.object?;
        let value = object.get(camel_case(name).as_str());
        self.decoder.field_by(name, value, rules, decode)
    }
}
