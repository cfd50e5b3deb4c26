//! Named input types: input objects and enums.

use indexmap::IndexMap;

use super::Input;
use crate::output::{EnumDef, TypeRef};

/// The named input types collected from operations.
#[derive(Debug, Default, Clone)]
pub struct InputTypes {
    /// Enums by name.
    pub enums: IndexMap<&'static str, EnumDef>,
    /// Input objects by name.
    pub objects: IndexMap<&'static str, InputDef>,
    /// Whether there is a scalar `Upload`.
    pub uploads: bool,
}

/// An input object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputDef {
    /// GraphQL name.
    pub name: &'static str,
    /// Doc comment.
    pub description: &'static str,
    /// Fields in declared order.
    pub fields: Vec<InputFieldDef>,
}

/// One field of an input object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFieldDef {
    /// `snake_case` name.
    pub name: &'static str,
    /// Doc comment.
    pub description: &'static str,
    /// GraphQL type.
    pub ty: TypeRef,
}

impl InputTypes {
    /// Declares an enum once.
    pub fn declare_enum(&mut self, definition: impl FnOnce() -> EnumDef, name: &'static str) {
        self.enums.entry(name).or_insert_with(definition);
    }

    /// Declares an input object once, then what its fields mention.
    pub fn declare_object(&mut self, object: InputDef, fields: &[fn(&mut Self)]) {
        if self.objects.contains_key(object.name) {
            return;
        }
        self.objects.insert(object.name, object);
        for declare in fields {
            declare(self);
        }
    }
}

impl InputDef {
    /// An input object without fields.
    #[must_use]
    pub fn new(name: &'static str, description: &'static str) -> Self {
        Self { name, description, fields: Vec::new() }
    }

    /// Adds the next field.
    #[must_use]
    pub fn field<T: Input>(mut self, name: &'static str, description: &'static str) -> Self {
        self.fields.push(InputFieldDef { name, description, ty: T::type_ref() });
        self
    }
}
