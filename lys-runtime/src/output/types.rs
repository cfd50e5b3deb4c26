//! Named types that values mention: enums and plain nodes.

use indexmap::IndexMap;

use super::{Output, TypeRef};

/// The named output types collected from operations and fields.
#[derive(Debug, Default, Clone)]
pub struct OutputTypes {
    /// Enums by name.
    pub enums: IndexMap<&'static str, EnumDef>,
    /// Plain nodes by name.
    pub objects: IndexMap<&'static str, ObjectDef>,
}

/// An enum of the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumDef {
    /// GraphQL name.
    pub name: &'static str,
    /// Doc comment.
    pub description: &'static str,
    /// Values in declared order.
    pub values: Vec<EnumValueDef>,
}

/// One value of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumValueDef {
    /// `SCREAMING_SNAKE_CASE` name.
    pub name: &'static str,
    /// Doc comment.
    pub description: &'static str,
}

/// A plain node: any result shape, without an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectDef {
    /// GraphQL name.
    pub name: &'static str,
    /// Doc comment.
    pub description: &'static str,
    /// Fields in declared order.
    pub fields: Vec<ObjectFieldDef>,
}

/// One field of a plain node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectFieldDef {
    /// `snake_case` name.
    pub name: &'static str,
    /// Doc comment.
    pub description: &'static str,
    /// GraphQL type.
    pub ty: TypeRef,
}

impl OutputTypes {
    /// Declares an enum once.
    pub fn declare_enum(&mut self, definition: impl FnOnce() -> EnumDef, name: &'static str) {
        self.enums.entry(name).or_insert_with(definition);
    }

    /// Declares a plain node once, then what its fields mention.
    pub fn declare_object(&mut self, object: ObjectDef, fields: &[fn(&mut Self)]) {
        if self.objects.contains_key(object.name) {
            return;
        }
        self.objects.insert(object.name, object);
        for declare in fields {
            declare(self);
        }
    }
}

impl ObjectDef {
    /// A plain node without fields.
    #[must_use]
    pub fn new(name: &'static str, description: &'static str) -> Self {
        Self { name, description, fields: Vec::new() }
    }

    /// Adds the next field.
    #[must_use]
    pub fn field<T: Output>(mut self, name: &'static str, description: &'static str) -> Self {
        self.fields.push(ObjectFieldDef { name, description, ty: T::type_ref() });
        self
    }
}
