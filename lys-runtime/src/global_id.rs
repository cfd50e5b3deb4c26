//! Global ids: standard base64 of `<TypeName>:<raw id>` (10-core §9).

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    entity::{Entity, Key},
    error::{Error, Result},
    node::Node,
};

/// A decoded global id, as an argument, an input field or an answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GlobalId {
    /// GraphQL type, e.g. `ProductNode`.
    pub type_name: String,
    /// Raw id in that type's table.
    pub key: String,
}

impl GlobalId {
    /// The id of `key` in the type `type_name`.
    #[expect(clippy::needless_pass_by_value, reason = "keys are small; a reference would only be noise at the call")]
    pub fn new(type_name: impl Into<String>, key: impl ToString) -> Self {
        Self { type_name: type_name.into(), key: key.to_string() }
    }

    /// The text on the wire.
    #[must_use]
    pub fn encode(&self) -> String {
        STANDARD.encode(format!("{}:{}", self.type_name, self.key))
    }

    /// Reads the text on the wire.
    ///
    /// # Errors
    /// `NOT_FOUND` when it is no global id: a client learns nothing from a malformed one.
    pub fn decode(text: &str) -> Result<Self> {
        let malformed = || Error::not_found().with_detail("malformed global id");
        let bytes = STANDARD.decode(text).map_err(|_| malformed())?;
        let text = String::from_utf8(bytes).map_err(|_| malformed())?;
        let (type_name, key) = text.split_once(':').ok_or_else(malformed)?;
        Ok(Self { type_name: type_name.to_owned(), key: key.to_owned() })
    }

    /// The key of a row that `N` shows.
    ///
    /// # Errors
    /// `NOT_FOUND` for an id of another type, or one whose key is none of that entity's.
    pub fn key<N: Node>(&self) -> Result<<N::Entity as Entity>::Key> {
        Key::parse(self.key_of(N::NAME)?).ok_or_else(|| Error::not_found().with_detail("malformed key in a global id"))
    }

    /// The key, if this is an id of `type_name`.
    ///
    /// # Errors
    /// `NOT_FOUND` for an id of another type.
    pub fn key_of(&self, type_name: &str) -> Result<&str> {
        if self.type_name == type_name {
            Ok(&self.key)
        } else {
            Err(Error::not_found().with_detail(format!("expected an id of {type_name}, got one of {}", self.type_name)))
        }
    }
}
